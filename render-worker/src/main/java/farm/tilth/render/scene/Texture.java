package farm.tilth.render.scene;

/**
 * A picture with its sampler.
 *
 * @param texels rows from the top; v = 0 is the top edge, as in glTF
 * @param srgb whether red, green and blue are sRGB-encoded; alpha never is
 */
public record Texture(int width, int height, Texels texels, boolean srgb, Wrap wrapS, Wrap wrapT, boolean nearest) {
    /** A picture of 8 bits a channel, one pixel an int, 0xAABBGGRR. */
    public Texture(int width, int height, int[] rgba, boolean srgb, Wrap wrapS, Wrap wrapT, boolean nearest) {
        this(width, height, Texels.of(rgba), srgb, wrapS, wrapT, nearest);
    }

    /** What happens outside 0 … 1. */
    public enum Wrap {
        /** It repeats. */
        REPEAT,
        /** The edge goes on. */
        CLAMP_TO_EDGE,
        /** It repeats, mirrored every other time. */
        MIRRORED_REPEAT
    }
}
