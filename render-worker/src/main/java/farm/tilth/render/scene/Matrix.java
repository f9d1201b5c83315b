package farm.tilth.render.scene;

/**
 * Affine 4 × 4 matrices as arrays of 16 doubles, column by column as in glTF, and quaternions (x, y, z, w). Only
 * arithmetic that every machine does alike, and StrictMath: what is computed here decides the bits of the picture.
 */
public final class Matrix {
    private static final double[] IDENTITY = {1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1};

    private Matrix() {}

    public static double[] identity() {
        return IDENTITY.clone();
    }

    public static double[] product(double[] a, double[] b) {
        double[] out = new double[16];
        for (int column = 0; column < 4; column++) {
            for (int row = 0; row < 4; row++) {
                double sum = 0;
                for (int k = 0; k < 4; k++) {
                    sum += a[k * 4 + row] * b[column * 4 + k];
                }
                out[column * 4 + row] = sum;
            }
        }
        return out;
    }

    /** Scale first, then rotation, then translation. */
    public static double[] compose(double[] translation, double[] rotation, double[] scale) {
        double[] q = normalized(rotation);
        double x = q[0];
        double y = q[1];
        double z = q[2];
        double w = q[3];
        return new double[] {
            (1 - 2 * (y * y + z * z)) * scale[0],
            2 * (x * y + z * w) * scale[0],
            2 * (x * z - y * w) * scale[0],
            0,
            2 * (x * y - z * w) * scale[1],
            (1 - 2 * (x * x + z * z)) * scale[1],
            2 * (y * z + x * w) * scale[1],
            0,
            2 * (x * z + y * w) * scale[2],
            2 * (y * z - x * w) * scale[2],
            (1 - 2 * (x * x + y * y)) * scale[2],
            0,
            translation[0],
            translation[1],
            translation[2],
            1
        };
    }

    /** The determinant of the upper 3 × 3 part. */
    public static double determinant(double[] m) {
        return m[0] * (m[5] * m[10] - m[9] * m[6])
                - m[4] * (m[1] * m[10] - m[9] * m[2])
                + m[8] * (m[1] * m[6] - m[5] * m[2]);
    }

    /**
     * The cofactors of the upper 3 × 3 part, column by column: they turn normals as the matrix turns points, up to
     * length and, for a mirroring matrix, sign.
     */
    public static double[] cofactors(double[] m) {
        return new double[] {
            m[5] * m[10] - m[9] * m[6],
            m[8] * m[6] - m[4] * m[10],
            m[4] * m[9] - m[8] * m[5],
            m[9] * m[2] - m[1] * m[10],
            m[0] * m[10] - m[8] * m[2],
            m[8] * m[1] - m[0] * m[9],
            m[1] * m[6] - m[5] * m[2],
            m[4] * m[2] - m[0] * m[6],
            m[0] * m[5] - m[4] * m[1]
        };
    }

    /** A column of the upper 3 × 3 part, or the translation (3). */
    public static double[] column(double[] m, int column) {
        return new double[] {m[column * 4], m[column * 4 + 1], m[column * 4 + 2]};
    }

    /** A vector of length 1, or {@code fallback} when it has none. */
    public static double[] unit(double[] v, double... fallback) {
        double scale = 0;
        for (double c : v) {
            scale = Math.max(scale, Math.abs(c));
        }
        if (!(scale > 0) || !Double.isFinite(scale)) {
            return fallback;
        }
        double sum = 0;
        for (double c : v) {
            sum += (c / scale) * (c / scale);
        }
        double length = StrictMath.sqrt(sum) * scale;
        double[] out = new double[v.length];
        for (int i = 0; i < v.length; i++) {
            out[i] = v[i] / length;
        }
        return out;
    }

    public static double[] cross(double[] a, double[] b) {
        return new double[] {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
    }

    public static double dot(double[] a, double[] b) {
        double sum = 0;
        for (int i = 0; i < a.length; i++) {
            sum += a[i] * b[i];
        }
        return sum;
    }

    /** A quaternion of length 1; the identity for one of length 0. */
    public static double[] normalized(double[] q) {
        return unit(q, 0, 0, 0, 1);
    }

    /** Spherical interpolation of two unit quaternions the short way (glTF 2.0, appendix C.4). */
    public static double[] slerp(double[] a, double[] b, double t) {
        double cosine = dot(a, b);
        double sign = cosine < 0 ? -1 : 1;
        double weightA = 1 - t;
        double weightB = t * sign;
        if (cosine * sign < 0.9999) {
            double angle = StrictMath.acos(cosine * sign);
            double sine = StrictMath.sin(angle);
            weightA = StrictMath.sin((1 - t) * angle) / sine;
            weightB = sign * StrictMath.sin(t * angle) / sine;
        }
        double[] out = new double[4];
        for (int i = 0; i < 4; i++) {
            out[i] = weightA * a[i] + weightB * b[i];
        }
        return normalized(out);
    }
}
