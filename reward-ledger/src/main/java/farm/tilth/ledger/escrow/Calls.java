package farm.tilth.ledger.escrow;

import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.TransferResult;
import java.util.List;

/**
 * The money of online calls: held before a call goes to a worker, then posted for the work that was done, or released.
 * Every step is safe to repeat; the lists travel in one batch each. Thread-safe as its ledger is.
 */
public final class Calls {
    private final Ledger ledger;

    public Calls(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Keeps each call's ceiling from being spent otherwise; INSUFFICIENT_FUNDS keeps nothing of that call. */
    public List<TransferResult> hold(List<CallHold> holds) {
        return ledger.create(holds.stream().map(CallHold::transfer).toList());
    }

    /**
     * Pays worker and farm for each answered call and frees the rest of its hold.
     *
     * @return HOLD_HAS_EXPIRED when the answer came too late, HOLD_WAS_RELEASED when the call was given up before;
     *     nothing moves then
     */
    public List<TransferResult> post(List<CallPayment> payments) {
        return ledger.createEntries(payments.stream().map(CallPayment::entry).toList());
    }

    /** Frees what was held for calls that nobody answered. */
    public List<TransferResult> release(List<CallHold> holds) {
        return ledger.create(
                holds.stream().map(hold -> hold.transfer().release()).toList());
    }
}
