package farm.tilth.render.scene;

/**
 * Texture coordinates that a material reads: a set of the mesh, moved by KHR_texture_transform.
 *
 * @param set the n of TEXCOORD_n
 * @param matrix u and v as rows of 3 numbers, times (u, v, 1)
 */
record UvSource(int set, Affine matrix) {
    /** The first set as it is. */
    static final UvSource FIRST = new UvSource(0, Affine.IDENTITY);

    /** A 2 × 3 matrix that compares by value. */
    record Affine(double a, double b, double c, double d, double e, double f) {
        static final Affine IDENTITY = new Affine(1, 0, 0, 0, 1, 0);

        double u(double u, double v) {
            return a * u + b * v + c;
        }

        double v(double u, double v) {
            return d * u + e * v + f;
        }
    }

    /** Reads a textureInfo. */
    static UvSource read(Element info) {
        int set = info.integer("texCoord", 0, 0, 63);
        return info.extension("KHR_texture_transform")
                .map(transform -> transformed(transform, set))
                .orElseGet(() -> new UvSource(set, Affine.IDENTITY));
    }

    /** Translation × rotation × scale, as the extension prescribes. */
    private static UvSource transformed(Element transform, int set) {
        double[] offset = transform.numbers("offset", 2).orElse(new double[2]);
        double[] scale = transform.numbers("scale", 2).orElse(new double[] {1, 1});
        double angle = transform.number("rotation", 0);
        double sine = StrictMath.sin(angle);
        double cosine = StrictMath.cos(angle);
        return new UvSource(
                transform.integer("texCoord", set, 0, 63),
                new Affine(
                        cosine * scale[0], sine * scale[1], offset[0], -sine * scale[0], cosine * scale[1], offset[1]));
    }
}
