package farm.tilth.ledger.ledger;

/** What an account is for. A balance is what the farm owes its owner: credits less debits. */
public enum AccountKind {
    /** A customer's prepaid funds. */
    CUSTOMER(true),
    /** The funds held for one job. */
    ESCROW(true),
    /** A customer's online calls: what was charged passes through to worker and fees in one step, so it stays at 0. */
    CALLS(true),
    /** What a worker has earned and not been paid out. */
    WORKER(true),
    /** A worker's funds at risk. */
    STAKE(true),
    /** The farm's share. */
    FEES(false),
    /** Where credit comes from; the only account that may go below 0. */
    TREASURY(false);

    private final boolean owned;

    AccountKind(boolean owned) {
        this.owned = owned;
    }

    /** Whether there is one such account for each owner, or one for the farm. */
    public boolean owned() {
        return owned;
    }

    /** Whether its balance may go below 0. */
    public boolean mayOverdraw() {
        return this == TREASURY;
    }
}
