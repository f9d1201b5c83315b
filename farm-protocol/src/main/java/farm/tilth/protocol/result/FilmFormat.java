package farm.tilth.protocol.result;

import farm.tilth.protocol.task.Layer;
import java.util.List;

/**
 * The bytes of a rendered block: for each of its pixels, in rows from the top, four 64-bit little-endian integers:
 * the sums over the samples of red, green, blue (linear, Rec. 709 primaries, premultiplied by alpha) and alpha, in
 * fixed point. The sums of the plan's layers follow, in the order of {@link Layer}. Integers add associatively, so any
 * split of the samples merges to the same bits.
 */
public final class FilmFormat {
    /** The integer that stands for a radiance (or an alpha) of 1. */
    public static final long ONE = 1L << 24;
    /** A sample's radiance is clamped to this in every channel. */
    public static final float MAX_RADIANCE = 65_504f;

    /** Of colour and alpha alone. */
    public static final int CHANNELS = 4;

    public static final int BYTES_PER_PIXEL = CHANNELS * Long.BYTES;

    private FilmFormat() {}

    /** The integers of a pixel with layers. */
    public static int channels(List<Layer> layers) {
        return CHANNELS + layers.stream().mapToInt(Layer::channels).sum();
    }

    /** The bytes of a pixel with layers. */
    public static int bytesPerPixel(List<Layer> layers) {
        return channels(layers) * Long.BYTES;
    }

    /**
     * Where a layer begins in a pixel of a film with layers.
     *
     * @throws IllegalArgumentException when the film has no such layer
     */
    public static int firstChannel(List<Layer> layers, Layer layer) {
        if (!layers.contains(layer)) {
            throw new IllegalArgumentException("the film has no layer " + layer);
        }
        return channels(layers.stream().filter(l -> l.compareTo(layer) < 0).toList());
    }
}
