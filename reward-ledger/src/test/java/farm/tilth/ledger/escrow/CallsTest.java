package farm.tilth.ledger.escrow;

import static org.junit.jupiter.api.Assertions.assertEquals;

import farm.tilth.ledger.ledger.AccountBalance;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.InMemoryLedger;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.SettableClock;
import farm.tilth.ledger.ledger.TransferResult;
import farm.tilth.ledger.ledger.Treasury;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.Receipt;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CallsTest {
    private static final UUID CUSTOMER = new UUID(1, 1);
    private static final Digest WORKER = Digest.ofText("worker");
    private static final Receipt.Prices PRICES = new Receipt.Prices(1_000_000, 1_000);

    private final SettableClock clock = new SettableClock();
    private final Ledger ledger = new InMemoryLedger(clock);
    private final Calls calls = new Calls(ledger);

    @BeforeEach
    void credit() {
        new Treasury(ledger).credit(AccountId.customer(CUSTOMER), 1_000, Cause.request("first credit", "1"));
    }

    @Test
    void answeredCallIsPaidAndTheRestIsFree() {
        CallHold hold = hold(1, 600);
        assertEquals(List.of(TransferResult.CREATED), calls.hold(List.of(hold)));
        assertEquals(400, customer().available());
        assertEquals(List.of(TransferResult.CREATED), calls.post(List.of(payment(hold, 250))));
        assertEquals(new AccountBalance(AccountId.customer(CUSTOMER), 1_000, 250, 0), customer());
        assertEquals(225, ledger.balance(AccountId.worker(WORKER)).balance());
        assertEquals(25, ledger.balance(AccountId.FEES).balance());
        assertEquals(0, ledger.balance(AccountId.calls(CUSTOMER)).balance());
    }

    @Test
    void callNeverCostsMoreThanItsCeiling() {
        CallHold hold = hold(1, 600);
        calls.hold(List.of(hold));
        calls.post(List.of(payment(hold, 100_000)));
        assertEquals(600, customer().debited());
    }

    @Test
    void callThatCostsNothingOnlyEndsItsHold() {
        CallHold hold = hold(1, 600);
        calls.hold(List.of(hold));
        assertEquals(List.of(TransferResult.CREATED), calls.post(List.of(payment(hold, 0))));
        assertEquals(new AccountBalance(AccountId.customer(CUSTOMER), 1_000, 0, 0), customer());
    }

    @Test
    void everyStepMayBeRepeated() {
        CallHold paid = hold(1, 300);
        CallHold lost = hold(2, 300);
        for (int i = 0; i < 3; i++) {
            calls.hold(List.of(paid, lost));
            calls.post(List.of(payment(paid, 100)));
            calls.release(List.of(lost));
        }
        assertEquals(new AccountBalance(AccountId.customer(CUSTOMER), 1_000, 100, 0), customer());
    }

    @Test
    void secondCallWaitsForFunds() {
        assertEquals(
                List.of(TransferResult.CREATED, TransferResult.INSUFFICIENT_FUNDS, TransferResult.CREATED),
                calls.hold(List.of(hold(1, 600), hold(2, 600), hold(3, 400))));
    }

    @Test
    void answerAfterTheReleaseIsNotPaid() {
        CallHold hold = hold(1, 600);
        calls.hold(List.of(hold));
        calls.release(List.of(hold));
        assertEquals(List.of(TransferResult.HOLD_WAS_RELEASED), calls.post(List.of(payment(hold, 10))));
        assertEquals(0, ledger.balance(AccountId.worker(WORKER)).balance());
    }

    @Test
    void lateAnswerIsNotPaidAndFundsComeBack() {
        CallHold hold = hold(1, 600);
        calls.hold(List.of(hold));
        clock.set(hold.expiresAt());
        assertEquals(List.of(TransferResult.HOLD_HAS_EXPIRED), calls.post(List.of(payment(hold, 10))));
        assertEquals(1, ledger.expireHolds(10));
        assertEquals(1_000, customer().available());
    }

    @Test
    void sameCallIsNotPaidToTwoWorkers() {
        CallHold hold = hold(1, 600);
        calls.hold(List.of(hold));
        calls.post(List.of(payment(hold, 100)));
        CallPayment other = new CallPayment(hold, Digest.ofText("another worker"), 100, PRICES);
        assertEquals(List.of(TransferResult.EXISTS_WITH_DIFFERENT_ACCOUNTS), calls.post(List.of(other)));
        assertEquals(100, customer().debited());
    }

    private AccountBalance customer() {
        return ledger.balance(AccountId.customer(CUSTOMER));
    }

    private static CallHold hold(int call, long ceiling) {
        return new CallHold(new UUID(9, call), CUSTOMER, ceiling, Instant.ofEpochSecond(60));
    }

    private static CallPayment payment(CallHold hold, long workUnits) {
        return new CallPayment(hold, WORKER, workUnits, PRICES);
    }
}
