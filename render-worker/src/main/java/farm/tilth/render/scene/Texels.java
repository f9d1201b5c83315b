package farm.tilth.render.scene;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The pixels of a picture, rows from the top, outside of Java's heap until nobody refers to them: red, green, blue and
 * alpha with 8 bits each (an int 0xAABBGGRR) or with 16 (a long of the same order).
 */
public final class Texels {
    private static final ValueLayout.OfInt INT = ValueLayout.JAVA_INT.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final ValueLayout.OfLong LONG = ValueLayout.JAVA_LONG.withOrder(ByteOrder.LITTLE_ENDIAN);
    private static final int NARROW_BYTES = 4;
    private static final int WIDE_BYTES = 8;

    private final MemorySegment bytes;
    private final boolean wide;

    private Texels(long count, boolean wide) {
        this.bytes = PictureMemory.allocate(Math.max(1, count) * (wide ? WIDE_BYTES : NARROW_BYTES));
        this.wide = wide;
    }

    private Texels(MemorySegment bytes, boolean wide) {
        this.bytes = bytes;
        this.wide = wide;
    }

    /** Pixels that lie in somebody's memory, which {@link #put} writes to. */
    public static Texels in(MemorySegment bytes, boolean wide) {
        return new Texels(bytes, wide);
    }

    /** Room for pixels that are black and clear. */
    public static Texels allocate(long count, boolean wide) {
        return new Texels(count, wide);
    }

    /** Pixels of 8 bits a channel. */
    public static Texels of(int[] rgba) {
        Texels texels = new Texels(rgba.length, false);
        MemorySegment.copy(rgba, 0, texels.bytes, INT, 0, rgba.length);
        return texels;
    }

    /** Whether a channel has 16 bits. */
    public boolean wide() {
        return wide;
    }

    /** How much memory a pixel takes. */
    public int pixelBytes() {
        return wide ? WIDE_BYTES : NARROW_BYTES;
    }

    public long count() {
        return bytes.byteSize() / pixelBytes();
    }

    /** Little-endian, to be read only. */
    public MemorySegment bytes() {
        return bytes.asReadOnly();
    }

    /** A pixel with 8 bits a channel, 0xAABBGGRR; of wider ones the highest. */
    public int rgba(long pixel) {
        if (!wide) {
            return bytes.getAtIndex(INT, pixel);
        }
        long value = bytes.getAtIndex(LONG, pixel);
        return (int) (value >>> 8 & 255 | value >>> 16 & 0xff00 | value >>> 24 & 0xff0000 | value >>> 32 & 0xff000000L);
    }

    /** A channel (0: red … 3: alpha) with the bits that it has. */
    public int channel(long pixel, int channel) {
        return wide
                ? (int) (bytes.getAtIndex(LONG, pixel) >>> 16 * channel & 0xffff)
                : bytes.getAtIndex(INT, pixel) >>> 8 * channel & 0xff;
    }

    public void put(long pixel, int red, int green, int blue, int alpha) {
        if (wide) {
            bytes.setAtIndex(LONG, pixel, red | (long) green << 16 | (long) blue << 32 | (long) alpha << 48);
        } else {
            bytes.setAtIndex(INT, pixel, red | green << 8 | blue << 16 | alpha << 24);
        }
    }

    /** Copies as many narrow pixels as {@code rgba} has, 0xAABBGGRR. */
    public void copy(long firstPixel, int[] rgba) {
        MemorySegment.copy(bytes, INT, firstPixel * NARROW_BYTES, rgba, 0, rgba.length);
    }

    /** Writes narrow pixels. */
    public void put(long firstPixel, int[] rgba) {
        MemorySegment.copy(rgba, 0, bytes, INT, firstPixel * NARROW_BYTES, rgba.length);
    }

    /** The same picture with red, green and blue decoded from sRGB (IEC 61966-2-1), with 16 bits. */
    public Texels linear() {
        int most = wide ? 65_535 : 255;
        int[] table = new int[most + 1];
        for (int i = 0; i <= most; i++) {
            double v = i / (double) most;
            double decoded = v <= 0.04045 ? v / 12.92 : StrictMath.pow((v + 0.055) / 1.055, 2.4);
            table[i] = (int) (decoded * 65_535 + 0.5);
        }
        Texels out = new Texels(count(), true);
        for (long i = 0; i < count(); i++) {
            int alpha = wide ? channel(i, 3) : channel(i, 3) * 257;
            out.put(i, table[channel(i, 0)], table[channel(i, 1)], table[channel(i, 2)], alpha);
        }
        return out;
    }
}
