package farm.tilth.protocol.result;

/**
 * The bytes of a rendered block: for each of its pixels, in rows from the top, four 64-bit little-endian integers:
 * the sums over the samples of red, green, blue (linear, Rec. 709 primaries, premultiplied by alpha) and alpha, in
 * fixed point. Integers add associatively, so any split of the samples merges to the same bits.
 */
public final class FilmFormat {
    /** The integer that stands for a radiance (or an alpha) of 1. */
    public static final long ONE = 1L << 24;
    /** A sample's radiance is clamped to this in every channel. */
    public static final float MAX_RADIANCE = 65_504f;

    public static final int CHANNELS = 4;
    public static final int BYTES_PER_PIXEL = CHANNELS * Long.BYTES;

    private FilmFormat() {}
}
