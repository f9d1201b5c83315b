package farm.tilth.ledger.escrow;

import java.math.BigInteger;
import java.util.Arrays;
import java.util.Comparator;
import java.util.stream.IntStream;

/** Splits whole amounts in proportion, to the last unit: the method of the largest remainder. Pure. */
public final class Shares {
    private Shares() {}

    /**
     * Parts that sum to the amount exactly, each the exact proportion rounded down or up. The units that rounding down
     * leaves go to the largest remainders, at equal ones to the first.
     *
     * @param amount not below 0
     * @param weights none below 0, and one over 0
     */
    public static long[] split(long amount, long[] weights) {
        BigInteger sum = Arrays.stream(weights).mapToObj(BigInteger::valueOf).reduce(BigInteger.ZERO, BigInteger::add);
        if (amount < 0 || sum.signum() <= 0 || Arrays.stream(weights).anyMatch(weight -> weight < 0)) {
            throw new IllegalArgumentException("an amount and weights are not below 0, and a weight is over 0");
        }
        long[] parts = new long[weights.length];
        BigInteger[] remainders = new BigInteger[weights.length];
        long rest = amount;
        for (int i = 0; i < weights.length; i++) {
            BigInteger[] exact = BigInteger.valueOf(amount)
                    .multiply(BigInteger.valueOf(weights[i]))
                    .divideAndRemainder(sum);
            parts[i] = exact[0].longValueExact();
            remainders[i] = exact[1];
            rest -= parts[i];
        }
        IntStream.range(0, weights.length)
                .boxed()
                .sorted(Comparator.comparing((Integer i) -> remainders[i]).reversed())
                .limit(rest)
                .forEach(i -> parts[i]++);
        return parts;
    }
}
