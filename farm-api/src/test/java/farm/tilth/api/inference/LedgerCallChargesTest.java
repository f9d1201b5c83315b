package farm.tilth.api.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.inference.CallCharges.Hold;
import farm.tilth.api.pay.PriceConfig;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.InMemoryLedger;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.Treasury;
import farm.tilth.protocol.Digest;
import io.quarkus.runtime.ShutdownEvent;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class LedgerCallChargesTest {
    private static final UUID CUSTOMER = new UUID(1, 1);
    private static final UUID KEY = new UUID(2, 2);
    private static final Digest WORKER = Digest.ofText("worker");

    private final AtomicReference<Instant> now = new AtomicReference<>(Instant.ofEpochSecond(1_000));
    private final Ledger ledger = new InMemoryLedger(now::get);
    private final InMemoryCallWindows windows = new InMemoryCallWindows();
    private final LedgerCallCharges charges = fresh();

    @BeforeEach
    void credit() {
        new Treasury(ledger).credit(AccountId.customer(CUSTOMER), 1_000, Cause.request("first credit", "1"));
    }

    @Test
    void manyCallsAskTheLedgerOnce() {
        // Less than half of the window: no other is opened meanwhile.
        List<CallCharges.Charge> calls = calls(10, 4);
        assertEquals(List.of(Hold.HELD), hold(calls.subList(0, 1)));
        assertEquals(900, available(), "a tenth of the funds is held");
        hold(calls);
        assertEquals(900, available());
    }

    @Test
    void answeredCallsArePaidOnceAndTheRestIsFreeAgain() {
        List<CallCharges.Charge> calls = calls(3, 40);
        hold(calls);
        for (int i = 0; i < 2; i++) {
            charges.pay(List.of(new CallCharges.Work(calls.get(0), WORKER, 20)))
                    .await()
                    .indefinitely();
            charges.release(calls.subList(1, 2)).await().indefinitely();
        }
        charges.stop(new ShutdownEvent());
        assertEquals(980, available());
        assertEquals(19, ledger.balance(AccountId.worker(WORKER)).balance());
        assertEquals(1, ledger.balance(AccountId.FEES).balance());
    }

    @Test
    void callThatTheAccountCannotPayIsRefusedAndTheOthersAreNot() {
        List<CallCharges.Charge> calls = new ArrayList<>(calls(1, 600));
        calls.addAll(calls(1, 600));
        calls.addAll(calls(1, 300));
        assertEquals(List.of(Hold.HELD, Hold.NO_FUNDS, Hold.HELD), hold(calls));
        assertTrue(available() >= 0);
    }

    @Test
    void fundsThatWereHeldByAFarmThatDiedComeBack() {
        List<CallCharges.Charge> calls = calls(2, 40);
        hold(calls);
        charges.pay(List.of(new CallCharges.Work(calls.get(0), WORKER, 20)))
                .await()
                .indefinitely();
        now.set(now.get().plus(Duration.ofHours(1)));
        ledger.expireHolds(100);
        assertEquals(1_000, available());
        charges.stop(new ShutdownEvent());
        assertEquals(1_000, available(), "a settlement that comes too late moves nothing");
        assertEquals(0, ledger.balance(AccountId.worker(WORKER)).balance());
    }

    @Test
    void callsOfAKeyStayWithinItsCap() {
        windows.cap(100);
        assertEquals(List.of(Hold.HELD, Hold.HELD, Hold.OVER_CAP), hold(calls(3, 40)));
        assertEquals(List.of(Hold.OVER_CAP), hold(calls(1, 40)));
        assertEquals(List.of(Hold.HELD), hold(calls(1, 20)), "a smaller one fits");
        assertEquals(900, available());
        assertEquals(100, windows.spent());
    }

    @Test
    void windowWithoutFundsDoesNotCountAgainstTheCap() {
        windows.cap(10_000);
        assertEquals(List.of(Hold.NO_FUNDS), hold(calls(1, 2_000)));
        assertEquals(0, windows.spent());
    }

    @Test
    void whatCallsCostCountsAgainstTheCapOnceTheyAreSettled() {
        windows.cap(100);
        List<CallCharges.Charge> calls = calls(1, 90);
        hold(calls);
        charges.pay(List.of(new CallCharges.Work(calls.getFirst(), WORKER, 20)))
                .await()
                .indefinitely();
        charges.stop(new ShutdownEvent());
        assertEquals(20, windows.spent());
    }

    private LedgerCallCharges fresh() {
        PriceConfig prices = Configs.of(PriceConfig.class, "tilth.price.inference-per-million", "1000000");
        return new LedgerCallCharges(ledger, windows, prices, now::get, Configs.of(InferenceConfig.class));
    }

    private List<Hold> hold(List<CallCharges.Charge> calls) {
        return charges.hold(calls).await().indefinitely();
    }

    private long available() {
        return ledger.balance(AccountId.customer(CUSTOMER)).available();
    }

    private static List<CallCharges.Charge> calls(int count, long units) {
        List<CallCharges.Charge> calls = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            calls.add(new CallCharges.Charge(UUID.randomUUID(), CUSTOMER, KEY, units));
        }
        return calls;
    }
}
