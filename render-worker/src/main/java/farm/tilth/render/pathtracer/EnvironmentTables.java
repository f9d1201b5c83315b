package farm.tilth.render.pathtracer;

import farm.tilth.render.scene.Environment;

/**
 * How the kernel draws directions towards an environment's light: a row, then a column of it.
 *
 * @param rows height + 1 cumulated probabilities
 * @param columns width + 1 of them for every row
 */
record EnvironmentTables(int[] rows, int[] columns) {

    static EnvironmentTables of(Environment environment) {
        int width = environment.width();
        int height = environment.height();
        float[] luminance = luminance(environment);
        int[] columns = new int[Math.multiplyExact(height, width + 1)];
        double[] rowWeights = new double[height];
        double[] weights = new double[width];
        for (int y = 0; y < height; y++) {
            double sum = 0;
            for (int x = 0; x < width; x++) {
                weights[x] = smoothed(luminance, width, height, x, y);
                sum += weights[x];
            }
            rowWeights[y] = sum * StrictMath.sin(Math.PI * (y + 0.5) / height);
            System.arraycopy(Probabilities.cumulated(weights), 0, columns, y * (width + 1), width + 1);
        }
        return new EnvironmentTables(Probabilities.cumulated(rowWeights), columns);
    }

    private static float[] luminance(Environment environment) {
        float[] rgb = environment.rgb();
        float[] luminance = new float[rgb.length / 3];
        for (int i = 0; i < luminance.length; i++) {
            luminance[i] = 0.2126f * rgb[3 * i] + 0.7152f * rgb[3 * i + 1] + 0.0722f * rgb[3 * i + 2];
        }
        return luminance;
    }

    /** Linear filtering spreads a pixel's light to its neighbours, so their chance is spread too. */
    private static double smoothed(float[] luminance, int width, int height, int x, int y) {
        int left = x == 0 ? width - 1 : x - 1;
        int right = x == width - 1 ? 0 : x + 1;
        double sum = 0;
        for (int dy = -1; dy <= 1; dy++) {
            int row = Math.clamp(y + dy, 0, height - 1) * width;
            double line = luminance[row + left] + 2.0 * luminance[row + x] + luminance[row + right];
            sum += dy == 0 ? 2 * line : line;
        }
        return sum;
    }
}
