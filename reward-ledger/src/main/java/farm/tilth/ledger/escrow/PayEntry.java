package farm.tilth.ledger.escrow;

import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.JournalEntry;
import farm.tilth.ledger.ledger.Purpose;
import farm.tilth.ledger.ledger.Transfer;
import java.util.ArrayList;
import java.util.List;

/** Worker's share and fee, out of one account; the ledger knows no transfers of 0. */
final class PayEntry {
    private PayEntry() {}

    static JournalEntry of(AccountId from, AccountId worker, Cause cause, long workerShare, long fee) {
        List<Transfer> transfers = new ArrayList<>(2);
        if (workerShare > 0) {
            transfers.add(Transfer.direct(Purpose.PAY, cause, from, worker, workerShare));
        }
        if (fee > 0) {
            transfers.add(Transfer.direct(Purpose.FEE, cause, from, AccountId.FEES, fee));
        }
        return new JournalEntry(transfers);
    }
}
