package farm.tilth.protocol.task;

/**
 * Where a task is on its way. The table is the whole truth; rows change into columns:
 *
 * <pre>
 *            QUEUED LEASED REPORTED ACCEPTED FAILED CANCELED
 * QUEUED        -      x       -        -       x       x
 * LEASED        x      -       x        -       x       x
 * REPORTED      x      -       -        x       x       x
 * ACCEPTED      x      -       -        -       -       -
 * FAILED        -      -       -        -       -       -
 * CANCELED      -      -       -        -       -       -
 * </pre>
 *
 * A lease that expires and a result that an audit rejects go back to QUEUED; an accepted task goes back
 * only when a back-audit finds its worker at fault.
 */
public enum TaskState {
    /** Waits for a worker. */
    QUEUED,
    /** A worker has the right to it until its lease expires. */
    LEASED,
    /** The worker committed to a result; the audit is open. */
    REPORTED,
    /** The audit found nothing wrong; the result counts and is paid. */
    ACCEPTED,
    /** It cannot be done: the input is at fault, or every attempt failed. */
    FAILED,
    /** Its job was cancelled. */
    CANCELED;

    public boolean canBecome(TaskState next) {
        return switch (this) {
            case QUEUED -> next == LEASED || next == FAILED || next == CANCELED;
            case LEASED -> next == QUEUED || next == REPORTED || next == FAILED || next == CANCELED;
            case REPORTED -> next == QUEUED || next == ACCEPTED || next == FAILED || next == CANCELED;
            case ACCEPTED -> next == QUEUED;
            case FAILED, CANCELED -> false;
        };
    }

    /** Whether nothing will happen to the task any more, short of a back-audit. */
    public boolean isFinal() {
        return this == ACCEPTED || this == FAILED || this == CANCELED;
    }
}
