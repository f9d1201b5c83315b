package farm.tilth.render.pathtracer;

/**
 * How much of a uniform environment's light rough GGX facets with height-correlated Smith shadowing return at one
 * scattering: the tables of microfacet.h, over roughness, the cosine of the view and, where Fresnel's equations count,
 * the index of refraction. Integrated over visible normals, whose density cancels all but the shadowing.
 */
final class FacetAlbedo {
    private static final int ROUGHNESSES = 16;
    private static final int COSINES = 32;
    private static final int INDICES = 16;
    private static final int SAMPLES = 256;
    private static final double LEAST_ALPHA = 1e-3;
    private static final double LEAST_COSINE = 1e-3;
    /** The last entry of an index axis would be infinite. */
    private static final double MOST_INDEX = 400;

    private static final double[] COS_PHI = new double[SAMPLES];
    private static final double[] SIN_PHI = new double[SAMPLES];
    private static final double[] HEIGHT = new double[SAMPLES];
    private static final float[] TABLE = compute();

    private FacetAlbedo() {}

    /**
     * One array after the other: what mirrors return (a row for each roughness from 0 to 1, in it one for each cosine
     * from 0 to 1); its mean over directions; how far above its head-on value the mean reflectance of a boundary is, a
     * layer for each index; and what clear boundaries reflect and refract together, entering and leaving.
     */
    static float[] table() {
        return TABLE;
    }

    private static float[] compute() {
        for (int i = 0; i < SAMPLES; i++) {
            double phi = 2 * Math.PI * (i + 0.5) / SAMPLES;
            COS_PHI[i] = StrictMath.cos(phi);
            SIN_PHI[i] = StrictMath.sin(phi);
            HEIGHT[i] = ((Integer.reverse(i) >>> 1) + 0.5) * 0x1p-31;
        }
        int layer = ROUGHNESSES * COSINES;
        float[] table = new float[layer + ROUGHNESSES + 3 * layer * INDICES];
        for (int row = 0; row < ROUGHNESSES; row++) {
            double mean = 0;
            for (int column = 0; column < COSINES; column++) {
                double cosine = Math.max(column / (COSINES - 1.0), LEAST_COSINE);
                Facets facets = new Facets(row, cosine);
                int at = row * COSINES + column;
                double albedo = facets.mirror();
                table[at] = (float) albedo;
                // The trapezoidal rule over the cosine, weighted by it.
                mean += (column == COSINES - 1 ? 0.5 : 1) * 2 * cosine * albedo / (COSINES - 1);
                for (int index = 0; index < INDICES; index++) {
                    double eta = index(index);
                    int place = layer + ROUGHNESSES + index * layer + at;
                    table[place] = (float) facets.rise(eta, albedo);
                    table[place + layer * INDICES] = (float) facets.glass(eta);
                    table[place + 2 * layer * INDICES] = (float) facets.glass(1 / eta);
                }
            }
            table[layer + row] = (float) Math.min(mean, 1);
        }
        return table;
    }

    /** The index of refraction of a layer: its reflected amplitude's square root is the place on the axis. */
    private static double index(int layer) {
        double root = layer / (INDICES - 1.0);
        double amplitude = root * root;
        return Math.min((1 + amplitude) / Math.max(1 - amplitude, 1e-9), MOST_INDEX);
    }

    /** Facets seen from one direction. */
    private static final class Facets {
        private final double alpha;
        private final double cosine;
        private final double rootO;
        /** For each sample, the facet's cosine to the view and to the normal. */
        private final double[] toView = new double[SAMPLES];

        private final double[] upright = new double[SAMPLES];

        Facets(int row, double cosine) {
            double roughness = row / (ROUGHNESSES - 1.0);
            this.alpha = Math.max(roughness * roughness, LEAST_ALPHA);
            this.cosine = cosine;
            this.rootO = root(cosine);
            double sine = Math.sqrt(1 - cosine * cosine);
            double length = Math.sqrt(sine * sine * alpha * alpha + cosine * cosine);
            double x = sine * alpha / length;
            double z = cosine / length;
            for (int i = 0; i < SAMPLES; i++) {
                double height = (1 - HEIGHT[i]) * (1 + z) - z;
                double r = Math.sqrt(Math.max(0, 1 - height * height));
                double hx = (r * COS_PHI[i] + x) * alpha;
                double hy = r * SIN_PHI[i] * alpha;
                double hz = height + z;
                double h = Math.sqrt(hx * hx + hy * hy + hz * hz);
                toView[i] = Math.min((sine * hx + cosine * hz) / h, 1);
                upright[i] = hz / h;
            }
        }

        double mirror() {
            double sum = 0;
            for (int i = 0; i < SAMPLES; i++) {
                sum += reflected(i);
            }
            return sum / SAMPLES;
        }

        /** The mean rise of Fresnel's term over what is reflected. */
        double rise(double eta, double albedo) {
            double amplitude = (eta - 1) / (eta + 1);
            double f0 = amplitude * amplitude;
            double sum = 0;
            for (int i = 0; i < SAMPLES; i++) {
                sum += reflected(i) * Math.clamp((fresnel(toView[i], eta) - f0) / (1 - f0), 0, 1);
            }
            return sum / SAMPLES / albedo;
        }

        double glass(double eta) {
            double sum = 0;
            for (int i = 0; i < SAMPLES; i++) {
                double f = fresnel(toView[i], eta);
                sum += f * reflected(i) + (1 - f) * refracted(i, eta);
            }
            return sum / SAMPLES;
        }

        /** The part that leaves without striking another facet. */
        private double reflected(int i) {
            return shadowing(2 * toView[i] * upright[i] - cosine);
        }

        private double refracted(int i, double eta) {
            double inside2 = 1 - (1 - toView[i] * toView[i]) / (eta * eta);
            if (inside2 <= 0) {
                return 0;
            }
            return shadowing(-(upright[i] * (toView[i] / eta - Math.sqrt(inside2)) - cosine / eta));
        }

        private double shadowing(double cosI) {
            return cosI > 0 ? cosI * (cosine + rootO) / (cosI * rootO + cosine * root(cosI)) : 0;
        }

        private double root(double c) {
            return Math.sqrt(alpha * alpha + (1 - alpha * alpha) * c * c);
        }
    }

    private static double fresnel(double cosine, double eta) {
        double inside2 = 1 - (1 - cosine * cosine) / (eta * eta);
        if (inside2 <= 0) {
            return 1;
        }
        double t = Math.sqrt(inside2);
        double s = (cosine - eta * t) / (cosine + eta * t);
        double p = (eta * cosine - t) / (eta * cosine + t);
        return (s * s + p * p) / 2;
    }
}
