package farm.tilth.api.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.task.ModelDescription;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class ModelQueueTest {
    private static final InferenceConfig CONFIG = Configs.of(
            InferenceConfig.class,
            "tilth.inference.max-waiting-calls",
            "5",
            "tilth.inference.max-batch-rows",
            "4",
            "tilth.inference.max-batch-tokens",
            "60");

    private final ModelQueue queue = new ModelQueue(FakeModel.EMBEDDER, CONFIG);

    @Test
    void batchIsInOrderAndEndsAtItsRows() {
        List<OnlineCall> calls =
                List.of(Calls.texts("a", "b"), Calls.texts("c"), Calls.texts("d", "e"), Calls.texts("f"));
        calls.forEach(queue::add);
        assertEquals(calls.subList(0, 2), queue.takeBatch(call -> true));
        assertEquals(calls.subList(2, 4), queue.takeBatch(call -> true));
        assertTrue(queue.isEmpty());
    }

    @Test
    void batchEndsAtItsTokens() {
        List<OnlineCall> calls = List.of(
                Calls.texts("a".repeat(30), "b".repeat(30)), Calls.texts("c".repeat(30)), Calls.texts("d".repeat(30)));
        calls.forEach(queue::add);
        assertEquals(calls.subList(0, 2), queue.takeBatch(call -> true));
        assertEquals(calls.subList(2, 3), queue.takeBatch(call -> true));
        OnlineCall large = Calls.texts("1234567890", "1234567890", "1234567890");
        queue.add(large);
        queue.add(Calls.texts("1234567890"));
        assertEquals(List.of(large), queue.takeBatch(call -> true));
    }

    @Test
    void callLargerThanABatchTravelsAlone() {
        OnlineCall large = Calls.texts("a", "b", "c", "d", "e", "f");
        queue.add(large);
        queue.add(Calls.texts("g"));
        assertTrue(queue.hasWholeBatch());
        assertEquals(List.of(large), queue.takeBatch(call -> true));
    }

    @Test
    void callsThatTheWorkerMayNotHaveStay() {
        OnlineCall first = Calls.texts("a");
        OnlineCall second = Calls.texts("b");
        queue.add(first);
        queue.add(second);
        assertEquals(List.of(second), queue.takeBatch(call -> call != first));
        assertEquals(first, queue.first());
    }

    @Test
    void returnedCallGoesFirst() {
        OnlineCall returned = Calls.texts("a");
        queue.add(Calls.texts("b"));
        queue.addFirst(returned);
        assertEquals(returned, queue.first());
    }

    @Test
    void priorityOrdersTheCallsOfAnAccountInTheirOwnPlaces() {
        UUID mine = new UUID(0, 1);
        UUID yours = new UUID(0, 2);
        OnlineCall late = Calls.text(mine, 9, "late");
        OnlineCall other = Calls.text(yours, 5, "other");
        OnlineCall usual = Calls.text(mine, 5, "usual");
        OnlineCall first = Calls.text(mine, 1, "first");
        List.of(late, other, usual, first).forEach(queue::add);
        assertEquals(List.of(first, other, usual, late), queue.takeBatch(call -> true));
    }

    @Test
    void loneCallWaitsForNobody() {
        queue.add(Calls.texts("a"));
        assertEquals(Duration.ZERO, queue.worthWaiting());
    }

    @Test
    void firstOfSeveralWaitsForThoseThatUsuallyComeToo() {
        queue.answered(3, Duration.ofMillis(40));
        OnlineCall first = Calls.texts("a");
        first.queued();
        queue.add(first);
        assertTrue(queue.worthWaiting().isPositive());
        assertTrue(queue.worthWaiting().compareTo(Duration.ofMillis(5)) <= 0, "an eighth of the batch");
        queue.add(Calls.texts("b"));
        queue.add(Calls.texts("c"));
        assertEquals(Duration.ZERO, queue.worthWaiting());
        queue.answered(1, Duration.ofMillis(40));
        queue.remove(call -> call != first);
        assertEquals(Duration.ZERO, queue.worthWaiting());
    }

    @Test
    void queueIsBounded() {
        for (int i = 0; i < 5; i++) {
            assertFalse(queue.isFull());
            queue.add(Calls.texts("a"));
        }
        assertTrue(queue.isFull());
        assertEquals(5, queue.remove(call -> true).size());
        assertFalse(queue.isFull());
        assertFalse(queue.hasWholeBatch());
    }

    @Test
    void rowsThatDependOnTheirBatchTravelCallByCall() {
        ModelDescription dependent = FakeModel.EMBEDDER.calibrated(ModelDescription.Calibration.DEPENDENT);
        ModelQueue alone = new ModelQueue(dependent, CONFIG);
        alone.add(Calls.texts(dependent, "a"));
        alone.add(Calls.texts(dependent, "b"));
        assertTrue(alone.hasWholeBatch());
        assertEquals(1, alone.takeBatch(call -> true).size());
    }
}
