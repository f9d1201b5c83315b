package farm.tilth.ledger.escrow;

import farm.tilth.ledger.ledger.AccountBalance;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.Purpose;
import farm.tilth.ledger.ledger.Step;
import farm.tilth.ledger.ledger.Transfer;
import farm.tilth.ledger.ledger.TransferId;
import farm.tilth.ledger.ledger.TransferResult;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.TaskId;
import java.util.List;
import java.util.UUID;

/**
 * A worker's pay between its task and the time when it cannot be lost any more. Each task's pay ends once: earned by the
 * worker, or forfeited to the customer; both are one transfer by its id, so that whichever comes second is refused by
 * the ledger itself. Every step is safe to repeat. Thread-safe as its ledger is.
 */
public final class Holdback {
    private final Ledger ledger;

    public Holdback(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * The pay of one task that is held back.
     *
     * @param customer who paid for the task
     * @param amount the worker's share; over 0
     */
    public record Held(TaskId task, Digest worker, UUID customer, long amount) {
        private Transfer end(Purpose purpose, AccountId to) {
            Cause cause = Cause.of(task);
            TransferId id = TransferId.of(Step.Kind.DIRECT, Purpose.EARN, cause);
            return new Transfer(id, AccountId.holdback(worker), to, amount, purpose, cause, new Step.Direct());
        }
    }

    /**
     * Gives each task's pay to its worker for good.
     *
     * @return EXISTS_WITH_DIFFERENT_ACCOUNTS for one that was forfeited before
     */
    public List<TransferResult> earn(List<Held> held) {
        return ledger.create(held.stream()
                .map(pay -> pay.end(Purpose.EARN, AccountId.worker(pay.worker())))
                .toList());
    }

    /**
     * Gives each task's pay back to its customer.
     *
     * @return EXISTS_WITH_DIFFERENT_ACCOUNTS for one that was earned before
     */
    public List<TransferResult> forfeit(List<Held> held) {
        return ledger.create(held.stream()
                .map(pay -> pay.end(Purpose.FORFEIT, AccountId.customer(pay.customer())))
                .toList());
    }

    public AccountBalance balance(Digest worker) {
        return ledger.balance(AccountId.holdback(worker));
    }
}
