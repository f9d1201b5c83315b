package farm.tilth.splitter.assemble;

/** Some rows of a frame while they are denoised. Every row comes out the same, whatever the rows beside it. */
final class DenoisedStrip {
    private static final int REACH = GuidedDenoiser.REACH;
    private static final int PATCH = GuidedDenoiser.PATCH;
    /** How different patches may be, in deviations of their noise. */
    private static final float COLOR_WIDTH = 0.6f;

    private static final float NORMAL_WIDTH = 0.1f;
    private static final float DEPTH_WIDTH = 1.5f;
    /** The least difference of depth that counts, as a share of it. */
    private static final float DEPTH_GRAIN = 0.005f;

    private static final float DARK = 1e-6f;
    /** A weight falls as (1 − d/8)⁸, much as exp(−d) does. */
    private static final float FALL = 1f / 8;

    private final DenoiserPlanes planes;
    /** The columns that anything was met in are alone worked on; the others are 0 and stay so. */
    private final int left;

    private final int width;
    private final int first;
    private final int rows;
    /** By half. */
    private final Regression[] regressions;

    private final float[][] difference;
    private final float[] guide;
    private final float[] across;
    private final float[] weight;
    private final float[] colors = new float[3];

    DenoisedStrip(DenoiserPlanes planes, int first, int rows) {
        this.planes = planes;
        this.first = first;
        this.rows = rows;
        int from = 0;
        while (from < planes.width && isEmpty(from)) {
            from++;
        }
        int end = planes.width;
        while (end > from && isEmpty(end - 1)) {
            end--;
        }
        this.left = from;
        this.width = end - from;
        this.regressions = new Regression[] {
            new Regression(planes, 0, rows * width, width), new Regression(planes, 1, rows * width, width)
        };
        this.difference = new float[rows + 2 * PATCH][width];
        this.guide = new float[rows * width];
        this.across = new float[width + 2 * PATCH];
        this.weight = new float[width];
    }

    private boolean isEmpty(int x) {
        boolean empty = true;
        for (int row = 0; row < rows; row++) {
            empty &= planes.alpha[planes.index(x, first + row)] == 0;
        }
        return empty;
    }

    /** Denoises the rows. */
    void writeTo(float[] result) {
        if (width == 0) {
            return;
        }
        for (int dy = -REACH; dy <= REACH; dy++) {
            for (int dx = -REACH; dx <= REACH; dx++) {
                compareGuides(dx, dy);
                for (int half = 0; half < 2; half++) {
                    compareColors(1 - half, dx, dy);
                    for (int row = 0; row < rows; row++) {
                        if (weigh(row, dx, dy)) {
                            int neighbours = planes.index(left + dx, first + row + dy);
                            regressions[half].add(weight, neighbours, row * width);
                        }
                    }
                }
            }
        }
        for (int row = 0; row < rows; row++) {
            for (int x = 0; x < width; x++) {
                java.util.Arrays.fill(colors, 0);
                int pixel = planes.index(left + x, first + row);
                regressions[0].predict(row * width + x, pixel, colors);
                regressions[1].predict(row * width + x, pixel, colors);
                for (int c = 0; c < 3; c++) {
                    float color = 0.5f * colors[c];
                    result[4 * ((first + row) * planes.width + left + x) + c] = color > 0 ? color : 0;
                }
            }
        }
    }

    /** How much normal and depth differ. */
    private void compareGuides(int dx, int dy) {
        float[] depth = planes.depth;
        float steps = dx * dx + dy * dy;
        int step = dy * planes.stride + dx;
        for (int row = 0; row < rows; row++) {
            int p = planes.index(left, first + row);
            for (int x = 0; x < width; x++, p++) {
                int q = p + step;
                float n = 0;
                for (int c = 0; c < 3; c++) {
                    float d = planes.normal[c][p] - planes.normal[c][q];
                    n += d * d;
                }
                float slopeX = 0.5f * (depth[p + 1] - depth[p - 1]);
                float slopeY = 0.5f * (depth[p + planes.stride] - depth[p - planes.stride]);
                float grain = DEPTH_GRAIN * depth[p];
                float allowed = grain * grain + (slopeX * slopeX + slopeY * slopeY) * steps;
                float z = depth[p] - depth[q];
                float far = z * z / (DEPTH_WIDTH * DEPTH_WIDTH * allowed + DARK * DARK);
                guide[row * width + x] = Math.max(n * (1 / (NORMAL_WIDTH * NORMAL_WIDTH)), far);
            }
        }
    }

    /** How much the patches of a half differ, by row: summed along the row, not yet over the rows. */
    private void compareColors(int half, int dx, int dy) {
        int step = dy * planes.stride + dx;
        for (int row = 0; row < difference.length; row++) {
            int start = planes.index(left - PATCH, first + row - PATCH);
            java.util.Arrays.fill(across, 0);
            for (int c = 0; c < 3; c++) {
                addDifference(planes.halves[half][c], planes.noise[c], start, step);
            }
            float[] sum = difference[row];
            for (int x = 0; x < width; x++) {
                float s = 0;
                for (int k = 0; k <= 2 * PATCH; k++) {
                    s += across[x + k];
                }
                sum[x] = s;
            }
        }
    }

    private void addDifference(float[] color, float[] noise, int start, int step) {
        for (int x = 0; x < across.length; x++) {
            int p = start + x;
            int q = p + step;
            float d = color[p] - color[q];
            float both = noise[p] + Math.min(noise[p], noise[q]);
            float scale = COLOR_WIDTH * COLOR_WIDTH * (noise[p] + noise[q]) + DARK;
            across[x] += (d * d - both) / scale;
        }
    }

    /** The weights of the neighbours of a row; false where all are 0. */
    private boolean weigh(int row, int dx, int dy) {
        int side = 2 * PATCH + 1;
        float share = 1f / (3 * side * side);
        int least = Math.max(0, -dx - left);
        int end = Math.min(width, planes.width - dx - left);
        int y = first + row + dy;
        boolean inside = y >= 0 && y < planes.height;
        for (int x = 0; x < width; x++) {
            float d = 0;
            for (int k = 0; k < side; k++) {
                d += difference[row + k][x];
            }
            d = Math.max(Math.max(d * share, guide[row * width + x]), 0);
            float w = Math.max(0, 1 - d * FALL);
            w *= w;
            w *= w;
            weight[x] = w * w;
        }
        java.util.Arrays.fill(weight, 0, inside ? Math.min(least, width) : width, 0);
        java.util.Arrays.fill(weight, Math.max(0, end), width, 0);
        float any = 0;
        for (int x = 0; x < width; x++) {
            any += weight[x];
        }
        return any > 0;
    }
}
