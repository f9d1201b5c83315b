package farm.tilth.verifier.comparison;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;

/**
 * How far a row of FP32 numbers is from another, measured in double precision.
 *
 * @param maxAbsDifference over all numbers that are finite in both
 * @param cosine between the rows; 1 when both are zero, 0 when one is
 * @param firstNotFinite the first number that is NaN or infinite in one row and has other bits in the other; −1 when
 *     there is none
 */
public record Deviation(double maxAbsDifference, double cosine, int firstNotFinite) {
    /** Measures two rows of little-endian FP32 numbers of equal length. */
    public static Deviation between(byte[] left, byte[] right) {
        if (left.length != right.length) {
            throw new IllegalArgumentException("the rows have " + left.length + " and " + right.length + " bytes");
        }
        FloatBuffer a = floats(left);
        FloatBuffer b = floats(right);
        double maxAbs = 0;
        double dot = 0;
        double normA = 0;
        double normB = 0;
        int notFinite = -1;
        for (int i = 0; i < a.limit(); i++) {
            float x = a.get(i);
            float y = b.get(i);
            if (Float.isFinite(x) && Float.isFinite(y)) {
                maxAbs = Math.max(maxAbs, Math.abs((double) x - y));
                dot += (double) x * y;
                normA += (double) x * x;
                normB += (double) y * y;
            } else if (notFinite < 0 && Float.floatToRawIntBits(x) != Float.floatToRawIntBits(y)) {
                notFinite = i;
            }
        }
        return new Deviation(maxAbs, cosine(dot, normA, normB), notFinite);
    }

    /** The largest magnitude of the finite numbers of a row. */
    static double largest(byte[] row) {
        FloatBuffer values = floats(row);
        double largest = 0;
        while (values.hasRemaining()) {
            float value = values.get();
            largest = Math.max(largest, Float.isFinite(value) ? Math.abs(value) : 0);
        }
        return largest;
    }

    private static double cosine(double dot, double normA, double normB) {
        if (normA == 0 && normB == 0) {
            return 1;
        }
        if (normA == 0 || normB == 0) {
            return 0;
        }
        return Math.clamp(dot / (Math.sqrt(normA) * Math.sqrt(normB)), -1.0, 1.0);
    }

    private static FloatBuffer floats(byte[] bytes) {
        return ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
    }
}
