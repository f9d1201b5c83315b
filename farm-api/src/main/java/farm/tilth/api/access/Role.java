package farm.tilth.api.access;

/** What a key may be used for. A key has one or more. */
public enum Role {
    /** Uploads, jobs and inference, paid by the account. */
    CUSTOMER,
    /** Runs workers that earn for the account. */
    OWNER,
    /** Runs the farm: trusted workers, keys, credits, everybody's workers. */
    OPERATOR
}
