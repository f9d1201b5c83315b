package farm.tilth.inference.batch;

/**
 * From a text's hidden states to its embedding: the mean over its tokens, scaled to length 1. Sums are taken in the
 * order of the tokens, in 64-bit floats, and rounded once, so that every machine gets the same bits.
 */
public final class Pooling {
    private Pooling() {}

    /**
     * The embedding of one row.
     *
     * @param states hidden states, {@code dimensions} for each position
     * @param offset where the row starts
     * @param tokens of the row, without padding
     */
    public static float[] embedding(float[] states, int offset, int tokens, int dimensions) {
        double[] mean = new double[dimensions];
        for (int i = 0; i < tokens; i++) {
            for (int j = 0; j < dimensions; j++) {
                mean[j] += states[offset + i * dimensions + j];
            }
        }
        double squares = 0;
        for (int j = 0; j < dimensions; j++) {
            mean[j] /= tokens;
            squares += mean[j] * mean[j];
        }
        double length = Math.sqrt(squares);
        float[] embedding = new float[dimensions];
        for (int j = 0; j < dimensions && length > 0; j++) {
            embedding[j] = (float) (mean[j] / length);
        }
        return embedding;
    }
}
