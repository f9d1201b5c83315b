package farm.tilth.ledger.escrow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import farm.tilth.ledger.ledger.AccountBalance;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.InMemoryLedger;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.Purpose;
import farm.tilth.ledger.ledger.SettableClock;
import farm.tilth.ledger.ledger.TransferResult;
import farm.tilth.ledger.ledger.Treasury;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.TaskId;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HoldbackTest {
    private static final UUID CUSTOMER = new UUID(1, 1);
    private static final JobId JOB = new JobId(new UUID(2, 2));
    private static final Digest WORKER = Digest.ofText("worker");

    private final Ledger ledger = new InMemoryLedger(new SettableClock());
    private final Escrow escrow = new Escrow(ledger);
    private final Holdback holdback = new Holdback(ledger);

    @BeforeEach
    void pay() {
        new Treasury(ledger).credit(AccountId.customer(CUSTOMER), 10_000, Cause.request("credit", "1"));
        escrow.open(JOB, CUSTOMER, 10_000);
        for (int i = 0; i < 3; i++) {
            TaskPayment payment =
                    new TaskPayment(new TaskId(JOB, i), WORKER, 1_000_000, new Receipt.Prices(1_000, 1_000));
            assertEquals(TransferResult.CREATED, escrow.pay(payment));
        }
        escrow.refund(JOB, CUSTOMER);
    }

    private static Holdback.Held held(int task) {
        return new Holdback.Held(new TaskId(JOB, task), WORKER, CUSTOMER, 900);
    }

    private static List<TransferResult> only(TransferResult result) {
        return List.of(result);
    }

    @Test
    void payIsHeldBackFirst() {
        assertEquals(2_700, holdback.balance(WORKER).balance());
        assertEquals(AccountBalance.zero(AccountId.worker(WORKER)), ledger.balance(AccountId.worker(WORKER)));
        assertEquals(new Receipt.Totals(10_000, 2_700, 300, 7_000), escrow.totals(JOB));
    }

    @Test
    void earnedPayIsTheWorkersForGood() {
        assertEquals(only(TransferResult.CREATED), holdback.earn(List.of(held(0))));
        assertEquals(only(TransferResult.EXISTS), holdback.earn(List.of(held(0))));
        assertEquals(only(TransferResult.EXISTS_WITH_DIFFERENT_ACCOUNTS), holdback.forfeit(List.of(held(0))));
        assertEquals(900, ledger.balance(AccountId.worker(WORKER)).credited());
        assertEquals(1_800, holdback.balance(WORKER).balance());
    }

    @Test
    void forfeitedPayIsTheCustomersForGood() {
        assertEquals(
                List.of(TransferResult.CREATED, TransferResult.CREATED), holdback.forfeit(List.of(held(1), held(2))));
        assertEquals(only(TransferResult.EXISTS), holdback.forfeit(List.of(held(2))));
        assertEquals(only(TransferResult.EXISTS_WITH_DIFFERENT_ACCOUNTS), holdback.earn(List.of(held(2))));
        assertEquals(7_000 + 1_800, ledger.balance(AccountId.customer(CUSTOMER)).balance());
        assertEquals(0, ledger.balance(AccountId.worker(WORKER)).credited());
        assertEquals(900, holdback.balance(WORKER).balance());
        assertEquals(1_800, ledger.debitsByPurpose(AccountId.holdback(WORKER)).get(Purpose.FORFEIT));
    }

    @Test
    void othersPayIsNeverTouched() {
        holdback.earn(List.of(held(0), held(1), held(2)));
        Holdback.Held unknown = new Holdback.Held(new TaskId(JOB, 9), WORKER, CUSTOMER, 900);
        assertEquals(only(TransferResult.INSUFFICIENT_FUNDS), holdback.earn(List.of(unknown)));
        Holdback.Held more = new Holdback.Held(new TaskId(JOB, 0), WORKER, CUSTOMER, 901);
        assertEquals(only(TransferResult.EXISTS_WITH_DIFFERENT_AMOUNT), holdback.earn(List.of(more)));
        assertEquals(0, holdback.balance(WORKER).balance());
    }
}
