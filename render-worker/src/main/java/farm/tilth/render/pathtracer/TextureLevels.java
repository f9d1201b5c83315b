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
    private static final byte[] NEAREST_BYTE = nearestBytes();

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
        boolean even = size.width % 2 == 0 && size.height % 2 == 0;
        if (even && !weighted && !from.wide()) {
            IntStream.range(0, half.height).parallel().forEach(y -> halveRow(from, to, y, half.width));
            return;
        }
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

    /** A row of means of 2 × 2 narrow texels, which is what most rows are. */
    private void halveRow(Texels from, Texels to, int y, int width) {
        int[] above = new int[2 * width];
        int[] below = new int[2 * width];
        int[] means = new int[width];
        from.copy(4L * y * width, above);
        from.copy(4L * y * width + 2L * width, below);
        for (int x = 0; x < width; x++) {
            int a = above[2 * x];
            int b = above[2 * x + 1];
            int c = below[2 * x];
            int d = below[2 * x + 1];
            int mean = ((a >>> 24) + (b >>> 24) + (c >>> 24) + (d >>> 24) + 2 >> 2) << 24;
            for (int shift = 0; shift < 24; shift += 8) {
                mean |= mean(a >>> shift & 255, b >>> shift & 255, c >>> shift & 255, d >>> shift & 255) << shift;
            }
            means[x] = mean;
        }
        to.put((long) y * width, means);
    }

    private int mean(int a, int b, int c, int d) {
        return picture.srgb()
                ? NEAREST_BYTE[LIGHT[a] + LIGHT[b] + LIGHT[c] + LIGHT[d] + 2 >> 2] & 255
                : a + b + c + d + 2 >> 2;
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
            return picture.srgb() ? NEAREST_BYTE[(int) mean] & 255 : (int) mean;
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

    /** For each amount of light the byte whose light is nearest, so that the mean of many stays what it is. */
    private static byte[] nearestBytes() {
        byte[] nearest = new byte[LIGHT[255] + 1];
        int value = 0;
        for (int light = 0; light < nearest.length; light++) {
            while (value < 255 && 2 * light > LIGHT[value] + LIGHT[value + 1]) {
                value++;
            }
            nearest[light] = (byte) value;
        }
        return nearest;
    }
}
