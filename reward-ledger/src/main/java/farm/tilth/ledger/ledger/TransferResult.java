package farm.tilth.ledger.ledger;

/** What became of a transfer, or of an entry. The order is the order of the checks: the first that applies is told. */
public enum TransferResult {
    /** It was made now. */
    CREATED,
    /** It was made before, exactly so: a repetition, and no failure. */
    EXISTS,
    /** Its id belongs to a transfer that does something else: it holds, posts or releases another hold. */
    EXISTS_WITH_DIFFERENT_STEP,
    /** Its id belongs to a transfer between other accounts. */
    EXISTS_WITH_DIFFERENT_ACCOUNTS,
    /** Its id belongs to a transfer of another amount. */
    EXISTS_WITH_DIFFERENT_AMOUNT,
    /** Its id belongs to a transfer with another purpose or cause. */
    EXISTS_WITH_DIFFERENT_CAUSE,
    /** There is no hold of that id. */
    HOLD_NOT_FOUND,
    /** The hold is between other accounts. */
    HOLD_HAS_DIFFERENT_ACCOUNTS,
    /** More than was held is to be posted, or less than was held is to be released. */
    HOLD_HAS_DIFFERENT_AMOUNT,
    /** The hold was posted before. */
    HOLD_WAS_POSTED,
    /** The hold was released before. */
    HOLD_WAS_RELEASED,
    /** The hold's time is over: nothing can be posted any more. */
    HOLD_HAS_EXPIRED,
    /** The hold's time is not over: it cannot be expired yet. */
    HOLD_HAS_NOT_EXPIRED,
    /** The debited account does not have the amount, or holds it for something else. */
    INSUFFICIENT_FUNDS,
    /** The credited account would have more than an account may be given. */
    BALANCE_TOO_LARGE,
    /** An account's total would leave 63 bits. */
    TOTAL_TOO_LARGE;

    /** Whether the transfer is in the ledger, from now or from before. */
    public boolean done() {
        return this == CREATED || this == EXISTS;
    }
}
