package farm.tilth.render.pathtracer;

import farm.tilth.render.scene.Texels;
import farm.tilth.render.scene.Texture;
import java.lang.foreign.MemorySegment;
import java.util.stream.IntStream;

/**
 * A picture and its smaller sizes, one after the other, each half as wide and high as the one before, rounded down. A
 * texel is the mean of what it covers, three texels along an odd side: of the light where colours are sRGB-encoded, of
 * the numbers elsewhere. Integers alone, so that it has the same bits everywhere.
 */
final class TextureLevels {
    /** Linear light in these units: finer than the darkest sRGB byte, and small enough for the sums. */
    private static final int LIGHT_BITS = 18;

    private static final int[] LIGHT = light();

    private final Texture picture;
    private final boolean weighted;

    /**
     * @param weighted whether alpha says how much of a texel's colour is seen: then clear ones do not count
     */
    TextureLevels(Texture picture, boolean weighted) {
        this.picture = picture;
        this.weighted = weighted;
    }

    /** The length of all sizes. */
    long bytes() {
        return picture.pixelsOfAllLevels() * picture.texels().pixelBytes();
    }

    /** Writes the picture and makes its smaller sizes behind it. */
    void write(MemorySegment to) {
        MemorySegment original = picture.texels().bytes();
        to.asSlice(0, original.byteSize()).copyFrom(original);
        long at = 0;
        for (int level = 1; level < picture.levelCount(); level++) {
            Size before = size(level - 1);
            long next = at + before.pixels() * picture.texels().pixelBytes();
            halve(texels(to, at, before), before, texels(to, next, size(level)), size(level));
            at = next;
        }
    }

    private Size size(int level) {
        return new Size(Math.max(1, picture.width() >> level), Math.max(1, picture.height() >> level));
    }

    private Texels texels(MemorySegment in, long at, Size size) {
        Texels whole = picture.texels();
        return Texels.in(in.asSlice(at, size.pixels() * whole.pixelBytes()), whole.wide());
    }

    private record Size(int width, int height) {
        long pixels() {
            return (long) width * height;
        }
    }

    private void halve(Texels from, Size size, Texels to, Size half) {
        IntStream.range(0, half.height).parallel().forEach(y -> {
            Mean mean = new Mean();
            Taps rows = Taps.of(size.height, half.height, y);
            for (int x = 0; x < half.width; x++) {
                Taps columns = Taps.of(size.width, half.width, x);
                mean.clear();
                for (int j = 0; j < rows.count; j++) {
                    for (int i = 0; i < columns.count; i++) {
                        long pixel = (long) (rows.first + j) * size.width + columns.first + i;
                        mean.add(from, pixel, rows.weight(j) * columns.weight(i));
                    }
                }
                mean.put(to, (long) y * half.width + x);
            }
        });
    }

    /** The texels along one side that one of the next size covers, with whole numbers for their parts. */
    private record Taps(int first, int count, long a, long b, long c) {
        static Taps of(int size, int half, int index) {
            if (size == half) {
                return new Taps(index, 1, 1, 0, 0);
            }
            return size % 2 == 0
                    ? new Taps(2 * index, 2, 1, 1, 0)
                    : new Taps(2 * index, 3, half - index, half, index + 1L);
        }

        long weight(int tap) {
            return tap == 0 ? a : tap == 1 ? b : c;
        }
    }

    /** Sums of a texel's channels, by parts. */
    private final class Mean {
        private final long[] sums = new long[3];
        private final long[] seen = new long[3];
        private long alpha;
        private long parts;

        void clear() {
            for (int c = 0; c < 3; c++) {
                sums[c] = 0;
                seen[c] = 0;
            }
            alpha = 0;
            parts = 0;
        }

        void add(Texels from, long pixel, long part) {
            int a = from.channel(pixel, 3);
            parts += part;
            alpha += part * a;
            for (int c = 0; c < 3; c++) {
                int value = from.channel(pixel, c);
                long light = picture.srgb() ? LIGHT[value] : value;
                sums[c] += part * light;
                if (weighted) {
                    seen[c] += part * a * light;
                }
            }
        }

        void put(Texels to, long pixel) {
            boolean bySight = weighted && alpha > 0;
            to.put(pixel, value(0, bySight), value(1, bySight), value(2, bySight), (int) rounded(alpha, parts));
        }

        private int value(int channel, boolean bySight) {
            long mean = bySight ? rounded(seen[channel], alpha) : rounded(sums[channel], parts);
            return picture.srgb() ? nearestByte(mean) : (int) mean;
        }

        private static long rounded(long sum, long parts) {
            return (sum + parts / 2) / parts;
        }
    }

    /** The light of each sRGB byte (IEC 61966-2-1). */
    private static int[] light() {
        int[] light = new int[256];
        for (int i = 0; i < light.length; i++) {
            double v = i / 255.0;
            double linear = v <= 0.04045 ? v / 12.92 : StrictMath.pow((v + 0.055) / 1.055, 2.4);
            light[i] = (int) (linear * (1 << LIGHT_BITS) + 0.5);
        }
        return light;
    }

    /** The byte whose light is nearest, so that the mean of many stays what it is. */
    private static int nearestByte(long light) {
        int low = 0;
        int high = 255;
        while (low < high) {
            int middle = (low + high) / 2;
            if (2 * light > LIGHT[middle] + (long) LIGHT[middle + 1]) {
                low = middle + 1;
            } else {
                high = middle;
            }
        }
        return low;
    }
}
