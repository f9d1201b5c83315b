package farm.tilth.render.pathtracer;

/**
 * How much of a uniform environment's light a GGX surface with height-correlated Smith shadowing reflects, over
 * roughness and the cosine of the view. For Schlick's Fresnel term with reflectance f0 it is f0 · x + y.
 */
final class SpecularAlbedo {
    private static final int SIDE = 32;
    private static final int SAMPLES = 1024;
    private static final double LEAST_ALPHA = 1e-3;
    private static final double LEAST_COSINE = 1e-3;
    private static final float[] TABLE = compute();

    private SpecularAlbedo() {}

    /** Pairs of x and y; a row for each roughness from 0 to 1, in it a pair for each cosine from 0 to 1. */
    static float[] table() {
        return TABLE;
    }

    private static float[] compute() {
        float[] table = new float[2 * SIDE * SIDE];
        for (int row = 0; row < SIDE; row++) {
            double roughness = row / (SIDE - 1.0);
            double alpha = Math.max(roughness * roughness, LEAST_ALPHA);
            for (int column = 0; column < SIDE; column++) {
                double cosine = Math.max(column / (SIDE - 1.0), LEAST_COSINE);
                double[] xy = integrate(alpha, cosine);
                table[2 * (row * SIDE + column)] = (float) xy[0];
                table[2 * (row * SIDE + column) + 1] = (float) xy[1];
            }
        }
        return table;
    }

    /** Averages over visible normals, whose density cancels all but the shadowing and the Fresnel term. */
    private static double[] integrate(double alpha, double cosine) {
        double sine = Math.sqrt(1 - cosine * cosine);
        double[] stretched = unit(sine * alpha, 0, cosine);
        double rootO = root(cosine, alpha);
        double x = 0;
        double y = 0;
        for (int i = 0; i < SAMPLES; i++) {
            double phi = 2 * Math.PI * (i + 0.5) / SAMPLES;
            double height = (Integer.reverse(i) >>> 1) * 0x1p-31;
            double z = (1 - height) * (1 + stretched[2]) - stretched[2];
            double r = Math.sqrt(Math.max(0, 1 - z * z));
            double[] h = unit(
                    (r * StrictMath.cos(phi) + stretched[0]) * alpha,
                    (r * StrictMath.sin(phi) + stretched[1]) * alpha,
                    z + stretched[2]);
            double oh = sine * h[0] + cosine * h[2];
            double wiZ = 2 * oh * h[2] - cosine;
            if (wiZ > 0) {
                double shadowing = wiZ * (cosine + rootO) / (wiZ * rootO + cosine * root(wiZ, alpha));
                double c = 1 - oh;
                double grazing = c * c * c * c * c;
                x += shadowing * (1 - grazing);
                y += shadowing * grazing;
            }
        }
        return new double[] {x / SAMPLES, y / SAMPLES};
    }

    private static double root(double cosine, double alpha) {
        return Math.sqrt(alpha * alpha + (1 - alpha * alpha) * cosine * cosine);
    }

    private static double[] unit(double x, double y, double z) {
        double length = Math.sqrt(x * x + y * y + z * z);
        return new double[] {x / length, y / length, z / length};
    }
}
