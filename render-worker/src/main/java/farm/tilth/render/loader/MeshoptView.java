package farm.tilth.render.loader;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.render.scene.SceneLimits;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Optional;
import org.lwjgl.util.meshoptimizer.MeshOptimizer;

/**
 * A bufferView that EXT_meshopt_compression packed. The codecs are meshoptimizer's; the filters are here, so that their
 * rounding is the same on every machine.
 */
final class MeshoptView {
    private static final int MAX_BLOCK_BYTES = 8192;
    private static final int MAX_BLOCK_ELEMENTS = 256;

    private final Element extension;
    private final Mode mode;
    private final Filter filter;
    private final int count;
    private final int stride;

    private MeshoptView(Element extension) {
        this.extension = extension;
        this.mode = named(extension, "mode", Mode.values(), null);
        this.filter = named(extension, "filter", Filter.values(), Filter.NONE);
        this.count = extension.integer("count", 1, Integer.MAX_VALUE);
        this.stride = extension.integer("byteStride", 1, 256);
    }

    /** What was packed. */
    private enum Mode {
        ATTRIBUTES,
        TRIANGLES,
        INDICES
    }

    /** How attributes were changed before they were packed. */
    private enum Filter {
        NONE,
        OCTAHEDRAL,
        QUATERNION,
        EXPONENTIAL,
        COLOR
    }

    /** The extension under its own name or under that of its successor. */
    static Optional<Element> of(Element view) {
        return view.extension("EXT_meshopt_compression").or(() -> view.extension("KHR_meshopt_compression"));
    }

    /**
     * Unpacks a view.
     *
     * @param packed the bytes that the extension names
     * @return as many bytes as the view says; at most 1,024 times as many as are packed
     */
    static ByteBuffer unpack(Element extension, ByteBuffer packed, SceneLimits limits) {
        return new MeshoptView(extension).unpack(packed, limits);
    }

    private ByteBuffer unpack(ByteBuffer packed, SceneLimits limits) {
        check(mode != Mode.ATTRIBUTES || stride % 4 == 0, "its byteStride " + stride + " is not a multiple of 4");
        check(mode == Mode.ATTRIBUTES || stride == 2 || stride == 4, "indices have 2 or 4 bytes, not " + stride);
        check(mode != Mode.TRIANGLES || count % 3 == 0, "its " + count + " indices are not triangles");
        check(packed.limit() >= leastBytes(), count + " elements cannot be packed in " + packed.limit() + " bytes");
        long bytes = (long) count * stride;
        if (bytes > Math.min(limits.values() * Float.BYTES, Integer.MAX_VALUE - 8)) {
            throw new FarmException(
                    ErrorCode.TOO_LARGE, extension.path() + ": it unpacks to " + bytes + " bytes; simplify the scene");
        }
        ByteBuffer in = packed.isDirect() ? packed : direct(packed);
        ByteBuffer out = ByteBuffer.allocateDirect((int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        int result =
                switch (mode) {
                    case ATTRIBUTES -> MeshOptimizer.meshopt_decodeVertexBuffer(out, count, stride, in);
                    case TRIANGLES -> MeshOptimizer.meshopt_decodeIndexBuffer(out, count, stride, in);
                    case INDICES -> MeshOptimizer.meshopt_decodeIndexSequence(out, count, stride, in);
                };
        check(result == 0, "its bytes cannot be unpacked (meshoptimizer says " + result + ")");
        filter(out);
        return out;
    }

    /** What even constant data needs: the codec's tail and its control bits. */
    private long leastBytes() {
        if (mode != Mode.ATTRIBUTES) {
            return mode == Mode.TRIANGLES ? count / 3 : count;
        }
        int block = Math.min(MAX_BLOCK_ELEMENTS, MAX_BLOCK_BYTES / stride & ~15);
        return ((long) count + block - 1) / block * (stride / 4);
    }

    private static ByteBuffer direct(ByteBuffer bytes) {
        return ByteBuffer.allocateDirect(bytes.limit()).put(bytes.duplicate()).flip();
    }

    private void filter(ByteBuffer data) {
        boolean words = stride == 8;
        boolean narrow = stride == 4 || words;
        switch (filter) {
            case NONE -> {}
            case OCTAHEDRAL -> check(narrow, "its filter needs a byteStride of 4 or 8");
            case QUATERNION -> check(words, "its filter needs a byteStride of 8");
            case COLOR -> check(narrow, "its filter needs a byteStride of 4 or 8");
            case EXPONENTIAL -> check(stride % 4 == 0, "its filter needs a byteStride that is a multiple of 4");
        }
        for (int at = 0; filter != Filter.NONE && at < data.limit(); at += stride) {
            switch (filter) {
                case OCTAHEDRAL -> octahedral(data, at, words);
                case QUATERNION -> quaternion(data, at);
                case COLOR -> color(data, at, words);
                default -> exponential(data, at);
            }
        }
    }

    private static void octahedral(ByteBuffer data, int at, boolean words) {
        float x = get(data, at, 0, words);
        float y = get(data, at, 1, words);
        float z = get(data, at, 2, words) - Math.abs(x) - Math.abs(y); // the third component encodes 1
        float t = Math.min(z, 0);
        x += x >= 0 ? t : -t;
        y += y >= 0 ? t : -t;
        float h = (words ? Short.MAX_VALUE : Byte.MAX_VALUE) / (float) Math.sqrt(x * x + y * y + z * z);
        put(data, at, 0, rounded(x * h), words);
        put(data, at, 1, rounded(y * h), words);
        put(data, at, 2, rounded(z * h), words);
    }

    private static void quaternion(ByteBuffer data, int at) {
        int tag = get(data, at, 3, true);
        float scale = (float) Math.sqrt(0.5) / (tag | 3);
        float x = get(data, at, 0, true) * scale;
        float y = get(data, at, 1, true) * scale;
        float z = get(data, at, 2, true) * scale;
        float w = (float) Math.sqrt(Math.max(0, 1 - x * x - y * y - z * z));
        int largest = tag & 3;
        put(data, at, largest + 1 & 3, rounded(x * Short.MAX_VALUE), true);
        put(data, at, largest + 2 & 3, rounded(y * Short.MAX_VALUE), true);
        put(data, at, largest + 3 & 3, rounded(z * Short.MAX_VALUE), true);
        put(data, at, largest, rounded(w * Short.MAX_VALUE), true);
    }

    private void exponential(ByteBuffer data, int at) {
        for (int k = at; k < at + stride; k += 4) {
            int bits = data.getInt(k);
            data.putFloat(k, (float) Math.scalb((double) (bits << 8 >> 8), bits >> 24));
        }
    }

    /** YCoCg with an alpha whose highest bit tells the scale. */
    private static void color(ByteBuffer data, int at, boolean words) {
        int mask = words ? 0xffff : 0xff;
        int luma = get(data, at, 0, words) & mask;
        int orange = get(data, at, 1, words);
        int green = get(data, at, 2, words);
        int alpha = get(data, at, 3, words) & mask;
        int scale = 2 * Integer.highestOneBit(Math.max(alpha, 1)) - 1;
        float factor = mask / (float) scale;
        put(data, at, 0, rounded((luma + orange - green) * factor), words);
        put(data, at, 1, rounded((luma + green) * factor), words);
        put(data, at, 2, rounded((luma - orange - green) * factor), words);
        put(data, at, 3, rounded((alpha << 1 & scale | alpha & 1) * factor), words);
    }

    private static int get(ByteBuffer data, int at, int component, boolean words) {
        return words ? data.getShort(at + 2 * component) : data.get(at + component);
    }

    private static void put(ByteBuffer data, int at, int component, int value, boolean words) {
        if (words) {
            data.putShort(at + 2 * component, (short) value);
        } else {
            data.put(at + component, (byte) value);
        }
    }

    /** Half away from zero, as the extension's text says. */
    private static int rounded(float value) {
        return (int) (value + (value < 0 ? -0.5f : 0.5f));
    }

    private void check(boolean condition, String problem) {
        if (!condition) {
            throw extension.error(problem);
        }
    }

    private static <T extends Enum<T>> T named(Element extension, String member, T[] values, T fallback) {
        if (fallback != null && !extension.has(member)) {
            return fallback;
        }
        String name = extension.get(member).asText();
        for (T value : values) {
            if (value.name().equals(name)) {
                return value;
            }
        }
        throw extension.get(member).error("'" + name + "' is not a " + member + " of the extension");
    }
}
