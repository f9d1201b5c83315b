package farm.tilth.verifier.reputation;

/**
 * How often a worker of some reputation is audited. On probation every result is; then the share falls as the streak
 * grows, p = W / streak, and stays at the floor from there on. A fault brings it back to 1.
 *
 * @param probation W: how many results in a row must be accepted before any is spared
 * @param floor the least share of audited results
 */
public record AuditPolicy(int probation, double floor) {
    /** Audits every result of everyone. */
    public static final AuditPolicy EVERY_RESULT = new AuditPolicy(1, 1);

    /** A window of 64 results, and a quarter of the results after it at least. */
    public static final AuditPolicy DEFAULT = new AuditPolicy(64, 0.25);

    public AuditPolicy {
        if (probation < 1) {
            throw new IllegalArgumentException("probation lasts at least 1 result, not " + probation);
        }
        if (!(floor > 0 && floor <= 1)) {
            throw new IllegalArgumentException("the floor must be over 0 and at most 1, not " + floor);
        }
    }

    /** The probability with which the worker's next result is audited. */
    public double probability(Reputation reputation) {
        if (reputation.streak() <= probation) {
            return 1;
        }
        return Math.max(floor, (double) probation / reputation.streak());
    }

    /** Whether the worker is still on probation: its payments are not final before. */
    public boolean onProbation(Reputation reputation) {
        return reputation.streak() < probation;
    }
}
