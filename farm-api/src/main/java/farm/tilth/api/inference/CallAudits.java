package farm.tilth.api.inference;

import farm.tilth.api.lease.WorkerSession;
import farm.tilth.api.lease.WorkerSessions;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceBatch;
import farm.tilth.protocol.wire.InferenceReply;
import io.quarkus.runtime.ShutdownEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * One row of every span of a worker's answers is recomputed by a trusted worker; then all of the span is paid, or none
 * of it. A row that differs is recomputed once more, by another trusted worker where there is one, before its worker is
 * found at fault.
 * Audits wait while no trusted worker is connected; after the time for which funds are held they leave their calls
 * unpaid. All state belongs to the one thread.
 */
@ApplicationScoped
class CallAudits {
    private static final Logger LOG = Logger.getLogger(CallAudits.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(60);
    private static final Duration LOOK_AGAIN = Duration.ofMillis(200);
    private static final int MAX_WORKERS = 100_000;

    private final WorkerSessions sessions;
    private final ModelCatalog catalog;
    private final ModelPlacement placement;
    private final CallCharges charges;
    private final AuditSecret secret;
    private final CallFaults faults;
    private final InferenceConfig config;
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "inference-audit"));

    private final Deque<Audit> waiting = new ArrayDeque<>();
    private final Map<SpanKey, AuditSpan> spans = new HashMap<>();
    private final Map<Digest, Integer> passedOf = new HashMap<>();
    private final AtomicInteger open = new AtomicInteger();
    private boolean running;
    private boolean scheduled;

    CallAudits(
            WorkerSessions sessions,
            ModelCatalog catalog,
            ModelPlacement placement,
            CallCharges charges,
            AuditSecret secret,
            CallFaults faults,
            InferenceConfig config) {
        this.sessions = sessions;
        this.catalog = catalog;
        this.placement = placement;
        this.charges = charges;
        this.secret = secret;
        this.faults = faults;
        this.config = config;
    }

    private record SpanKey(Digest worker, Digest model, String engine) {}

    /** A span that waits for its audit; {@code doubted} by the link of a trusted worker that found a difference. */
    private record Audit(AuditSpan span, CallSample sample, UUID doubted) {
        long expiresAtNanos() {
            return span.expiresAtNanos();
        }
    }

    void stop(@Observes ShutdownEvent event) {
        thread.shutdownNow();
    }

    /** Answered batches whose audit is not over. */
    int open() {
        return open.get();
    }

    /** Whether no more batches may go out until some were audited. */
    boolean isFull() {
        return open() >= config.maxOpenAudits();
    }

    /** Takes an answered batch whose answers are signed. */
    void add(WorkerSession worker, List<CallCharges.Work> works, List<AnsweredCall> calls) {
        open.incrementAndGet();
        thread.execute(() -> append(worker, works, calls));
    }

    private void append(WorkerSession worker, List<CallCharges.Work> works, List<AnsweredCall> calls) {
        ModelDescription model = calls.getFirst().call().model();
        SpanKey key = new SpanKey(worker.worker(), model.version(), model.engine());
        AuditSpan span = spans.get(key);
        if (span == null) {
            AuditSpan fresh =
                    new AuditSpan(worker, System.nanoTime() + config.hold().toNanos());
            spans.put(key, fresh);
            span = fresh;
            thread.schedule(() -> close(key, fresh), config.auditDelay().toNanos(), TimeUnit.NANOSECONDS);
        }
        span.add(works, calls);
        boolean onProbation = passedOf.getOrDefault(worker.worker(), 0) < config.probation();
        if (onProbation || span.rows() >= config.auditRows() || span.bytes() >= config.auditBytes()) {
            close(key, span);
        }
    }

    private void close(SpanKey key, AuditSpan span) {
        if (!spans.remove(key, span)) {
            return;
        }
        secret.current()
                .map(challenge -> CallSample.draw(challenge, span.calls()))
                .subscribe()
                .with(
                        sample -> thread.execute(() -> {
                            waiting.addLast(new Audit(span, sample, null));
                            run();
                        }),
                        failure -> {
                            open.addAndGet(-span.batches());
                            LOG.errorf(
                                    failure,
                                    "%d calls stay unpaid: no challenge",
                                    span.works().size());
                            release(span).subscribe().with(done -> {}, expired -> LOG.debug("funds expire", expired));
                        });
    }

    private void run() {
        dropExpired();
        if (running || waiting.isEmpty()) {
            return;
        }
        Audit first = waiting.peekFirst();
        List<WorkerSession> trusted = catalog.workers(first.sample.model(), true);
        if (trusted.isEmpty()) {
            placement.ensure(first.sample.model(), true);
            waiting.addLast(waiting.removeFirst());
            lookAgain();
            return;
        }
        WorkerSession auditor = trusted.stream()
                .filter(session -> !session.id().equals(first.doubted))
                .findFirst()
                .orElse(trusted.getFirst());
        ask(take(first), auditor);
    }

    /** The first audit, and others of the same model that the same trusted worker may do. */
    private List<Audit> take(Audit first) {
        List<Audit> taken = new ArrayList<>();
        for (Iterator<Audit> audits = waiting.iterator();
                audits.hasNext() && taken.size() < config.auditsPerBatch(); ) {
            Audit audit = audits.next();
            boolean together = audit.doubted == null
                    && first.doubted == null
                    && audit.sample.model().equals(first.sample.model());
            if (audit == first || together) {
                audits.remove();
                taken.add(audit);
            }
        }
        return taken;
    }

    private void ask(List<Audit> audits, WorkerSession auditor) {
        InferenceBatch.Builder batch = InferenceBatch.newBuilder()
                .setBatchId(UUID.randomUUID().toString())
                .setModel(audits.getFirst().sample.model().version().hex())
                .setDeadlineMillis(TIMEOUT.toMillis());
        audits.forEach(audit -> batch.addCalls(audit.sample.call()));
        running = true;
        sessions.ask(auditor, batch.build(), TIMEOUT)
                .subscribe()
                .with(
                        reply -> thread.execute(() -> judge(audits, auditor, reply)),
                        failure -> thread.execute(() -> postpone(audits, failure.getMessage())));
    }

    private void postpone(List<Audit> audits, String why) {
        LOG.debugf("audits of %d batches are put off: %s", audits.size(), why);
        audits.reversed().forEach(waiting::addFirst);
        running = false;
        lookAgain();
    }

    private void judge(List<Audit> audits, WorkerSession auditor, InferenceReply reply) {
        running = false;
        if (reply.getAnswersCount() != audits.size()) {
            postpone(audits, "the trusted worker's reply is malformed");
            return;
        }
        List<CallCharges.Work> passed = new ArrayList<>();
        List<Audit> putOff = new ArrayList<>();
        for (int i = 0; i < audits.size(); i++) {
            Audit audit = audits.get(i);
            InferenceAnswer answer = reply.getAnswers(i);
            if (answer.hasError() && isTransient(answer.getError().getCode())) {
                putOff.add(audit);
            } else if (audit.sample.matches(answer)) {
                passed.addAll(CallProof.added(audit.span.works(), audit.span.calls()));
                passed(audit.span);
            } else if (audit.doubted == null) {
                putOff.add(new Audit(audit.span, audit.sample, auditor.id()));
            } else {
                convict(audit, answer);
            }
        }
        pay(passed);
        if (putOff.isEmpty()) {
            run();
        } else {
            postpone(putOff, "they are repeated");
        }
    }

    private static boolean isTransient(String code) {
        return switch (code) {
            case "TOO_MANY_REQUESTS", "UNAVAILABLE", "OUT_OF_RESOURCES", "DEADLINE_EXCEEDED", "INTERNAL" -> true;
            default -> false;
        };
    }

    private void passed(AuditSpan span) {
        open.addAndGet(-span.batches());
        if (passedOf.size() < MAX_WORKERS || passedOf.containsKey(span.worker())) {
            passedOf.merge(span.worker(), span.batches(), Integer::sum);
        }
    }

    private void convict(Audit audit, InferenceAnswer recomputed) {
        Digest worker = audit.span.worker();
        open.addAndGet(-audit.span.batches());
        passedOf.remove(worker);
        LOG.warnf(
                "worker %s answered a call wrongly; %d calls are not paid",
                worker, audit.span.works().size());
        release(audit)
                .chain(() -> faults.found(worker, audit.sample, recomputed))
                .subscribe()
                .with(done -> {}, failure -> LOG.errorf(failure, "a fault of %s was not recorded", worker));
    }

    private void pay(List<CallCharges.Work> works) {
        if (!works.isEmpty()) {
            charges.pay(works)
                    .onFailure()
                    .retry()
                    .withBackOff(LOOK_AGAIN)
                    .atMost(10)
                    .subscribe()
                    .with(done -> {}, failure -> LOG.errorf(failure, "%d calls stay unpaid", works.size()));
        }
    }

    private void dropExpired() {
        long now = System.nanoTime();
        List<Audit> late = waiting.stream()
                .filter(audit -> now - audit.expiresAtNanos() > 0)
                .toList();
        for (Audit audit : late) {
            waiting.remove(audit);
            open.addAndGet(-audit.span.batches());
            LOG.warnf(
                    "%d calls stay unpaid: no trusted worker audited them in time",
                    audit.span.works().size());
            release(audit).subscribe().with(done -> {}, failure -> LOG.warnf("funds expire: %s", failure.getMessage()));
        }
    }

    private Uni<Void> release(Audit audit) {
        return release(audit.span);
    }

    private Uni<Void> release(AuditSpan span) {
        return charges.release(
                span.works().stream().map(CallCharges.Work::charge).toList());
    }

    private void lookAgain() {
        if (!scheduled) {
            scheduled = true;
            thread.schedule(
                    () -> {
                        scheduled = false;
                        run();
                    },
                    LOOK_AGAIN.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }
}
