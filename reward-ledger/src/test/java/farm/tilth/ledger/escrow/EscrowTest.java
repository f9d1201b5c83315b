package farm.tilth.ledger.escrow;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import farm.tilth.ledger.ledger.AccountBalance;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.InMemoryLedger;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.SettableClock;
import farm.tilth.ledger.ledger.Transfer;
import farm.tilth.ledger.ledger.TransferResult;
import farm.tilth.ledger.ledger.Treasury;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.TaskId;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EscrowTest {
    private static final UUID CUSTOMER = new UUID(1, 1);
    private static final JobId JOB = new JobId(new UUID(2, 2));
    private static final Digest WORKER = Digest.ofText("worker");
    private static final Receipt.Prices PRICES = new Receipt.Prices(100, 500);

    private final Ledger ledger = new InMemoryLedger(new SettableClock());
    private final Escrow escrow = new Escrow(ledger);

    private void credit(long amount) {
        assertEquals(
                TransferResult.CREATED,
                new Treasury(ledger).credit(AccountId.customer(CUSTOMER), amount, Cause.request("first credit", "1")));
    }

    @Test
    void jobIsHeldPaidAndRefunded() {
        credit(10_000);
        assertEquals(TransferResult.CREATED, escrow.open(JOB, CUSTOMER, 6_000));
        assertEquals(TransferResult.CREATED, escrow.pay(payment(0, 20_000_000)));
        assertEquals(TransferResult.CREATED, escrow.pay(payment(1, 10_000_000)));
        assertEquals(3_000, escrow.refund(JOB, CUSTOMER));

        assertEquals(new Receipt.Totals(6_000, 2_850, 150, 3_000), escrow.totals(JOB));
        assertEquals(2_850, ledger.balance(AccountId.holdback(WORKER)).balance());
        assertEquals(150, ledger.balance(AccountId.FEES).balance());
        assertEquals(7_000, ledger.balance(AccountId.customer(CUSTOMER)).balance());
        assertEquals(0, escrow.balance(JOB).balance());
    }

    @Test
    void everyStepMayBeRepeated() {
        credit(10_000);
        for (int i = 0; i < 3; i++) {
            escrow.open(JOB, CUSTOMER, 6_000);
            escrow.payAll(List.of(payment(0, 20_000_000), payment(0, 20_000_000)));
        }
        assertEquals(4_000, escrow.refund(JOB, CUSTOMER));
        assertEquals(0, escrow.refund(JOB, CUSTOMER));
        assertEquals(TransferResult.EXISTS, escrow.open(JOB, CUSTOMER, 6_000));
        assertEquals(TransferResult.EXISTS, escrow.pay(payment(0, 20_000_000)));
        assertEquals(new Receipt.Totals(6_000, 1_900, 100, 4_000), escrow.totals(JOB));
    }

    @Test
    void sameTaskIsNotPaidToAnotherWorkerOrForOtherWork() {
        credit(10_000);
        escrow.open(JOB, CUSTOMER, 6_000);
        escrow.pay(payment(0, 20_000_000));
        TaskPayment other = new TaskPayment(new TaskId(JOB, 0), Digest.ofText("another worker"), 20_000_000, PRICES);
        assertEquals(TransferResult.EXISTS_WITH_DIFFERENT_ACCOUNTS, escrow.pay(other));
        assertEquals(TransferResult.EXISTS_WITH_DIFFERENT_AMOUNT, escrow.pay(payment(0, 21_000_000)));
        assertEquals(2_000, escrow.balance(JOB).debited());
    }

    @Test
    void customerWhoCannotPayHoldsNothing() {
        credit(10);
        assertEquals(TransferResult.INSUFFICIENT_FUNDS, escrow.open(JOB, CUSTOMER, 11));
        assertEquals(0, escrow.balance(JOB).balance());
        assertEquals(10, ledger.balance(AccountId.customer(CUSTOMER)).available());
    }

    @Test
    void jobsEscrowIsNeverOverdrawn() {
        credit(10_000);
        escrow.open(JOB, CUSTOMER, 2_500);
        assertEquals(
                List.of(TransferResult.CREATED, TransferResult.INSUFFICIENT_FUNDS, TransferResult.CREATED),
                escrow.payAll(List.of(payment(0, 20_000_000), payment(1, 20_000_000), payment(2, 5_000_000))));
        assertEquals(0, escrow.balance(JOB).balance());
        assertEquals(0, escrow.refund(JOB, CUSTOMER));
    }

    @Test
    void paymentAfterTheRefundIsRefused() {
        credit(10_000);
        escrow.open(JOB, CUSTOMER, 2_500);
        escrow.refund(JOB, CUSTOMER);
        assertEquals(TransferResult.INSUFFICIENT_FUNDS, escrow.pay(payment(0, 20_000_000)));
    }

    @Test
    void escrowThatIsFilledAgainAfterItsRefundIsAConflict() {
        credit(10_000);
        escrow.open(JOB, CUSTOMER, 2_500);
        escrow.refund(JOB, CUSTOMER);
        new Treasury(ledger).credit(AccountId.escrow(JOB), 7, Cause.request("mistake", "1"));
        FarmException e = assertThrows(FarmException.class, () -> escrow.refund(JOB, CUSTOMER));
        assertEquals(ErrorCode.CONFLICT, e.code());
    }

    @Test
    void jobThatCostsNothingMovesNothing() {
        assertEquals(TransferResult.EXISTS, escrow.open(JOB, CUSTOMER, 0));
        assertEquals(TransferResult.EXISTS, escrow.pay(payment(0, 9_999)));
        assertEquals(0, escrow.refund(JOB, CUSTOMER));
        assertEquals(new Receipt.Totals(0, 0, 0, 0), escrow.totals(JOB));
    }

    @Test
    void roundingIsTheReceipts() {
        TaskPayment small = payment(0, 190_000);
        assertEquals(19, small.gross());
        assertEquals(0, small.fee());
        assertEquals(1, small.entry().transfers().size());
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 1000; i++) {
            Receipt.Prices prices = new Receipt.Prices(random.nextLong(1, 10_000), random.nextInt(10_001));
            TaskPayment payment = new TaskPayment(new TaskId(JOB, i), WORKER, random.nextLong(1L << 40), prices);
            long listed = payment.entry().transfers().stream()
                    .map(Transfer::inReceipt)
                    .mapToLong(Receipt.Payment::amount)
                    .sum();
            assertEquals(prices.gross(payment.workUnits()), listed, "seed " + seed);
        }
    }

    @Test
    void totalsAddUpWhateverIsPaid() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        credit(1_000_000);
        escrow.open(JOB, CUSTOMER, 500_000);
        List<TaskPayment> payments = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            payments.add(payment(random.nextInt(200), random.nextLong(40_000_000)));
        }
        escrow.payAll(payments);
        escrow.refund(JOB, CUSTOMER);
        Receipt.Totals totals = escrow.totals(JOB);
        assertEquals(totals.held(), totals.paid() + totals.fees() + totals.refunded(), "seed " + seed);
        AccountBalance worker = ledger.balance(AccountId.holdback(WORKER));
        assertEquals(totals.paid(), worker.credited(), "seed " + seed);
    }

    private static TaskPayment payment(int index, long workUnits) {
        return new TaskPayment(new TaskId(JOB, index), WORKER, workUnits, PRICES);
    }
}
