package farm.tilth.ledger.escrow;

import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.TransferResult;
import java.util.List;

/**
 * The money of online calls: kept by windows before calls go to workers, then posted for the work that was done, or
 * released. Every step is safe to repeat. Thread-safe as its ledger is.
 */
public final class Calls {
    private final Ledger ledger;

    public Calls(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Keeps the window's amount from being spent otherwise; INSUFFICIENT_FUNDS keeps nothing. */
    public TransferResult open(CallWindow window) {
        return ledger.create(window.transfer());
    }

    /**
     * Pays workers and farm for the calls of each window and frees the rest of its hold, in one batch.
     *
     * @return what became of each: HOLD_HAS_EXPIRED when it came too late, EXISTS_WITH_… when the window was settled
     *     with other amounts before; nothing moves then
     */
    public List<TransferResult> settle(List<CallSettlement> settlements) {
        return ledger.createEntries(
                settlements.stream().map(CallSettlement::entry).toList());
    }
}
