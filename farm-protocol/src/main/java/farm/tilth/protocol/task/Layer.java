package farm.tilth.protocol.task;

import java.util.Collection;
import java.util.EnumSet;
import java.util.List;

/**
 * What a film holds besides colour and alpha. All are of the first surface that a sample meets; samples that meet none
 * add nothing.
 */
public enum Layer {
    /** The base colour: 3 sums. */
    ALBEDO(3),
    /** The shading normal in world space: 3 sums. */
    NORMAL(3),
    /** How far along the camera's view: the sum, and the number of samples that met something. */
    DEPTH(2),
    /**
     * 1 + the number of the scene's node whose mesh the pixel's first sample met, 0 for none. An integer, no fixed
     * point.
     */
    OBJECT(1),
    /** 1 + the material's number, where the pixel's first sample met one: an integer, no fixed point. */
    MATERIAL(1),
    /** The sum of the squares of the samples' luminance, which is clamped to 256 for it. */
    MOMENT(1),
    /** The colour of the second half of the pixel's samples: 3 sums. */
    HALF(3);

    private final int channels;

    Layer(int channels) {
        this.channels = channels;
    }

    /** How many integers a pixel of it has. */
    public int channels() {
        return channels;
    }

    /** Its bit in a {@link #mask}. */
    public int bit() {
        return 1 << ordinal();
    }

    /** The bits of several layers, as the kernel reads them. */
    public static int mask(Collection<Layer> layers) {
        return layers.stream().mapToInt(Layer::bit).reduce(0, (a, b) -> a | b);
    }

    /** Each once, in the order in which they lie in a film. */
    public static List<Layer> ordered(Collection<Layer> layers) {
        return layers.isEmpty() ? List.of() : List.copyOf(EnumSet.copyOf(layers));
    }
}
