package farm.tilth.render.scene;

/**
 * What KHR_texture_transform does to texture coordinates: u' = a·u + b·v + c, v' = d·u + e·v + f. It compares by value.
 */
public record UvTransform(float a, float b, float c, float d, float e, float f) {
    /** Leaves coordinates as they are. */
    public static final UvTransform IDENTITY = new UvTransform(1, 0, 0, 0, 1, 0);

    /** Reads the transform of a textureInfo. */
    static UvTransform read(Element info) {
        return info.extension("KHR_texture_transform")
                .map(UvTransform::transform)
                .orElse(IDENTITY);
    }

    /** The n of the TEXCOORD_n that a textureInfo reads; the extension may name another one. */
    static int set(Element info) {
        int set = info.integer("texCoord", 0, 0, 63);
        return info.extension("KHR_texture_transform")
                .map(transform -> transform.integer("texCoord", set, 0, 63))
                .orElse(set);
    }

    private static UvTransform transform(Element extension) {
        return of(
                extension.numbers("offset", 2).orElse(new double[2]),
                extension.number("rotation", 0),
                extension.numbers("scale", 2).orElse(new double[] {1, 1}));
    }

    /**
     * Translation × rotation × scale, as the extension prescribes.
     *
     * @param angle in radians, counter-clockwise in the picture
     */
    static UvTransform of(double[] offset, double angle, double[] scale) {
        double sine = StrictMath.sin(angle);
        double cosine = StrictMath.cos(angle);
        return new UvTransform(
                (float) (cosine * scale[0]),
                (float) (sine * scale[1]),
                (float) offset[0],
                (float) (0 - sine * scale[0]),
                (float) (cosine * scale[1]),
                (float) offset[1]);
    }

    /** Coordinates with the transform applied, 2 a vertex. */
    float[] apply(float[] uv) {
        float[] out = new float[uv.length];
        for (int i = 0; i < uv.length; i += 2) {
            out[i] = a * uv[i] + b * uv[i + 1] + c;
            out[i + 1] = d * uv[i] + e * uv[i + 1] + f;
        }
        return out;
    }
}
