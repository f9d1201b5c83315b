package farm.tilth.render.scene;

/**
 * A picture with its sampler.
 *
 * @param texels rows from the top; v = 0 is the top edge, as in glTF
 * @param srgb whether red, green and blue are sRGB-encoded; alpha never is
 */
public record Texture(int width, int height, Texels texels, boolean srgb, Wrap wrapS, Wrap wrapT, Filter filter) {
    /** A picture of 8 bits a channel without levels, one pixel an int, 0xAABBGGRR. */
    public Texture(int width, int height, int[] rgba, boolean srgb, Wrap wrapS, Wrap wrapT, boolean nearest) {
        this(width, height, Texels.of(rgba), srgb, wrapS, wrapT, Filter.withoutLevels(nearest));
    }

    /** The same picture and wrap modes with another filter. */
    public Texture with(Filter other) {
        return new Texture(width, height, texels, srgb, wrapS, wrapT, other);
    }

    /** How many sizes of the picture there are: its own and, where the filter has levels, halves of it down to 1 × 1. */
    public int levelCount() {
        return filter.levels() == Levels.NONE ? 1 : 32 - Integer.numberOfLeadingZeros(Math.max(width, height));
    }

    /** The pixels of all sizes together. */
    public long pixelsOfAllLevels() {
        long pixels = 0;
        for (int level = 0; level < levelCount(); level++) {
            pixels += (long) Math.max(1, width >> level) * Math.max(1, height >> level);
        }
        return pixels;
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

    /** Which of the smaller sizes stand for a picture where a sample covers many of its texels. */
    public enum Levels {
        /** None: the picture has one size. */
        NONE,
        /** The one whose texels are nearest to what a sample covers. */
        NEAREST,
        /** The two next to it, blended. */
        BLENDED
    }

    /**
     * How a value comes from the texels around a point.
     *
     * @param nearest whether it is the nearest one's where the picture is magnified, and everywhere without levels
     * @param nearestInLevel the same within a level where it is minified
     */
    public record Filter(boolean nearest, Levels levels, boolean nearestInLevel) {
        /** The filter of glTF where a file says nothing: linear in every way. */
        public static final Filter SMOOTH = new Filter(false, Levels.BLENDED, false);

        /** A filter for a picture of one size. */
        public static Filter withoutLevels(boolean nearest) {
            return new Filter(nearest, Levels.NONE, nearest);
        }
    }
}
