package farm.tilth.api.inference;

import farm.tilth.api.lease.WorkerSession;
import farm.tilth.api.lease.WorkerSessions;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.InferenceBatch;
import farm.tilth.protocol.wire.InferenceReply;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Brings calls to workers: a queue per model, a batch whenever a worker is free, another worker when one fails. All
 * state belongs to the dispatcher's tasks, one of which runs at a time; what is slow happens elsewhere and comes back as
 * another task.
 */
@ApplicationScoped
class CallDispatcher {
    private static final Logger LOG = Logger.getLogger(CallDispatcher.class);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(50);

    private final WorkerSessions sessions;
    private final ModelCatalog catalog;
    private final ModelPlacement placement;
    private final CallCharges charges;
    private final AnsweredBatches answered;
    private final CallAudits audits;
    private final ModelStatistics statistics;
    private final InferenceConfig config;
    private final SerialTasks tasks = new SerialTasks();
    private final ScheduledExecutorService clock =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "inference-dispatch"));

    private final Map<QueueKey, ModelQueue> queues = new HashMap<>();
    /** What each link's worker has in work: the queues of its batches. */
    private final Map<UUID, List<ModelQueue>> inWork = new HashMap<>();

    CallDispatcher(
            WorkerSessions sessions,
            ModelCatalog catalog,
            ModelPlacement placement,
            CallCharges charges,
            AnsweredBatches answered,
            CallAudits audits,
            ModelStatistics statistics,
            InferenceConfig config) {
        this.sessions = sessions;
        this.catalog = catalog;
        this.placement = placement;
        this.charges = charges;
        this.answered = answered;
        this.audits = audits;
        this.statistics = statistics;
        this.config = config;
    }

    private record QueueKey(Digest version, String engine) {}

    void stop(@Observes ShutdownEvent event) {
        clock.shutdownNow();
    }

    /** Takes a call; it is answered, or fails, through {@link OnlineCall#result}. From any thread. */
    void submit(OnlineCall call) {
        tasks.execute(() -> accept(call));
    }

    private void accept(OnlineCall call) {
        ModelDescription model = call.model();
        ModelQueue queue = queues.computeIfAbsent(
                new QueueKey(model.version(), model.engine()), key -> new ModelQueue(model, config));
        if (queue.isFull()) {
            queue.remove(waiting -> !waiting.isWanted()).forEach(this::giveUp);
        }
        if (queue.isFull()) {
            call.fail(
                    ErrorCode.TOO_MANY_REQUESTS,
                    config.maxWaitingCalls() + " calls wait for model '" + model.name() + "' already; try again later");
        } else if (catalog.workers(model, false).isEmpty() && !placement.ensure(model, false)) {
            call.fail(ErrorCode.NO_WORKER, noWorker(model));
        } else {
            call.queued();
            queue.add(call);
            dispatch(queue);
        }
    }

    private static String noWorker(ModelDescription model) {
        return "no worker that runs model '" + model.name() + "' is connected at present; try again later";
    }

    private void lookAgain(ModelQueue queue, Duration delay) {
        if (!queue.schedule()) {
            clock.schedule(
                    () -> tasks.execute(() -> {
                        queue.unschedule();
                        dispatch(queue);
                    }),
                    delay.toNanos(),
                    TimeUnit.NANOSECONDS);
        }
    }

    /** Sends batches as long as there are calls and workers for them. */
    private void dispatch(ModelQueue queue) {
        queue.remove(call -> !call.isWanted()).forEach(this::giveUp);
        while (!queue.isEmpty()) {
            List<WorkerSession> workers = catalog.workers(queue.model(), false);
            OnlineCall first = queue.first();
            Optional<WorkerSession> free =
                    audits.isFull() ? Optional.empty() : freeWorker(queue, notTriedBy(first, workers));
            if (free.isEmpty()) {
                waitForWorker(queue, workers.isEmpty());
                return;
            }
            Duration wait = queue.worthWaiting();
            if (wait.isPositive()) {
                lookAgain(queue, wait);
                return;
            }
            UUID session = free.get().id();
            send(queue, queue.takeBatch(call -> call == first || !call.avoids(session)), free.get());
        }
    }

    /** A worker became free: whoever waited while it was busy with another model goes first. */
    private void dispatchAll(ModelQueue last) {
        for (ModelQueue queue : List.copyOf(queues.values())) {
            if (queue != last && !queue.isEmpty()) {
                dispatch(queue);
            }
        }
        dispatch(last);
    }

    private void waitForWorker(ModelQueue queue, boolean none) {
        if (none && !placement.ensure(queue.model(), false)) {
            for (OnlineCall call : queue.remove(call -> call.age().compareTo(config.patience()) > 0)) {
                call.fail(ErrorCode.NO_WORKER, noWorker(call.model()));
                giveUp(call);
            }
        }
        // A worker that becomes free looks at the queue itself; one that connects, or an audit that ends, does not.
        if (!queue.isEmpty()) {
            lookAgain(queue, LOOK_AGAIN);
        }
    }

    /** The workers that the call was not sent to yet; all of them once it was sent to each. */
    private static List<WorkerSession> notTriedBy(OnlineCall call, List<WorkerSession> workers) {
        List<WorkerSession> untried =
                workers.stream().filter(worker -> !call.avoids(worker.id())).toList();
        return untried.isEmpty() ? workers : untried;
    }

    /**
     * An idle worker; else one to which another batch may be sent ahead: a whole one, since a part of one is better
     * filled up meanwhile, or one of another model.
     */
    private Optional<WorkerSession> freeWorker(ModelQueue queue, List<WorkerSession> workers) {
        return workers.stream()
                .filter(worker -> hasRoom(worker, queue))
                .min(Comparator.comparingInt(
                                (WorkerSession worker) -> inWork(worker).size())
                        .thenComparing(WorkerSession::id));
    }

    private boolean hasRoom(WorkerSession worker, ModelQueue queue) {
        List<ModelQueue> has = inWork(worker);
        return has.isEmpty()
                || has.size() < config.batchesPerWorker() && (queue.hasWholeBatch() || !has.contains(queue));
    }

    private List<ModelQueue> inWork(WorkerSession worker) {
        return inWork.getOrDefault(worker.id(), List.of());
    }

    private void send(ModelQueue queue, List<OnlineCall> batch, WorkerSession worker) {
        inWork.computeIfAbsent(worker.id(), id -> new ArrayList<>()).add(queue);
        batch.forEach(OnlineCall::sent);
        long begin = System.nanoTime();
        var hedge =
                clock.schedule(() -> tasks.execute(() -> hedge(queue, batch)), hedgeNanos(queue), TimeUnit.NANOSECONDS);
        hold(batch)
                .flatMap(held -> held.isEmpty()
                        ? Uni.createFrom().item(List.<OnlineCall>of())
                        : asked(held, worker)
                                .map(reply -> answered.take(worker, held, reply))
                                .onFailure()
                                .recoverWithItem(failure -> lost(held, worker, failure)))
                .onTermination()
                .invoke(() -> hedge.cancel(false))
                .subscribe()
                .with(
                        unanswered -> tasks.execute(() -> {
                            if (unanswered.isEmpty()) {
                                queue.answered(batch.size(), Duration.ofNanos(System.nanoTime() - begin));
                            }
                            returned(queue, worker, batch, unanswered);
                        }),
                        failure -> tasks.execute(() -> failed(queue, worker, batch, failure)));
    }

    private long hedgeNanos(ModelQueue queue) {
        return Math.max(config.hedgeAfter().toNanos(), queue.usualDuration().toNanos() * config.hedgeTimes());
    }

    /** A batch takes much longer than usual: another worker that has nothing to do gets a copy; the first answer counts. */
    private void hedge(ModelQueue queue, List<OnlineCall> batch) {
        List<OnlineCall> open = batch.stream()
                .filter(call -> call.isWanted() && call.hasOneCopy())
                .toList();
        if (open.isEmpty() || !queue.isEmpty()) {
            return;
        }
        catalog.workers(queue.model(), false).stream()
                .filter(worker -> inWork(worker).isEmpty())
                .min(Comparator.comparing(WorkerSession::id))
                .ifPresent(idle -> send(queue, open, idle));
    }

    private static List<OnlineCall> lost(List<OnlineCall> batch, WorkerSession worker, Throwable failure) {
        LOG.infof(
                "worker %s did not answer a batch of %d calls: %s", worker.name(), batch.size(), failure.getMessage());
        return batch;
    }

    /** The calls whose accounts can pay; the others fail. What is held for a call already stays so. */
    private Uni<List<OnlineCall>> hold(List<OnlineCall> batch) {
        List<OnlineCall> fresh = batch.stream().filter(call -> !call.isHeld()).toList();
        if (fresh.isEmpty()) {
            return Uni.createFrom().item(batch);
        }
        return charges.hold(fresh.stream().map(OnlineCall::charge).toList()).map(results -> {
            for (int i = 0; i < fresh.size(); i++) {
                if (results.get(i) == CallCharges.Hold.HELD) {
                    fresh.get(i).setHeld();
                } else {
                    fresh.get(i)
                            .fail(ErrorCode.INSUFFICIENT_FUNDS, results.get(i).advice());
                }
            }
            return batch.stream().filter(OnlineCall::isHeld).toList();
        });
    }

    private Uni<InferenceReply> asked(List<OnlineCall> batch, WorkerSession worker) {
        long sent = System.nanoTime();
        OnlineCall first = batch.getFirst();
        Duration waited = first.age();
        return ask(batch, worker)
                .invoke(() -> statistics.replied(
                        first.model(), batch.size(), waited, Duration.ofNanos(System.nanoTime() - sent)));
    }

    private Uni<InferenceReply> ask(List<OnlineCall> batch, WorkerSession worker) {
        Duration latest = batch.stream()
                .map(OnlineCall::remaining)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        Duration timeout = latest.compareTo(config.batchTimeout()) < 0 ? latest : config.batchTimeout();
        InferenceBatch.Builder wire = InferenceBatch.newBuilder()
                .setBatchId(UUID.randomUUID().toString())
                .setModel(batch.getFirst().model().version().hex())
                .setDeadlineMillis(Math.max(1, timeout.toMillis()));
        batch.forEach(call -> wire.addCalls(call.wire()));
        return sessions.ask(worker, wire.build(), timeout.plus(LOOK_AGAIN));
    }

    private void returned(ModelQueue queue, WorkerSession worker, List<OnlineCall> batch, List<OnlineCall> unanswered) {
        release(queue, worker);
        Set<OnlineCall> last = new HashSet<>(batch);
        last.removeIf(call -> !call.cameBack());
        for (OnlineCall call : unanswered.reversed()) {
            call.tryElsewhere(worker.id());
            if (!last.contains(call)) {
                continue; // another worker has a copy
            }
            if (call.isWanted() && call.tries() < config.tries()) {
                queue.addFirst(call);
            } else {
                call.fail(
                        ErrorCode.UNAVAILABLE,
                        "the call was sent to " + call.tries() + " workers and none answered it");
                giveUp(call);
            }
        }
        dispatchAll(queue);
    }

    private void failed(ModelQueue queue, WorkerSession worker, List<OnlineCall> batch, Throwable failure) {
        release(queue, worker);
        LOG.errorf(failure, "a batch of %d calls could not be charged or sent", batch.size());
        boolean known = failure instanceof FarmException;
        for (OnlineCall call : batch) {
            call.cameBack();
            call.fail(
                    known ? ((FarmException) failure).code() : ErrorCode.INTERNAL,
                    known ? failure.getMessage() : "a fault of the farm; its operator finds it in the log");
            giveUp(call);
        }
        dispatchAll(queue);
    }

    private void release(ModelQueue queue, WorkerSession worker) {
        inWork.computeIfPresent(worker.id(), (id, batches) -> {
            batches.remove(queue);
            return batches.isEmpty() ? null : batches;
        });
    }

    /** Frees the funds of a call that will not be answered. */
    private void giveUp(OnlineCall call) {
        if (call.isHeld()) {
            charges.release(List.of(call.charge()))
                    .subscribe()
                    .with(
                            done -> {},
                            failure -> LOG.errorf(failure, "the funds of a call stay held until they expire"));
        }
    }
}
