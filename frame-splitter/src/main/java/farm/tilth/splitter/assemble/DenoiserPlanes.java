package farm.tilth.splitter.assemble;

/** What the denoiser reads, a plane for each number of a pixel, with a margin in which the outermost pixels repeat. */
final class DenoiserPlanes {
    final int width;
    final int height;
    final int margin;
    final int stride;
    /** By half, by channel: the mean colour. */
    final float[][][] halves;

    final float[][] albedo;
    final float[][] normal;
    final float[] alpha;
    final float[] depth;
    /** By channel: the variance of a half's mean. */
    final float[][] noise;

    DenoiserPlanes(int width, int height, int margin) {
        this.width = width;
        this.height = height;
        this.margin = margin;
        this.stride = width + 2 * margin;
        int size = Math.multiplyExact(stride, height + 2 * margin);
        halves = new float[2][3][size];
        albedo = new float[3][size];
        normal = new float[3][size];
        alpha = new float[size];
        depth = new float[size];
        noise = new float[3][size];
    }

    /** Where a pixel lies; it may lie in the margin. */
    int index(int x, int y) {
        return (y + margin) * stride + x + margin;
    }

    /** Fills the margins of what was read. */
    void extend() {
        for (int c = 0; c < 3; c++) {
            extend(halves[0][c]);
            extend(halves[1][c]);
            extend(albedo[c]);
            extend(normal[c]);
        }
        extend(alpha);
        extend(depth);
    }

    void extend(float[] plane) {
        for (int y = -margin; y < height + margin; y++) {
            int from = Math.max(0, Math.min(height - 1, y));
            for (int x = -margin; x < width + margin; x++) {
                int nearest = Math.max(0, Math.min(width - 1, x));
                plane[index(x, y)] = plane[index(nearest, from)];
            }
        }
    }
}
