package farm.tilth.api.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.ledger.escrow.CallWindow;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.Receipt;
import java.time.Instant;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class SpendingWindowTest {
    private static final Digest WORKER = Digest.ofText("worker");
    private static final Receipt.Prices PRICES = new Receipt.Prices(1_000_000, 1_000);

    private final SpendingWindow window = window(100);

    @Test
    void callsReserveNoMoreThanWasHeld() {
        assertTrue(window.reserve(60, 0));
        assertFalse(window.reserve(41, 0));
        assertTrue(window.reserve(40, 0));
        assertFalse(window.reserve(1, 0));
    }

    @Test
    void whatACallDidNotCostIsRoomForTheNext() {
        window.reserve(100, 0);
        window.spend(100, work(WORKER, 30), PRICES);
        assertTrue(window.reserve(70, 0));
        assertFalse(window.reserve(1, 0));
        window.free(70);
        assertTrue(window.reserve(70, 0));
    }

    @Test
    void callCostsItsWorkAndAtMostItsCeiling() {
        window.reserve(50, 0);
        window.spend(50, work(WORKER, 1_000), PRICES);
        assertEquals(Map.of(WORKER, 45L), window.settlement().workerShares());
        assertEquals(5, window.settlement().fees());
    }

    @Test
    void windowIsOverWhenItIsOldAndItsCallsHaveEnded() {
        window.reserve(10, 0);
        assertFalse(window.sealWhenOver(50, 100, 10), "a call is open");
        assertTrue(window.sealWhenOver(101, 100, 10), "it is old");
        assertFalse(window.isOver());
        assertFalse(window.reserve(10, 102), "it is sealed");
        window.free(10);
        assertTrue(window.isOver());
    }

    @Test
    void windowThatNobodyUsesIsOver() {
        window.reserve(10, 5);
        window.free(10);
        assertFalse(window.sealWhenOver(14, 100, 10));
        assertTrue(window.sealWhenOver(16, 100, 10));
        assertTrue(window.isOver());
    }

    @Test
    void nothingIsEverSpentThatWasNotHeld() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            SpendingWindow any = window(1 + random.nextLong(1_000));
            long spent = 0;
            for (int i = 0; i < 100; i++) {
                long ceiling = 1 + random.nextLong(100);
                if (any.reserve(ceiling, i)) {
                    if (random.nextBoolean()) {
                        long units = random.nextLong(200);
                        any.spend(ceiling, work(Digest.ofText("worker " + random.nextInt(3)), units), PRICES);
                        spent += Math.min(units, ceiling);
                    } else {
                        any.free(ceiling);
                    }
                }
            }
            assertEquals(spent, any.settlement().gross(), "seed " + seed);
            assertTrue(any.settlement().gross() <= any.settlement().window().amount(), "seed " + seed);
        }
    }

    private static SpendingWindow window(long amount) {
        return new SpendingWindow(new CallWindow(new UUID(0, 1), new UUID(0, 2), amount, Instant.ofEpochSecond(60)), 0);
    }

    private static CallCharges.Work work(Digest worker, long workUnits) {
        CallCharges.Charge charge =
                new CallCharges.Charge(UUID.randomUUID(), new UUID(1, 1), new UUID(2, 2), workUnits);
        return new CallCharges.Work(charge, worker, workUnits);
    }
}
