package farm.tilth.api.inference;

import farm.tilth.api.access.Caller;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.CallCheck;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceCall;
import farm.tilth.protocol.wire.TextInput;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A call from its submission to its answer. What does not change may be read anywhere; the rest belongs to the
 * dispatcher's tasks.
 */
final class OnlineCall {
    /** Timers know no shorter one, and refuse it. */
    private static final Duration SHORTEST_WAIT = Duration.ofMillis(1);

    /** Tokens that a tokenizer adds at a text's ends, at most. */
    private static final int EXTRA_TOKENS = 8;

    private final CallCharges.Charge charge;
    private final ModelDescription model;
    private final InferenceCall wire;
    private final int rows;
    private final long maxTokens;
    private final Duration deadline;
    private final int priority;
    private final long submittedNanos = System.nanoTime();
    private final CompletableFuture<InferenceAnswer> answer = new CompletableFuture<>();

    private final AtomicBoolean answered = new AtomicBoolean();
    private final Set<UUID> avoided = new HashSet<>();
    private long queuedNanos = submittedNanos;
    private int copies;
    private int tries;
    private volatile boolean held;

    /**
     * A call that passed {@link CallCheck}.
     *
     * @param input the call without its id
     * @param terms with a deadline
     */
    OnlineCall(Caller caller, ModelDescription model, InferenceCall.Builder input, CallTerms terms) {
        UUID id = UUID.randomUUID();
        this.model = model;
        this.wire = input.setCallId(id.toString()).build();
        this.rows = rows(wire);
        this.maxTokens = maxTokens(model, wire);
        this.deadline = terms.deadline().orElseThrow();
        this.priority = terms.priority();
        this.charge = new CallCharges.Charge(
                id, caller.account(), caller.key(), Math.multiplyExact(maxTokens, model.workUnitsPerToken()));
    }

    private static int rows(InferenceCall call) {
        if (call.hasTexts()) {
            return call.getTexts().getTextsCount();
        }
        List<Long> shape = call.getTensors().getTensors(0).getShapeList();
        return shape.isEmpty() ? 1 : Math.toIntExact(Math.min(shape.getFirst(), Integer.MAX_VALUE));
    }

    /** Exact for tensors and tokens. A text has at most a token for each of its bytes, and no more than fit the model. */
    private static long maxTokens(ModelDescription model, InferenceCall call) {
        if (!call.hasTexts()) {
            return CallCheck.tokens(model, call.getTensors().getTensorsList());
        }
        long tokens = 0;
        for (TextInput text : call.getTexts().getTextsList()) {
            tokens += text.hasTokens()
                    ? text.getTokens().getIdsCount()
                    : Math.min(model.maxTokens(), text.getTextBytes().size() + EXTRA_TOKENS);
        }
        return tokens;
    }

    CallCharges.Charge charge() {
        return charge;
    }

    ModelDescription model() {
        return model;
    }

    InferenceCall wire() {
        return wire;
    }

    int rows() {
        return rows;
    }

    /** The most tokens that it can have. */
    long maxTokens() {
        return maxTokens;
    }

    UUID account() {
        return charge.account();
    }

    /** Among the calls of its account: the lower goes first. */
    int priority() {
        return priority;
    }

    Duration age() {
        return Duration.ofNanos(System.nanoTime() - submittedNanos);
    }

    Duration remaining() {
        return deadline.minus(age());
    }

    /** Whether anybody still waits for the answer. */
    boolean isWanted() {
        return !answer.isDone() && remaining().isPositive();
    }

    /** Takes the first answer; false when there was one already, which another worker is paid for. */
    boolean answer(InferenceAnswer value) {
        if (!answered.compareAndSet(false, true)) {
            return false;
        }
        answer.complete(value);
        return true;
    }

    /** Whether a worker answered it; its caller may have gone before. */
    boolean isAnswered() {
        return answered.get();
    }

    void fail(ErrorCode code, String message) {
        answer.completeExceptionally(new FarmException(code, message));
    }

    /** The answer; whoever stops waiting for it, or waits past the deadline, cancels the call. */
    Uni<InferenceAnswer> result() {
        return Uni.createFrom()
                .<InferenceAnswer>emitter(emitter -> {
                    answer.whenComplete((value, failure) -> {
                        if (failure == null) {
                            emitter.complete(value);
                        } else {
                            emitter.fail(failure);
                        }
                    });
                    emitter.onTermination(() -> answer.cancel(false));
                })
                .ifNoItem()
                .after(longer(remaining(), SHORTEST_WAIT))
                .fail()
                .onFailure(TimeoutException.class)
                .transform(late -> new FarmException(
                        ErrorCode.DEADLINE_EXCEEDED,
                        "the call was not answered within its deadline of " + deadline.toMillis() + " ms",
                        late));
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) > 0 ? a : b;
    }

    /** How long it has been in the queue. */
    Duration waited() {
        return Duration.ofNanos(System.nanoTime() - queuedNanos);
    }

    void queued() {
        queuedNanos = System.nanoTime();
    }

    /** A worker has the call, or a copy of it. */
    void sent() {
        copies++;
    }

    boolean hasOneCopy() {
        return copies == 1;
    }

    /** A worker has it no more; true when no other has a copy. */
    boolean cameBack() {
        copies--;
        return copies == 0;
    }

    /** Counts another attempt, for which the worker of this link is not asked again. */
    void tryElsewhere(UUID session) {
        tries++;
        avoided.add(session);
    }

    int tries() {
        return tries;
    }

    boolean avoids(UUID session) {
        return avoided.contains(session);
    }

    boolean isHeld() {
        return held;
    }

    void setHeld() {
        held = true;
    }
}
