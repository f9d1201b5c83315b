package farm.tilth.render.pathtracer;

import farm.tilth.render.scene.Mesh;
import java.util.Arrays;

/** A box along the axes, in single precision. It is part of what a ray hits: the same for every hierarchy. */
record InstanceBox(float[] low, float[] high) {
    /** How much larger than exact a placed box is, of the largest number that took part in placing it. */
    private static final double MARGIN = 0x1p-18;

    static InstanceBox ofTriangles(Mesh mesh, int first, int end) {
        float[] low = new float[3];
        float[] high = new float[3];
        Arrays.fill(low, Float.POSITIVE_INFINITY);
        Arrays.fill(high, Float.NEGATIVE_INFINITY);
        for (int i = 3 * first; i < 3 * end; i++) {
            for (int k = 0; k < 3; k++) {
                float p = mesh.positions()[3 * mesh.indices()[i] + k];
                low[k] = Math.min(low[k], p);
                high[k] = Math.max(high[k], p);
            }
        }
        return new InstanceBox(low, high);
    }

    /** The box around this one after a transform, given by three rows of four numbers. */
    InstanceBox placed(float[] rows) {
        float[] placedLow = new float[3];
        float[] placedHigh = new float[3];
        for (int row = 0; row < 3; row++) {
            double least = rows[4 * row + 3];
            double most = least;
            double reach = Math.abs(least);
            for (int k = 0; k < 3; k++) {
                double a = (double) rows[4 * row + k] * low[k];
                double b = (double) rows[4 * row + k] * high[k];
                least += Math.min(a, b);
                most += Math.max(a, b);
                reach += Math.max(Math.abs(a), Math.abs(b));
            }
            placedLow[row] = (float) (least - reach * MARGIN);
            placedHigh[row] = (float) (most + reach * MARGIN);
        }
        return new InstanceBox(placedLow, placedHigh);
    }

    InstanceBox and(InstanceBox other) {
        float[] bothLow = new float[3];
        float[] bothHigh = new float[3];
        for (int k = 0; k < 3; k++) {
            bothLow[k] = Math.min(low[k], other.low[k]);
            bothHigh[k] = Math.max(high[k], other.high[k]);
        }
        return new InstanceBox(bothLow, bothHigh);
    }
}
