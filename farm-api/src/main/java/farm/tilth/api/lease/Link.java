package farm.tilth.api.lease;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.SignedBatches;
import farm.tilth.protocol.result.SigningKey;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.BatchSignature;
import farm.tilth.protocol.wire.FarmMessage;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceBatch;
import farm.tilth.protocol.wire.InferenceReply;
import farm.tilth.protocol.wire.ModelOrder;
import farm.tilth.protocol.wire.ModelOutcome;
import farm.tilth.protocol.wire.Refusal;
import farm.tilth.protocol.wire.WorkRequest;
import farm.tilth.protocol.wire.WorkerMessage;
import io.grpc.stub.ServerCallStreamObserver;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;

/**
 * One open stream. Messages wait in a bounded mailbox for the link's own virtual thread; sending is possible from any
 * thread. A worker that floods the farm, or does not read what it is sent, is refused.
 */
final class Link {
    private static final int MAX_ASKS = 64;
    private static final int MAX_PLANS = 4;
    /** Batches that wait for their signature; a worker that never signs is not paid, and takes no more memory. */
    private static final int MAX_UNSIGNED = 4096;

    /** What wakes the link's thread: a worker's message, or the news that there may be work. */
    sealed interface Event {
        /** From the worker. */
        record Received(WorkerMessage message) implements Event {}

        /** There may be work for it. */
        record Poke() implements Event {}

        /** The stream is over. */
        record Closed() implements Event {}
    }

    private final ServerCallStreamObserver<FarmMessage> out;
    private final BlockingQueue<Event> mailbox;
    private final int maxUnsent;
    private final Map<String, CompletableFuture<InferenceReply>> asks = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<BatchSignature>> unsigned = new ConcurrentHashMap<>();
    private final Map<String, CompletableFuture<ModelOutcome>> orders = new ConcurrentHashMap<>();
    private final AtomicBoolean poked = new AtomicBoolean();
    private final AtomicBoolean closed = new AtomicBoolean();
    private final AtomicReference<WorkRequest> hunger = new AtomicReference<>();
    private final List<Digest> plans = new ArrayList<>();
    private volatile WorkerSession session;
    private volatile byte[] publicKey;
    private volatile long heardNanos = System.nanoTime();
    private int unsent;

    Link(ServerCallStreamObserver<FarmMessage> out, int maxMessages) {
        this.out = out;
        this.mailbox = new ArrayBlockingQueue<>(maxMessages + 2);
        this.maxUnsent = maxMessages;
    }

    /** From the stream's thread; never blocks. */
    void received(WorkerMessage message) {
        heardNanos = System.nanoTime();
        if (message.hasInferenceReply()) {
            replied(message.getInferenceReply());
        } else if (message.hasBatchSignature()) {
            Infrastructure.getDefaultWorkerPool().execute(() -> signed(message.getBatchSignature()));
        } else if (message.hasModelOutcome()) {
            CompletableFuture<ModelOutcome> order =
                    orders.remove(message.getModelOutcome().getOrderId());
            if (order != null) {
                order.complete(message.getModelOutcome());
            }
        } else if (!mailbox.offer(new Event.Received(message))) {
            refuse(new FarmException(ErrorCode.TOO_MANY_REQUESTS, "the worker sends faster than the farm can answer"));
        }
    }

    private void replied(InferenceReply reply) {
        CompletableFuture<InferenceReply> ask = asks.remove(reply.getBatchId());
        if (ask != null) {
            boolean toBeSigned = reply.getSignature().isEmpty()
                    && reply.getAnswersList().stream().anyMatch(InferenceAnswer::hasTensors);
            if (toBeSigned && unsigned.size() < MAX_UNSIGNED) {
                unsigned.put(reply.getBatchId(), new CompletableFuture<>());
            }
            ask.complete(reply);
        }
    }

    /** Checks a signature once for all the batches that share it. */
    private void signed(BatchSignature signature) {
        boolean valid = signature.getLeavesCount() > 0
                && signature.getLeavesCount() <= SignedBatches.MAX_BATCHES
                && signature.getLeavesCount() == signature.getBatchIdsCount()
                && signature.getLeavesList().stream().allMatch(leaf -> leaf.size() == Digest.BYTES)
                && SigningKey.verify(
                        publicKey,
                        SignedBatches.of(signature).statement(),
                        signature.getSignature().toByteArray());
        for (String batch : signature.getBatchIdsList()) {
            CompletableFuture<BatchSignature> waiting = unsigned.remove(batch);
            if (waiting != null && valid) {
                waiting.complete(signature);
            } else if (waiting != null) {
                waiting.completeExceptionally(
                        new FarmException(ErrorCode.RESULT_REJECTED, "the worker's signature does not fit its key"));
            }
        }
    }

    /** The signature over a batch that the worker has answered without one. */
    CompletableFuture<BatchSignature> signature(String batchId) {
        CompletableFuture<BatchSignature> signature = unsigned.get(batchId);
        return signature == null
                ? failed(ErrorCode.RESULT_REJECTED, "the worker signed no batch " + batchId)
                : signature;
    }

    /** Nobody waits for this batch's signature any more. */
    void forgetSignature(String batchId) {
        unsigned.remove(batchId);
    }

    /** The next event, or none in time. */
    Optional<Event> next(long timeoutMillis) throws InterruptedException {
        Event event = mailbox.poll(timeoutMillis, TimeUnit.MILLISECONDS);
        if (event instanceof Event.Poke) {
            poked.set(false);
        }
        return Optional.ofNullable(event);
    }

    /** Whatever else is in the mailbox already, in order. */
    List<Event> more() {
        List<Event> events = new ArrayList<>();
        mailbox.drainTo(events);
        if (events.stream().anyMatch(Event.Poke.class::isInstance)) {
            poked.set(false);
        }
        return events;
    }

    /** Has the link's thread look for work, if the worker waits for any. */
    void poke() {
        if (hunger.get() != null && poked.compareAndSet(false, true) && !mailbox.offer(new Event.Poke())) {
            poked.set(false);
        }
    }

    /** The worker was welcomed. */
    void open(WorkerSession opened, byte[] key) {
        publicKey = key.clone();
        session = opened;
    }

    byte[] publicKey() {
        return publicKey;
    }

    /** Who is at the other end; null before it was welcomed. */
    WorkerSession session() {
        return session;
    }

    /** How long nothing was heard from the worker. */
    Duration silence() {
        return Duration.ofNanos(System.nanoTime() - heardNanos);
    }

    boolean isClosed() {
        return closed.get();
    }

    AtomicReference<WorkRequest> hunger() {
        return hunger;
    }

    /** The plans of the worker's last grants; used by the link's thread alone. */
    List<Digest> plans() {
        return List.copyOf(plans);
    }

    void remember(Digest plan) {
        plans.remove(plan);
        plans.addLast(plan);
        if (plans.size() > MAX_PLANS) {
            plans.removeFirst();
        }
    }

    synchronized void send(FarmMessage message) {
        if (closed.get() || out.isCancelled()) {
            return;
        }
        unsent = out.isReady() ? 0 : unsent + 1;
        if (unsent > maxUnsent) {
            close();
            out.onError(io.grpc.Status.RESOURCE_EXHAUSTED
                    .withDescription("the worker does not read its messages")
                    .asRuntimeException());
            return;
        }
        out.onNext(message);
    }

    /** Sends the reason and ends the stream. */
    synchronized void refuse(FarmException reason) {
        if (closed.get()) {
            return;
        }
        out.onNext(FarmMessage.newBuilder()
                .setRefusal(Refusal.newBuilder()
                        .setCode(reason.code().name())
                        .setMessage(reason.getMessage())
                        .setRetry(reason.code().isTransient() || reason.code() == ErrorCode.INTERNAL))
                .build());
        finish();
    }

    /** Ends the stream from this side. */
    synchronized void finish() {
        if (!closed.get()) {
            close();
            out.onCompleted();
        }
    }

    /** The stream is over: wakes the link's thread and fails who waits for a reply. */
    void close() {
        if (closed.compareAndSet(false, true)) {
            FarmException gone =
                    new FarmException(ErrorCode.NO_WORKER, "the worker's link closed before it answered; try again");
            asks.values().forEach(ask -> ask.completeExceptionally(gone));
            asks.clear();
            unsigned.values().forEach(signature -> signature.completeExceptionally(gone));
            unsigned.clear();
            orders.values().forEach(order -> order.completeExceptionally(gone));
            orders.clear();
            mailbox.clear();
            mailbox.offer(new Event.Closed());
        }
    }

    CompletableFuture<InferenceReply> ask(InferenceBatch batch) {
        CompletableFuture<InferenceReply> reply = new CompletableFuture<>();
        if (asks.size() >= MAX_ASKS) {
            return failed(ErrorCode.TOO_MANY_REQUESTS, "the worker has " + MAX_ASKS + " batches to answer already");
        }
        if (asks.putIfAbsent(batch.getBatchId(), reply) != null) {
            return failed(ErrorCode.CONFLICT, "the worker has a batch " + batch.getBatchId() + " already");
        }
        send(FarmMessage.newBuilder().setInferenceBatch(batch).build());
        if (closed.get() && asks.remove(batch.getBatchId(), reply)) {
            return failed(ErrorCode.NO_WORKER, "the worker's link is closed; try again");
        }
        return reply;
    }

    /** Nobody waits for this reply any more. */
    void forget(InferenceBatch batch, CompletableFuture<InferenceReply> reply) {
        asks.remove(batch.getBatchId(), reply);
    }

    CompletableFuture<ModelOutcome> order(ModelOrder order) {
        CompletableFuture<ModelOutcome> outcome = new CompletableFuture<>();
        if (orders.size() >= MAX_ASKS) {
            return failed(ErrorCode.TOO_MANY_REQUESTS, "the worker has " + MAX_ASKS + " orders already");
        }
        orders.put(order.getOrderId(), outcome);
        send(FarmMessage.newBuilder().setModelOrder(order).build());
        if (closed.get() && orders.remove(order.getOrderId(), outcome)) {
            return failed(ErrorCode.NO_WORKER, "the worker's link is closed; try again");
        }
        return outcome;
    }

    /** Nobody waits for this outcome any more. */
    void forget(ModelOrder order) {
        orders.remove(order.getOrderId());
    }

    /** What the worker has in its memory changed. */
    synchronized void changeModels(UnaryOperator<List<ModelDescription>> change) {
        session = session.withModels(change.apply(session.models()));
    }

    private static <T> CompletableFuture<T> failed(ErrorCode code, String message) {
        return CompletableFuture.failedFuture(new FarmException(code, message));
    }
}
