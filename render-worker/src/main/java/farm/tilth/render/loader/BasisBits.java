package farm.tilth.render.loader;

import java.nio.ByteBuffer;

/** Reads the bits of a Basis Universal stream, lowest first, and its Huffman codes. What lies beyond the end is 0. */
final class BasisBits {
    private static final int MAX_CODE_BITS = 16;
    private static final int MAX_SYMBOLS = 1 << 14;
    private static final int[] LENGTH_ORDER = {17, 18, 19, 20, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15, 16
    };

    private final ByteBuffer bytes;
    private long at;

    BasisBits(ByteBuffer bytes) {
        this.bytes = bytes;
    }

    /** A broken stream; the caller knows its place in the document. */
    static final class BrokenStream extends Exception {
        private static final long serialVersionUID = 1;

        BrokenStream(String problem) {
            super(problem);
        }
    }

    int bits(int count) {
        int value = 0;
        for (int i = 0; i < count; i++) {
            int place = (int) (at >> 3);
            int bit = place < bytes.limit() ? bytes.get(place) >> (at & 7) & 1 : 0;
            value |= bit << i;
            at++;
        }
        return value;
    }

    /** Whether more was read than there is. */
    boolean isOverrun() {
        return at > 8L * bytes.limit();
    }

    /** A number in pieces of so many bits, each with a bit that tells whether one more follows. */
    int pieces(int size) {
        int value = 0;
        for (int shift = 0; shift < 32; shift += size) {
            int piece = bits(size + 1);
            value |= (piece & (1 << size) - 1) << shift;
            if (piece >> size == 0) {
                break;
            }
        }
        return value;
    }

    /** Reads the lengths of a code's words, which are packed by a code of their own. */
    Code code() throws BrokenStream {
        int symbols = bits(14);
        if (symbols == 0) {
            return new Code(new int[0]);
        }
        int[] packing = new int[LENGTH_ORDER.length];
        int given = bits(5);
        if (given == 0 || given > packing.length) {
            throw new BrokenStream("a code has no words");
        }
        for (int i = 0; i < given; i++) {
            packing[LENGTH_ORDER[i]] = bits(3);
        }
        Code lengths = new Code(packing);
        int[] sizes = new int[symbols];
        int filled = 0;
        while (filled < symbols) {
            int symbol = lengths.next(this);
            if (symbol <= MAX_CODE_BITS) {
                sizes[filled++] = symbol;
                continue;
            }
            int run =
                    switch (symbol) {
                        case 17 -> bits(3) + 3;
                        case 18 -> bits(7) + 11;
                        case 19 -> bits(2) + 3;
                        default -> bits(7) + 7;
                    };
            if (filled + run > symbols || (symbol > 18 && (filled == 0 || sizes[filled - 1] == 0))) {
                throw new BrokenStream("the lengths of a code are wrong");
            }
            int size = symbol > 18 ? sizes[filled - 1] : 0;
            for (int i = 0; i < run; i++) {
                sizes[filled++] = size;
            }
        }
        return new Code(sizes);
    }

    /** A canonical Huffman code. */
    static final class Code {
        private final int[] first = new int[MAX_CODE_BITS + 2];
        private final int[] count = new int[MAX_CODE_BITS + 2];
        private final int[] start = new int[MAX_CODE_BITS + 2];
        private final int[] symbols;

        private Code(int[] sizes) throws BrokenStream {
            for (int size : sizes) {
                count[size]++;
            }
            count[0] = 0;
            int next = 0;
            int index = 0;
            for (int size = 1; size <= MAX_CODE_BITS; size++) {
                first[size] = next;
                start[size] = index;
                index += count[size];
                next = next + count[size] << 1;
                if (next > 2 << size) {
                    throw new BrokenStream("a code has too many words");
                }
            }
            symbols = new int[index];
            int[] at = start.clone();
            for (int symbol = 0; symbol < Math.min(sizes.length, MAX_SYMBOLS); symbol++) {
                if (sizes[symbol] > 0) {
                    symbols[at[sizes[symbol]]++] = symbol;
                }
            }
        }

        int next(BasisBits in) throws BrokenStream {
            int word = 0;
            for (int size = 1; size <= MAX_CODE_BITS; size++) {
                word = word << 1 | in.bits(1);
                if (word - first[size] >= 0 && word - first[size] < count[size]) {
                    return symbols[start[size] + word - first[size]];
                }
            }
            throw new BrokenStream("a word is not in its code");
        }
    }
}
