package farm.tilth.verifier.sampling;

/**
 * Why cheating does not pay. A worker that fakes a share f of a tile's blocks saves f·c and is caught with probability
 * p·f, which costs it R + S; f cancels, so honesty is the better business at any f when p·(R + S) > c.
 *
 * @param heldBack R: the worker's payments that are not final yet, in the smallest unit
 * @param stake S: its funds at risk, in the smallest unit
 * @param costSaved c: what faking a whole tile saves, in the smallest unit
 */
public record Deterrence(long heldBack, long stake, long costSaved) {
    public Deterrence {
        if (heldBack < 0 || stake < 0 || costSaved < 0) {
            throw new IllegalArgumentException("amounts are negative");
        }
    }

    /** Whether honesty pays better when a share {@code probability} of the tiles is audited. */
    public boolean deters(double probability) {
        return probability * atRisk() > costSaved;
    }

    /** The smallest share of tiles that must be audited so that more than it deters; over 1 when no share does. */
    public double leastProbability() {
        if (costSaved == 0) {
            return 0;
        }
        return atRisk() == 0 ? Double.POSITIVE_INFINITY : costSaved / atRisk();
    }

    /**
     * The probability that a worker which fakes a share {@code fakedShare} of its blocks is caught within
     * {@code tiles} tiles: 1 − (1 − p·f)^n.
     */
    public static double detection(double probability, double fakedShare, long tiles) {
        if (tiles < 0) {
            throw new IllegalArgumentException("the number of tiles is negative");
        }
        return tiles == 0 ? 0 : -Math.expm1(tiles * Math.log1p(-probability * fakedShare));
    }

    private double atRisk() {
        return (double) heldBack + stake;
    }
}
