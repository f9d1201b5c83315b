package farm.tilth.render.loader;

/** A box along the axes; empty when its smallest corner is not below its largest. */
record Bounds(double[] min, double[] max) {
    static final Bounds EMPTY = new Bounds(
            new double[] {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY},
            new double[] {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY});

    /** The box around this one after a 4 × 4 matrix, given by columns. */
    Bounds placed(double[] matrix) {
        if (isEmpty()) {
            return this;
        }
        double[] low = new double[3];
        double[] high = new double[3];
        for (int row = 0; row < 3; row++) {
            low[row] = matrix[12 + row];
            high[row] = matrix[12 + row];
            for (int k = 0; k < 3; k++) {
                double a = matrix[4 * k + row] * min[k];
                double b = matrix[4 * k + row] * max[k];
                low[row] += Math.min(a, b);
                high[row] += Math.max(a, b);
            }
        }
        return new Bounds(low, high);
    }

    /** The largest coordinate; not finite for a box that is empty. */
    double reach() {
        double reach = 0;
        for (int k = 0; k < 3; k++) {
            reach = Math.max(reach, Math.max(Math.abs(min[k]), Math.abs(max[k])));
        }
        return reach;
    }

    Bounds and(Bounds other) {
        double[] low = new double[3];
        double[] high = new double[3];
        for (int i = 0; i < 3; i++) {
            low[i] = Math.min(min[i], other.min[i]);
            high[i] = Math.max(max[i], other.max[i]);
        }
        return new Bounds(low, high);
    }

    boolean isEmpty() {
        return min[0] > max[0];
    }
}
