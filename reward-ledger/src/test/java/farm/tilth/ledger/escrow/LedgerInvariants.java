package farm.tilth.ledger.escrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.ledger.ledger.AccountBalance;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.AccountKind;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.Purpose;
import farm.tilth.ledger.ledger.Step;
import farm.tilth.ledger.ledger.Transfer;
import farm.tilth.ledger.ledger.TransferId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** What holds for the books at every moment, whatever was lost or told twice. */
final class LedgerInvariants {
    private final LedgerWorld world;
    private final Ledger ledger;
    private final Map<AccountId, Long> earned = new HashMap<>();

    LedgerInvariants(LedgerWorld world) {
        this.world = world;
        this.ledger = world.ledger;
    }

    void check() {
        long sum = 0;
        for (AccountKind kind : AccountKind.values()) {
            for (AccountBalance account : ledger.balances(kind, "", Ledger.MAX_PAGE)) {
                sum += account.balance();
                assertTrue(account.held() >= 0, () -> "held of " + account);
                assertTrue(kind.mayOverdraw() || account.available() >= 0, () -> "overdrawn " + account);
                if (kind == AccountKind.WORKER) {
                    long before = earned.getOrDefault(account.account(), 0L);
                    assertTrue(account.credited() >= before && account.debited() == 0, () -> "earned fell " + account);
                    earned.put(account.account(), account.credited());
                }
            }
        }
        assertEquals(0, sum, "credits less debits");
        checkTasks();
    }

    private void checkTasks() {
        Map<AccountId, Long> heldBack = new HashMap<>();
        Map<AccountId, Long> spent = new HashMap<>();
        for (LedgerWorld.Task task : world.tasks) {
            TaskPayment payment = task.payment;
            AccountId escrow = AccountId.escrow(payment.task().job());
            Optional<Transfer> pay = find(Purpose.PAY, payment);
            Optional<Transfer> end = find(Purpose.EARN, payment);
            assertTrue(
                    !task.paid || payment.workerShare() == 0 || pay.isPresent(),
                    () -> payment.task() + " is said to be paid");
            pay.ifPresent(transfer -> {
                assertEquals(payment.workerShare(), transfer.amount());
                heldBack.merge(transfer.credit(), end.isPresent() ? 0 : transfer.amount(), Long::sum);
                spent.merge(escrow, transfer.amount(), Long::sum);
            });
            find(Purpose.FEE, payment).ifPresent(transfer -> spent.merge(escrow, transfer.amount(), Long::sum));
            end.ifPresent(transfer -> assertEquals(
                    transfer.purpose() == Purpose.EARN
                            ? AccountId.worker(payment.worker())
                            : AccountId.customer(task.job.customer),
                    transfer.credit(),
                    () -> "whose pay " + payment.task() + " became"));
            assertTrue(end.isEmpty() || pay.isPresent(), () -> payment.task() + " ended before it was paid");
        }
        heldBack.forEach((account, amount) ->
                assertEquals(amount, ledger.balance(account).balance(), account::toString));
        for (LedgerWorld.Job job : world.jobs) {
            AccountBalance escrow = ledger.balance(AccountId.escrow(job.id));
            long refunded = ledger.debitsByPurpose(escrow.account()).getOrDefault(Purpose.REFUND, 0L);
            long out = spent.getOrDefault(escrow.account(), 0L);
            assertEquals(escrow.credited() - out - refunded, escrow.balance(), () -> "escrow of " + job.id);
            assertTrue(!job.finished || escrow.balance() == 0, () -> job.id + " has ended with money in escrow");
        }
    }

    private Optional<Transfer> find(Purpose purpose, TaskPayment payment) {
        return ledger.find(TransferId.of(Step.Kind.DIRECT, purpose, Cause.of(payment.task())));
    }

    /** After everything came to its end nothing is left between customers and workers. */
    void checkEnd() {
        check();
        for (AccountKind kind : new AccountKind[] {AccountKind.ESCROW, AccountKind.CALLS, AccountKind.HOLDBACK}) {
            for (AccountBalance account : ledger.balances(kind, "", Ledger.MAX_PAGE)) {
                assertEquals(0, account.balance(), account::toString);
            }
        }
        for (AccountBalance customer : ledger.balances(AccountKind.CUSTOMER, "", Ledger.MAX_PAGE)) {
            assertEquals(0, customer.held(), customer::toString);
        }
    }
}
