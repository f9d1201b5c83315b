package farm.tilth.ledger.ledger;

/** What an account is for. A balance is what the farm owes its owner: credits less debits. */
public enum AccountKind {
    /** A customer's prepaid funds. */
    CUSTOMER(true),
    /** The funds held for one job. */
    ESCROW(true),
    /** A customer's online calls: what was charged passes through to worker and fees in one step, so it stays at 0. */
    CALLS(true),
    /** What a worker was paid for tasks and may still lose: until later results of it have passed. */
    HOLDBACK(true),
    /** What a worker has earned and not been paid out. */
    WORKER(true),
    /** A worker's funds at risk. */
    STAKE(true),
    /** The farm's share. */
    FEES(false),
    /** What was burned: it comes back to nobody. */
    BURN(false),
    /** Where credit comes from; goes below 0 by what it gave. */
    TREASURY(false),
    /** Deposits on a chain; goes below 0 by what came in. */
    CHAIN_IN(false),
    /** What was claimed on a chain. */
    CHAIN_OUT(false);

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
        return this == TREASURY || this == CHAIN_IN;
    }
}
