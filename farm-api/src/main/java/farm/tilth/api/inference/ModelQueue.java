package farm.tilth.api.inference;

import farm.tilth.protocol.task.ModelDescription;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.UUID;
import java.util.function.Predicate;

/** The calls that wait for one model, in the order in which they came. For one thread. */
final class ModelQueue {
    private final ModelDescription model;
    private final InferenceConfig config;
    private final Deque<OnlineCall> waiting = new ArrayDeque<>();
    private long waitingRows;
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
        return waitingRows >= config.maxBatchRows() || !model.batchInvariant();
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
            boolean room = model.batchInvariant() && rows <= config.maxBatchRows() && tokens <= config.maxBatchTokens();
            if (!batch.isEmpty() && !room) {
                break;
            }
            batch.add(call);
        }
        waiting.removeAll(new HashSet<>(batch));
        waitingRows -= batch.stream().mapToInt(OnlineCall::rows).sum();
        return batch;
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
