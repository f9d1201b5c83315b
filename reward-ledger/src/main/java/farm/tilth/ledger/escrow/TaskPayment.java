package farm.tilth.ledger.escrow;

import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.JournalEntry;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.task.TaskId;

/**
 * What an accepted task earns: floor(work units × price), of which the farm's fee is taken.
 *
 * @param prices those of the task's job, as they were when it was ordered
 */
public record TaskPayment(TaskId task, Digest worker, long workUnits, Receipt.Prices prices) {
    /** What the customer pays for the task. */
    public long gross() {
        return prices.gross(workUnits);
    }

    public long fee() {
        return prices.fee(gross());
    }

    public long workerShare() {
        return gross() - fee();
    }

    /**
     * The transfers that pay the task: the worker's share to its holdback, then the fee, without those of amount 0. A receipt lists exactly
     * these.
     */
    public JournalEntry entry() {
        return PayEntry.of(
                AccountId.escrow(task.job()), AccountId.holdback(worker), Cause.of(task), workerShare(), fee());
    }
}
