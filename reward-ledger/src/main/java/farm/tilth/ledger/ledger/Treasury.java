package farm.tilth.ledger.ledger;

/** Gives credit: the one way in which money enters the farm's books. */
public final class Treasury {
    private final Ledger ledger;

    public Treasury(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Credits an account once for each cause; the same cause with another amount is refused. */
    public TransferResult credit(AccountId account, long amount, Cause cause) {
        return ledger.create(Transfer.direct(Purpose.CREDIT, cause, AccountId.TREASURY, account, amount));
    }
}
