package farm.tilth.splitter.assemble;

/**
 * For some pixels, the sums of a weighted regression over their neighbours: colour = a · alpha + g · normal +
 * b · albedo, each channel by its own albedo. The sums are of products of the two factors that name them.
 */
final class Regression {
    /** The least variance of albedo that a slope is drawn from. */
    private static final float ALBEDO_GRAIN = 2e-4f;
    /** The same of normals. */
    private static final float NORMAL_GRAIN = 1e-4f;

    private static final int ALPHA_ALPHA = 0;
    private static final int ALPHA_NORMAL = 1;
    private static final int NORMAL_NORMAL = 4;
    /** Where the sums of the first channel start, and how many each one has. */
    private static final int CHANNEL = 10;

    private static final int PER_CHANNEL = 10;
    private static final int ALBEDO_ALPHA = 0;
    private static final int ALBEDO_ALBEDO = 1;
    private static final int ALBEDO_NORMAL = 2;
    private static final int COLOR_ALPHA = 5;
    private static final int COLOR_ALBEDO = 6;
    private static final int COLOR_NORMAL = 7;
    /** The place of two of the normal's components. */
    private static final int[][] PAIR = {{0, 1, 2}, {1, 3, 4}, {2, 4, 5}};

    private final DenoiserPlanes planes;
    private final float[][] colors;
    private final float[][] sums;
    private final float[] weighted;

    /**
     * Without any neighbours.
     *
     * @param half of the samples whose colours are predicted
     * @param width the most neighbours that are added at once
     */
    Regression(DenoiserPlanes planes, int half, int pixels, int width) {
        this.planes = planes;
        this.colors = planes.halves[half];
        this.sums = new float[CHANNEL + 3 * PER_CHANNEL][pixels];
        this.weighted = new float[width];
    }

    /**
     * Adds a row of neighbours, one to each of a row of pixels.
     *
     * @param q the first neighbour's place in the planes
     * @param at the first pixel
     */
    void add(float[] weight, int q, int at) {
        weigh(weight, planes.alpha, q);
        sum(ALPHA_ALPHA, at, planes.alpha, q);
        for (int k = 0; k < 3; k++) {
            sum(ALPHA_NORMAL + k, at, planes.normal[k], q);
            sum(of(k, ALBEDO_ALPHA), at, planes.albedo[k], q);
            sum(of(k, COLOR_ALPHA), at, colors[k], q);
        }
        for (int k = 0; k < 3; k++) {
            weigh(weight, planes.normal[k], q);
            for (int l = k; l < 3; l++) {
                sum(NORMAL_NORMAL + PAIR[k][l], at, planes.normal[l], q);
            }
            for (int c = 0; c < 3; c++) {
                sum(of(c, ALBEDO_NORMAL + k), at, planes.albedo[c], q);
                sum(of(c, COLOR_NORMAL + k), at, colors[c], q);
            }
        }
        for (int c = 0; c < 3; c++) {
            weigh(weight, planes.albedo[c], q);
            sum(of(c, ALBEDO_ALBEDO), at, planes.albedo[c], q);
            sum(of(c, COLOR_ALBEDO), at, colors[c], q);
        }
    }

    private void weigh(float[] weight, float[] plane, int q) {
        for (int x = 0; x < weighted.length; x++) {
            weighted[x] = weight[x] * plane[q + x];
        }
    }

    private void sum(int which, int at, float[] plane, int q) {
        float[] sum = sums[which];
        for (int x = 0; x < weighted.length; x++) {
            sum[at + x] += weighted[x] * plane[q + x];
        }
    }

    private static int of(int channel, int sum) {
        return CHANNEL + PER_CHANNEL * channel + sum;
    }

    /**
     * Adds to 3 numbers the colour that the neighbours predict for a pixel's own alpha, normal and albedo.
     *
     * @param p the pixel's place in the planes
     */
    void predict(int at, int p, float[] result) {
        float aa = sums[ALPHA_ALPHA][at];
        if (!(aa > 0)) {
            for (int c = 0; c < 3; c++) {
                result[c] += colors[c][p];
            }
            return;
        }
        Normals n = new Normals(at, p, aa);
        for (int c = 0; c < 3; c++) {
            result[c] += predicted(n, c);
        }
    }

    private float predicted(Normals n, int c) {
        float mean = sums[of(c, ALBEDO_ALPHA)][n.at] / n.aa;
        float base = sums[of(c, COLOR_ALPHA)][n.at] / n.aa;
        float[] f = n.reduced(of(c, ALBEDO_NORMAL), mean);
        float[] g = n.reduced(of(c, COLOR_NORMAL), base);
        float spread = sums[of(c, ALBEDO_ALBEDO)][n.at] - mean * mean * n.aa - n.product(f, f);
        float common = sums[of(c, COLOR_ALBEDO)][n.at] - mean * base * n.aa - n.product(f, g);
        float slope = common / (Math.max(0, spread) + ALBEDO_GRAIN * n.aa);
        float own = planes.albedo[c][n.p] - mean * planes.alpha[n.p] - n.product(f, n.own);
        return planes.alpha[n.p] * base + n.product(g, n.own) + slope * own;
    }

    /** The equations of the normal's three components, without what alpha explains of them, as L · D · Lᵀ. */
    private final class Normals {
        private final int at;
        private final int p;
        private final float aa;
        private final float[] mean = new float[3];
        private final float[] d = new float[3];
        private final float l10;
        private final float l20;
        private final float l21;
        /** The pixel's own normal in these terms. */
        private final float[] own = new float[3];

        Normals(int at, int p, float aa) {
            this.at = at;
            this.p = p;
            this.aa = aa;
            for (int k = 0; k < 3; k++) {
                mean[k] = sums[ALPHA_NORMAL + k][at] / aa;
            }
            float grain = NORMAL_GRAIN * aa;
            d[0] = Math.max(0, spread(0, 0)) + grain;
            l10 = spread(0, 1) / d[0];
            l20 = spread(0, 2) / d[0];
            d[1] = Math.max(0, spread(1, 1) - l10 * l10 * d[0]) + grain;
            l21 = (spread(1, 2) - l20 * l10 * d[0]) / d[1];
            d[2] = Math.max(0, spread(2, 2) - l20 * l20 * d[0] - l21 * l21 * d[1]) + grain;
            for (int k = 0; k < 3; k++) {
                own[k] = planes.normal[k][p] - mean[k] * planes.alpha[p];
            }
            reduce(own);
        }

        private float spread(int k, int l) {
            return sums[NORMAL_NORMAL + PAIR[k][l]][at] - mean[k] * mean[l] * aa;
        }

        /** Another factor's products with the normal, without what alpha explains of them. */
        float[] reduced(int first, float otherMean) {
            float[] v = new float[3];
            for (int k = 0; k < 3; k++) {
                v[k] = sums[first + k][at] - otherMean * mean[k] * aa;
            }
            reduce(v);
            return v;
        }

        private void reduce(float[] v) {
            v[1] -= l10 * v[0];
            v[2] -= l20 * v[0] + l21 * v[1];
        }

        float product(float[] v, float[] w) {
            return v[0] * w[0] / d[0] + v[1] * w[1] / d[1] + v[2] * w[2] / d[2];
        }
    }
}
