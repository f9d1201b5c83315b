package farm.tilth.render.scene;

import java.util.Arrays;

/** A box along the axes; empty when its smallest corner is not below its largest. */
record Bounds(double[] min, double[] max) {

    static Bounds of(Mesh mesh) {
        double[] min = new double[3];
        double[] max = new double[3];
        Arrays.fill(min, Double.POSITIVE_INFINITY);
        Arrays.fill(max, Double.NEGATIVE_INFINITY);
        float[] positions = mesh.positions();
        for (int i = 0; i < positions.length; i++) {
            min[i % 3] = Math.min(min[i % 3], positions[i]);
            max[i % 3] = Math.max(max[i % 3], positions[i]);
        }
        return new Bounds(min, max);
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
