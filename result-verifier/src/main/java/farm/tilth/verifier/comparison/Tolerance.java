package farm.tilth.verifier.comparison;

/**
 * How far two honest devices may differ on a model, as calibrated when the model was registered.
 *
 * @param maxAbsDifference the largest distance of any number from its recomputed value
 * @param minCosine the smallest cosine between the two rows
 */
public record Tolerance(double maxAbsDifference, double minCosine) {
    public Tolerance {
        if (!(maxAbsDifference >= 0 && Double.isFinite(maxAbsDifference))) {
            throw new IllegalArgumentException("the largest difference must be 0 or a positive number");
        }
        if (!(minCosine >= -1 && minCosine <= 1)) {
            throw new IllegalArgumentException("the smallest cosine must be between -1 and 1");
        }
    }

    public boolean admits(Deviation deviation) {
        return deviation.firstNotFinite() < 0
                && deviation.maxAbsDifference() <= maxAbsDifference
                && deviation.cosine() >= minCosine;
    }

    /**
     * Whether a row of scores decides its class label on every device: the two highest scores are farther apart than
     * both can move. One score alone decides.
     */
    public boolean decidesLabel(float[] scores) {
        double first = Double.NEGATIVE_INFINITY;
        double second = Double.NEGATIVE_INFINITY;
        for (float score : scores) {
            if (!Float.isFinite(score)) {
                return false;
            }
            second = Math.max(second, Math.min(first, score));
            first = Math.max(first, score);
        }
        return scores.length > 0 && first - second > 2 * maxAbsDifference;
    }
}
