package farm.tilth.ledger.escrow;

import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.JournalEntry;
import farm.tilth.ledger.ledger.Transfer;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.Receipt;
import java.util.ArrayList;
import java.util.List;

/** What an answered call costs: its work units at the price, at most what was held for it. */
public record CallPayment(CallHold hold, Digest worker, long workUnits, Receipt.Prices prices) {
    /** What the customer pays for the call. */
    public long gross() {
        return Math.min(prices.gross(workUnits), hold.ceiling());
    }

    public long fee() {
        return prices.fee(gross());
    }

    public long workerShare() {
        return gross() - fee();
    }

    /** The transfers that end the hold and pay worker and farm; a call that costs nothing only ends its hold. */
    public JournalEntry entry() {
        if (gross() == 0) {
            return JournalEntry.of(hold.transfer().release());
        }
        AccountId calls = AccountId.calls(hold.customer());
        List<Transfer> transfers = new ArrayList<>(3);
        transfers.add(hold.transfer().post(gross()));
        transfers.addAll(PayEntry.of(calls, AccountId.worker(worker), Cause.call(hold.call()), workerShare(), fee())
                .transfers());
        return new JournalEntry(transfers);
    }
}
