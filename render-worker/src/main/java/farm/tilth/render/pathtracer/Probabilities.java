package farm.tilth.render.pathtracer;

/**
 * Turns weights into the cumulated integers from which the kernel draws: in units of 2^-30, from 0 to 2^30. What is
 * drawn, and with which probability, is then a matter of integers and the same on every device.
 */
final class Probabilities {
    /** Stands for a probability of 1. */
    static final int ONE = 1 << 30;

    private Probabilities() {}

    /**
     * One entry more than weights. Where all weights are 0, all are equally likely.
     *
     * @param weights finite, not negative
     */
    static int[] cumulated(double[] weights) {
        double total = 0;
        for (double weight : weights) {
            total += weight;
        }
        int[] table = new int[weights.length + 1];
        double sum = 0;
        for (int i = 0; i < weights.length; i++) {
            sum += total > 0 ? weights[i] : 1;
            double share = sum / (total > 0 ? total : weights.length);
            table[i + 1] = (int) Math.min(Math.floor(share * ONE), ONE);
        }
        table[weights.length] = ONE;
        return table;
    }
}
