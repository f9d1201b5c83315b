package farm.tilth.ledger.escrow;

import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.JournalEntry;
import farm.tilth.ledger.ledger.Purpose;
import farm.tilth.ledger.ledger.Transfer;
import farm.tilth.protocol.Digest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What the calls of a window cost, once all of them have ended.
 *
 * @param workerShares what each worker earned by them
 * @param fees the farm's share; with the workers' at most what the window kept
 */
public record CallSettlement(CallWindow window, SortedMap<Digest, Long> workerShares, long fees) {
    public CallSettlement {
        workerShares = new TreeMap<>(workerShares);
    }

    /** What the customer pays for the calls. */
    public long gross() {
        return workerShares.values().stream().reduce(fees, Math::addExact);
    }

    /** The transfers that end the hold and pay workers and farm; calls that cost nothing only end their hold. */
    JournalEntry entry() {
        if (gross() == 0) {
            return JournalEntry.of(window.transfer().release());
        }
        AccountId calls = AccountId.calls(window.customer());
        List<Transfer> transfers = new ArrayList<>(workerShares.size() + 2);
        transfers.add(window.transfer().post(gross()));
        for (Map.Entry<Digest, Long> share : workerShares.entrySet()) {
            if (share.getValue() > 0) {
                Cause cause = Cause.calls(window.id(), share.getKey());
                transfers.add(
                        Transfer.direct(Purpose.PAY, cause, calls, AccountId.worker(share.getKey()), share.getValue()));
            }
        }
        if (fees > 0) {
            transfers.add(Transfer.direct(Purpose.FEE, Cause.calls(window.id()), calls, AccountId.FEES, fees));
        }
        return new JournalEntry(transfers);
    }
}
