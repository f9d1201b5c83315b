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
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class CallsTest {
    private static final UUID CUSTOMER = new UUID(1, 1);
    private static final Digest WORKER = Digest.ofText("worker");
    private static final Digest OTHER = Digest.ofText("another worker");

    private final SettableClock clock = new SettableClock();
    private final Ledger ledger = new InMemoryLedger(clock);
    private final Calls calls = new Calls(ledger);

    @BeforeEach
    void credit() {
        new Treasury(ledger).credit(AccountId.customer(CUSTOMER), 1_000, Cause.request("first credit", "1"));
    }

    @Test
    void answeredCallsArePaidAndTheRestIsFree() {
        CallWindow window = window(1, 600);
        assertEquals(TransferResult.CREATED, calls.open(window));
        assertEquals(400, customer().available());
        assertEquals(TransferResult.CREATED, settle(window, Map.of(WORKER, 200L, OTHER, 25L), 25));
        assertEquals(new AccountBalance(AccountId.customer(CUSTOMER), 1_000, 250, 0), customer());
        assertEquals(200, earned(WORKER));
        assertEquals(25, earned(OTHER));
        assertEquals(25, ledger.balance(AccountId.FEES).balance());
        assertEquals(0, ledger.balance(AccountId.calls(CUSTOMER)).balance());
    }

    @Test
    void callsNeverCostMoreThanTheirWindow() {
        CallWindow window = window(1, 600);
        calls.open(window);
        assertEquals(TransferResult.HOLD_HAS_DIFFERENT_AMOUNT, settle(window, Map.of(WORKER, 601L), 0));
        assertEquals(0, customer().debited());
        assertEquals(0, earned(WORKER));
    }

    @Test
    void callsThatCostNothingOnlyEndTheirHold() {
        CallWindow window = window(1, 600);
        calls.open(window);
        assertEquals(TransferResult.CREATED, settle(window, Map.of(WORKER, 0L), 0));
        assertEquals(new AccountBalance(AccountId.customer(CUSTOMER), 1_000, 0, 0), customer());
    }

    @Test
    void everyStepMayBeRepeated() {
        CallWindow window = window(1, 300);
        for (int i = 0; i < 3; i++) {
            calls.open(window);
            settle(window, Map.of(WORKER, 90L), 10);
        }
        assertEquals(new AccountBalance(AccountId.customer(CUSTOMER), 1_000, 100, 0), customer());
        assertEquals(90, earned(WORKER));
    }

    @Test
    void secondWindowWaitsForFunds() {
        assertEquals(TransferResult.CREATED, calls.open(window(1, 600)));
        assertEquals(TransferResult.INSUFFICIENT_FUNDS, calls.open(window(2, 600)));
        assertEquals(TransferResult.CREATED, calls.open(window(3, 400)));
    }

    @Test
    void lateSettlementIsNotPaidAndFundsComeBack() {
        CallWindow window = window(1, 600);
        calls.open(window);
        clock.set(window.expiresAt());
        assertEquals(TransferResult.HOLD_HAS_EXPIRED, settle(window, Map.of(WORKER, 10L), 0));
        assertEquals(1, ledger.expireHolds(10));
        assertEquals(1_000, customer().available());
        assertEquals(0, earned(WORKER));
    }

    @Test
    void windowIsNotSettledTwiceWithOtherAmounts() {
        CallWindow window = window(1, 600);
        calls.open(window);
        settle(window, Map.of(WORKER, 100L), 0);
        assertEquals(TransferResult.EXISTS_WITH_DIFFERENT_AMOUNT, settle(window, Map.of(WORKER, 100L, OTHER, 100L), 0));
        assertEquals(100, customer().debited());
        assertEquals(0, earned(OTHER));
    }

    private TransferResult settle(CallWindow window, Map<Digest, Long> shares, long fees) {
        return calls.settle(List.of(new CallSettlement(window, new TreeMap<>(shares), fees)))
                .getFirst();
    }

    private AccountBalance customer() {
        return ledger.balance(AccountId.customer(CUSTOMER));
    }

    private long earned(Digest worker) {
        return ledger.balance(AccountId.worker(worker)).balance();
    }

    private static CallWindow window(int id, long amount) {
        return new CallWindow(new UUID(9, id), CUSTOMER, amount, Instant.ofEpochSecond(60));
    }
}
