package farm.tilth.api.job;

/**
 * Where a job is on its way. It reaches a final state only after everything that it owes is paid and the rest is
 * refunded.
 */
public enum JobState {
    /** Its tasks are computed and verified. */
    RUNNING,
    /** Every computation is accepted; the last files are written. */
    ASSEMBLING,
    /** All outputs are there. */
    COMPLETED,
    /** Something could not be done; what was done is paid. */
    FAILED,
    /** Its owner called it off; what was done is paid. */
    CANCELED;

    /** Whether nothing will happen to the job any more. */
    public boolean isFinal() {
        return this == COMPLETED || this == FAILED || this == CANCELED;
    }
}
