package farm.tilth.render.loader;

import farm.tilth.render.scene.Matrix;

/**
 * A sampler of a glTF animation: values over time, held before the first key and after the last one.
 *
 * @param times rising, in seconds
 * @param values one group of {@code width} numbers a key; three (in-tangent, value, out-tangent) when CUBIC
 * @param width how many numbers a value has
 */
record Curve(float[] times, float[] values, int width, Interpolation interpolation) {

    /** How values follow each other. */
    enum Interpolation {
        STEP,
        LINEAR,
        CUBICSPLINE;

        int groups() {
            return this == CUBICSPLINE ? 3 : 1;
        }
    }

    double end() {
        return times[times.length - 1];
    }

    /**
     * The value at a time.
     *
     * @param rotation whether values are quaternions, which are interpolated on the sphere and come out normalised
     */
    double[] at(double seconds, boolean rotation) {
        double[] value = sample(seconds, rotation);
        return rotation ? Matrix.normalized(value) : value;
    }

    private double[] sample(double seconds, boolean rotation) {
        int last = times.length - 1;
        if (!(seconds > times[0])) {
            return key(0);
        }
        if (seconds >= times[last]) {
            return key(last);
        }
        int before = keyBefore(seconds);
        double length = (double) times[before + 1] - times[before];
        double t = (seconds - times[before]) / length;
        return switch (interpolation) {
            case STEP -> key(before);
            case LINEAR -> linear(before, t, rotation);
            case CUBICSPLINE -> cubic(before, t, length);
        };
    }

    private int keyBefore(double seconds) {
        int low = 0;
        int high = times.length - 1;
        while (high - low > 1) {
            int middle = (low + high) >>> 1;
            if (times[middle] <= seconds) {
                low = middle;
            } else {
                high = middle;
            }
        }
        return low;
    }

    private double[] linear(int before, double t, boolean rotation) {
        double[] a = key(before);
        double[] b = key(before + 1);
        if (rotation) {
            return Matrix.slerp(Matrix.normalized(a), Matrix.normalized(b), t);
        }
        double[] out = new double[width];
        for (int i = 0; i < width; i++) {
            out[i] = (1 - t) * a[i] + t * b[i];
        }
        return out;
    }

    /** glTF 2.0, appendix C.5. */
    private double[] cubic(int before, double t, double length) {
        double[] a = key(before);
        double[] b = key(before + 1);
        double[] outTangent = group(before, 2);
        double[] inTangent = group(before + 1, 0);
        double t2 = t * t;
        double t3 = t2 * t;
        double[] out = new double[width];
        for (int i = 0; i < width; i++) {
            out[i] = (2 * t3 - 3 * t2 + 1) * a[i]
                    + length * (t3 - 2 * t2 + t) * outTangent[i]
                    + (-2 * t3 + 3 * t2) * b[i]
                    + length * (t3 - t2) * inTangent[i];
        }
        return out;
    }

    private double[] key(int index) {
        return group(index, interpolation == Interpolation.CUBICSPLINE ? 1 : 0);
    }

    private double[] group(int index, int group) {
        int from = (index * interpolation.groups() + group) * width;
        double[] out = new double[width];
        for (int i = 0; i < width; i++) {
            out[i] = values[from + i];
        }
        return out;
    }
}
