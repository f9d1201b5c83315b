package farm.tilth.render.scene;

/**
 * What KHR_texture_transform does to texture coordinates: u' = a·u + b·v + c, v' = d·u + e·v + f. It compares by value.
 */
public record UvTransform(float a, float b, float c, float d, float e, float f) {
    /** Leaves coordinates as they are. */
    public static final UvTransform IDENTITY = new UvTransform(1, 0, 0, 0, 1, 0);

    /**
     * Translation × rotation × scale, as the extension prescribes.
     *
     * @param angle in radians, counter-clockwise in the picture
     */
    public static UvTransform of(double[] offset, double angle, double[] scale) {
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
    public float[] apply(float[] uv) {
        float[] out = new float[uv.length];
        for (int i = 0; i < uv.length; i += 2) {
            out[i] = a * uv[i] + b * uv[i + 1] + c;
            out[i + 1] = d * uv[i] + e * uv[i + 1] + f;
        }
        return out;
    }
}
