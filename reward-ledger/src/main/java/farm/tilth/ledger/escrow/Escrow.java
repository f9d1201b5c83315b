package farm.tilth.ledger.escrow;

import farm.tilth.ledger.ledger.AccountBalance;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.JournalEntry;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.Purpose;
import farm.tilth.ledger.ledger.Transfer;
import farm.tilth.ledger.ledger.TransferResult;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.task.JobId;
import java.util.List;
import java.util.Map;
import java.util.UUID;

/**
 * A job's money: its ceiling is taken from the customer when it is ordered, each accepted task is paid out of it, and
 * the rest goes back when it has ended. Every step is safe to repeat. Thread-safe as its ledger is.
 */
public final class Escrow {
    private static final int REFUND_ATTEMPTS = 5;

    private final Ledger ledger;

    public Escrow(Ledger ledger) {
        this.ledger = ledger;
    }

    /** Takes the job's ceiling from the customer; INSUFFICIENT_FUNDS takes nothing. A ceiling of 0 needs no transfer. */
    public TransferResult open(JobId job, UUID customer, long ceiling) {
        return ledger.createEntries(List.of(opening(job, customer, ceiling))).getFirst();
    }

    public TransferResult pay(TaskPayment payment) {
        return payAll(List.of(payment)).getFirst();
    }

    /**
     * Pays accepted tasks, of any jobs, in one batch.
     *
     * @return what became of each: a task that was paid before is EXISTS; INSUFFICIENT_FUNDS when the job's escrow has
     *     not that much left, and then neither the worker nor the farm gets a part
     * @throws FarmException with TOO_LARGE over {@value Ledger#MAX_BATCH} / 2 payments, or UNAVAILABLE
     */
    public List<TransferResult> payAll(List<TaskPayment> payments) {
        return ledger.createEntries(payments.stream().map(TaskPayment::entry).toList());
    }

    /**
     * Gives what is left back to the customer. Call it when no task of the job can be paid any more.
     *
     * @return the amount that this call gave back; 0 when nothing was left
     * @throws FarmException with CONFLICT when the escrow keeps changing, or was given back before and filled again
     */
    public long refund(JobId job, UUID customer) {
        AccountId escrow = AccountId.escrow(job);
        TransferResult result = TransferResult.INSUFFICIENT_FUNDS;
        for (int i = 0; i < REFUND_ATTEMPTS && result == TransferResult.INSUFFICIENT_FUNDS; i++) {
            long rest = ledger.balance(escrow).available();
            if (rest == 0) {
                return 0;
            }
            result = ledger.create(
                    Transfer.direct(Purpose.REFUND, Cause.of(job), escrow, AccountId.customer(customer), rest));
            if (result == TransferResult.CREATED) {
                return rest;
            }
        }
        if (result == TransferResult.EXISTS) {
            return 0;
        }
        throw new FarmException(
                ErrorCode.CONFLICT,
                "the rest of job " + job + " cannot be given back (" + result + "): refund a job once, after it ended");
    }

    /** What was held, paid and given back so far; held = paid + fees + refunded once the job was refunded. */
    public Receipt.Totals totals(JobId job) {
        AccountId escrow = AccountId.escrow(job);
        Map<Purpose, Long> out = ledger.debitsByPurpose(escrow);
        return new Receipt.Totals(
                ledger.balance(escrow).credited(),
                out.getOrDefault(Purpose.PAY, 0L),
                out.getOrDefault(Purpose.FEE, 0L),
                out.getOrDefault(Purpose.REFUND, 0L));
    }

    /** What the job's escrow account has: credited is what was held, debited what was paid or given back. */
    public AccountBalance balance(JobId job) {
        return ledger.balance(AccountId.escrow(job));
    }

    private static JournalEntry opening(JobId job, UUID customer, long ceiling) {
        if (ceiling == 0) {
            return JournalEntry.of();
        }
        return JournalEntry.of(Transfer.direct(
                Purpose.ESCROW, Cause.of(job), AccountId.customer(customer), AccountId.escrow(job), ceiling));
    }
}
