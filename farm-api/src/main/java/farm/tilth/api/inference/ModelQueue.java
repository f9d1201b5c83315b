package farm.tilth.api.inference;

import farm.tilth.protocol.task.ModelDescription;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/**
 * The calls that wait for one model: in the order in which they came, those of an account by priority. Knows what usually
 * shares a batch, so that the first of several callers who come back at once waits for the others, and a lone one for
 * nobody. For one thread.
 */
final class ModelQueue {
    /** A wait of this share of a batch's duration is worth a fuller batch. */
    private static final int SHARE_OF_BATCH = 8;

    private static final double SMOOTHING = 0.2;

    private final ModelDescription model;
    private final InferenceConfig config;
    private final Deque<OnlineCall> waiting = new ArrayDeque<>();
    private long waitingRows;
    private int usualCalls = 1;
    private double usualNanos;
    private boolean scheduled;
    /** Whether a call that waits may have another priority than the usual one. */
    private boolean prioritised;

    ModelQueue(ModelDescription model, InferenceConfig config) {
        this.model = model;
        this.config = config;
    }

    ModelDescription model() {
        return model;
    }

    boolean isFull() {
        return waiting.size() >= config.maxWaitingCalls();
    }

    boolean isEmpty() {
        return waiting.isEmpty();
    }

    /** The call that has waited longest; there is one. */
    OnlineCall first() {
        return waiting.getFirst();
    }

    /** Whether waiting longer could not fill a batch further. */
    boolean hasWholeBatch() {
        return waitingRows >= maxRows() || !model.batchInvariant();
    }

    private long maxRows() {
        return Math.min(config.maxBatchRows(), model.calibration().maxBatch());
    }

    void add(OnlineCall call) {
        waiting.addLast(call);
        waitingRows += call.rows();
        prioritised = (prioritised && waiting.size() > 1) || call.priority() != CallTerms.DEFAULT_PRIORITY;
        if (prioritised) {
            reorder(call.account());
        }
    }

    /** Puts the calls of an account, in the places that they have, in the order of their priorities. */
    private void reorder(UUID account) {
        Iterator<OnlineCall> own = waiting.stream()
                .filter(call -> call.account().equals(account))
                .sorted(Comparator.comparingInt(OnlineCall::priority))
                .iterator();
        List<OnlineCall> ordered = waiting.stream()
                .map(call -> call.account().equals(account) ? own.next() : call)
                .toList();
        waiting.clear();
        waiting.addAll(ordered);
    }

    /** A call that comes back from a worker goes before those that never were there. */
    void addFirst(OnlineCall call) {
        waiting.addFirst(call);
        waitingRows += call.rows();
    }

    /** Takes out the calls that match, wherever they stand. */
    List<OnlineCall> remove(Predicate<OnlineCall> predicate) {
        List<OnlineCall> removed = new ArrayList<>();
        for (Iterator<OnlineCall> calls = waiting.iterator(); calls.hasNext(); ) {
            OnlineCall call = calls.next();
            if (predicate.test(call)) {
                calls.remove();
                waitingRows -= call.rows();
                removed.add(call);
            }
        }
        return removed;
    }

    /**
     * Takes the next batch: calls in their order until one does not fit any more. The first one always does, however
     * large it is. Calls whose rows depend on their batch travel alone.
     *
     * @param fits whether the worker that the batch is for may have the call
     */
    List<OnlineCall> takeBatch(Predicate<OnlineCall> fits) {
        List<OnlineCall> batch = new ArrayList<>();
        long rows = 0;
        long tokens = 0;
        for (OnlineCall call : waiting) {
            if (!fits.test(call)) {
                continue;
            }
            rows += call.rows();
            tokens += call.maxTokens();
            boolean room = model.batchInvariant() && rows <= maxRows() && tokens <= config.maxBatchTokens();
            if (!batch.isEmpty() && !room) {
                break;
            }
            batch.add(call);
        }
        waiting.removeAll(new HashSet<>(batch));
        waitingRows -= batch.stream().mapToInt(OnlineCall::rows).sum();
        return batch;
    }

    /** Remembers how many calls a batch had that was answered, and how long that took. */
    void answered(int calls, Duration took) {
        usualCalls = calls;
        usualNanos = usualNanos == 0 ? took.toNanos() : usualNanos + SMOOTHING * (took.toNanos() - usualNanos);
    }

    /** How long a batch of this model usually takes; zero when none was answered. */
    Duration usualDuration() {
        return Duration.ofNanos((long) usualNanos);
    }

    /** How long the next batch should wait for calls that usually share it; zero or negative for not at all. */
    Duration worthWaiting() {
        if (hasWholeBatch() || waiting.size() >= usualCalls) {
            return Duration.ZERO;
        }
        long nanos = Math.clamp(
                (long) usualNanos / SHARE_OF_BATCH,
                config.queueDelay().toNanos(),
                Math.max(config.queueDelay().toNanos(), config.maxQueueDelay().toNanos()));
        return Duration.ofNanos(nanos).minus(first().waited());
    }

    /** Whether a look at the queue is planned already; planning one is for the caller that got false. */
    boolean schedule() {
        boolean before = scheduled;
        scheduled = true;
        return before;
    }

    void unschedule() {
        scheduled = false;
    }
}
