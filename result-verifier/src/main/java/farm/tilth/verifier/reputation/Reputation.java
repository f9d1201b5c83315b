package farm.tilth.verifier.reputation;

/**
 * What a worker's audits have shown so far. Immutable; each finding makes the next value.
 *
 * @param streak results accepted since the last fault, or since the beginning
 * @param accepted results accepted ever
 * @param faults results rejected ever
 */
public record Reputation(long streak, long accepted, long faults) {
    /** A worker that has shown nothing yet. */
    public static final Reputation NEW = new Reputation(0, 0, 0);

    public Reputation {
        if (streak < 0 || streak > accepted || faults < 0) {
            throw new IllegalArgumentException("no history gives a streak of " + streak + " in " + accepted
                    + " accepted results and " + faults + " faults");
        }
    }

    /** After one more accepted result. */
    public Reputation afterAccepted() {
        return new Reputation(streak + 1, accepted + 1, faults);
    }

    /** After a fault: the worker starts again. */
    public Reputation afterFault() {
        return new Reputation(0, accepted, faults + 1);
    }
}
