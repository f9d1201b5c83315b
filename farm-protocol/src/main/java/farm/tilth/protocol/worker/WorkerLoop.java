package farm.tilth.protocol.worker;

import com.google.protobuf.ByteString;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.Commitment;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.result.SigningKey;
import farm.tilth.protocol.task.Lease;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.wire.CallError;
import farm.tilth.protocol.wire.FarmMessage;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceBatch;
import farm.tilth.protocol.wire.InferenceReply;
import farm.tilth.protocol.wire.Refusal;
import farm.tilth.protocol.wire.ReportOutcome;
import farm.tilth.protocol.wire.TaskLease;
import farm.tilth.protocol.wire.TaskReport;
import farm.tilth.protocol.wire.Welcome;
import farm.tilth.protocol.wire.WorkGrant;
import farm.tilth.protocol.wire.WorkRequest;
import farm.tilth.protocol.wire.WorkerMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/**
 * What a worker does all day: dial the coordinator, ask for work, have the devices execute it, commit to each result
 * and report it. A lost link changes nothing for the devices: they go on, and the reports follow when the link is
 * back. All state but the devices' own belongs to the link's thread.
 */
public final class WorkerLoop implements AutoCloseable {
    private static final System.Logger LOG = System.getLogger(WorkerLoop.class.getName());
    private static final int MAX_TASKS_PER_REQUEST = 128;
    private static final long FIRST_PAUSE_MILLIS = 200;
    private static final long LONGEST_PAUSE_MILLIS = 5_000;
    private static final long CLOSE_MILLIS = 5_000;
    private static final double RATE_SMOOTHING = 0.3;

    private final WorkerConfig config;
    private final SigningKey identity;
    private final BlobCache cache;
    private final BlobStore blobs;
    private final List<Device> devices = new ArrayList<>();
    private final ScheduledExecutorService linkThread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "link"));
    private final CompletableFuture<Void> end = new CompletableFuture<>();

    private final ModelOrders orders;
    private final OnlineAnswers answers;
    private final Map<TaskId, HeldTask> held = new LinkedHashMap<>();
    private final Map<String, Double> unitsPerSecond = new HashMap<>();
    private final Set<String> requested = new HashSet<>();
    /** Changed by the link's thread alone. */
    private volatile FarmLink link;

    private boolean welcome;
    private ScheduledFuture<?> heartbeat;
    private long pauseMillis = FIRST_PAUSE_MILLIS;

    /** A lease of this worker; {@code report} once it is done, until the coordinator has answered. */
    private record HeldTask(Lease lease, Device device, Optional<WorkerMessage> report) {}

    public WorkerLoop(WorkerConfig config, SigningKey identity, List<TaskExecutor> executors) throws IOException {
        this(
                config,
                identity,
                executors,
                new BlobCache(config.data().resolve("cache"), config.cacheBytes(), InstantSource.system()));
    }

    private WorkerLoop(WorkerConfig config, SigningKey identity, List<TaskExecutor> executors, BlobCache cache) {
        this(
                config,
                identity,
                executors,
                cache,
                new HttpBlobStore(config, identity.id().hex(), cache));
    }

    WorkerLoop(
            WorkerConfig config, SigningKey identity, List<TaskExecutor> executors, BlobCache cache, BlobStore blobs) {
        this.config = config;
        this.identity = identity;
        this.cache = cache;
        this.blobs = blobs;
        Path scratch = config.data().resolve("scratch");
        Folders.delete(scratch);
        for (TaskExecutor executor : executors) {
            devices.add(new Device(executor, blobs, scratch, new Results()));
        }
        answers = new OnlineAnswers(identity, this::sendNow);
        orders = new ModelOrders(
                executors.stream()
                        .filter(InferenceExecutor.class::isInstance)
                        .map(InferenceExecutor.class::cast)
                        .findFirst(),
                blobs,
                scratch,
                outcome -> onLink(() -> link.send(outcome)));
    }

    /**
     * Runs until {@link #close} or until the coordinator refuses this worker for good.
     *
     * @throws FarmException with the coordinator's code when it refuses
     */
    public void run() throws InterruptedException {
        devices.forEach(Device::start);
        onLink(this::connect);
        try {
            end.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof FarmException refused ? refused : e;
        }
    }

    @Override
    public void close() {
        end.complete(null);
        onLink(() -> {
            if (link != null) {
                link.close();
            }
        });
        orders.close();
        answers.close();
        linkThread.shutdown();
        try {
            for (Device device : devices) {
                device.close(CLOSE_MILLIS);
            }
            linkThread.awaitTermination(CLOSE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    // ---- the link

    private void connect() {
        if (end.isDone()) {
            return;
        }
        welcome = false;
        requested.clear();
        LinkListener listener = new LinkListener();
        link = new FarmLink(config, listener);
        listener.of = link;
    }

    private final class LinkListener implements FarmLink.Listener {
        private volatile FarmLink of;

        @Override
        public void received(FarmMessage message) {
            if (message.hasInferenceBatch()) {
                batch(message.getInferenceBatch()); // somebody waits for it: straight to the device
                return;
            }
            onLink(() -> {
                if (of == link) {
                    handle(message);
                }
            });
        }

        @Override
        public void ended(String reason) {
            onLink(() -> {
                if (of == link) {
                    lost(reason);
                }
            });
        }
    }

    private void lost(String reason) {
        if (welcome) {
            LOG.log(System.Logger.Level.WARNING, "lost the link to {0}: {1}", config.farm(), reason);
        } else {
            LOG.log(System.Logger.Level.DEBUG, "no link to {0}: {1}", config.farm(), reason);
        }
        welcome = false;
        link.close();
        if (heartbeat != null) {
            heartbeat.cancel(false);
        }
        long jitter = ThreadLocalRandom.current().nextLong(pauseMillis / 4 + 1);
        after(pauseMillis + jitter, this::connect);
        pauseMillis = Math.min(pauseMillis * 2, LONGEST_PAUSE_MILLIS);
    }

    private void handle(FarmMessage message) {
        switch (message.getKindCase()) {
            case CHALLENGE ->
                link.send(WorkerMessages.hello(
                        config, identity, message.getChallenge().getNonce(), executors(), heldLeases()));
            case WELCOME -> welcomed(message.getWelcome());
            case REFUSAL -> refused(message.getRefusal());
            case WORK_GRANT -> granted(message.getWorkGrant());
            case REPORT_OUTCOME -> outcome(message.getReportOutcome());
            case REVOCATION ->
                message.getRevocation()
                        .getLeasesList()
                        .forEach(lost -> drop(TaskId.parse(lost.getTaskId()), lost.getFence()));
            case MODEL_ORDER -> orders.take(message.getModelOrder());
            case INFERENCE_BATCH -> throw new IllegalStateException("a batch goes to its device at once");
            case KIND_NOT_SET -> LOG.log(System.Logger.Level.DEBUG, "a message of a newer coordinator is ignored");
        }
    }

    private void welcomed(Welcome message) {
        LOG.log(System.Logger.Level.INFO, "joined {0} as {1}", config.farm(), message.getWorkerId());
        welcome = true;
        pauseMillis = FIRST_PAUSE_MILLIS;
        long every = Math.max(100, message.getHeartbeatMillis());
        heartbeat = linkThread.scheduleAtFixedRate(
                () -> link.send(WorkerMessages.heartbeat(heldLeases())), every, every, TimeUnit.MILLISECONDS);
        held.values().forEach(task -> task.report.ifPresent(link::send));
        askForWork();
    }

    private void refused(Refusal refusal) {
        FarmException refused = new FarmException(code(refusal.getCode()), refusal.getMessage());
        if (refusal.getRetry()) {
            LOG.log(System.Logger.Level.WARNING, "the farm refused this worker for now: {0}", refused.getMessage());
        } else {
            end.completeExceptionally(refused);
        }
    }

    private static ErrorCode code(String name) {
        try {
            return ErrorCode.valueOf(name);
        } catch (IllegalArgumentException unknown) {
            return ErrorCode.INTERNAL;
        }
    }

    // ---- tasks

    private void askForWork() {
        Set<String> idle = new HashSet<>();
        for (Device device : devices) {
            if (device.waitingTasks() == 0) {
                idle.addAll(device.executor().taskTypes());
            }
        }
        if (welcome && !requested.containsAll(idle)) {
            requested.addAll(idle);
            link.send(WorkerMessage.newBuilder()
                    .setWorkRequest(WorkRequest.newBuilder()
                            .setMaxTasks(MAX_TASKS_PER_REQUEST)
                            .putAllUnitsPerSecond(unitsPerSecond)
                            .addAllTaskTypes(idle))
                    .build());
        }
    }

    private void granted(WorkGrant grant) {
        requested.clear();
        for (TaskLease wire : grant.getLeasesList()) {
            TaskId id = TaskId.parse(wire.getTaskId());
            try {
                TaskSpec spec = Json.read(wire.getSpec(), TaskSpec.class);
                Device device = deviceFor(spec);
                Lease lease = new Lease(id, wire.getFence(), spec, Instant.ofEpochMilli(wire.getExpiresAtMillis()));
                held.put(id, new HeldTask(lease, device, Optional.empty()));
                device.add(lease);
            } catch (FarmException e) {
                link.send(WorkerMessages.failure(id, wire.getFence(), e, false));
            }
        }
        askForWork();
    }

    private Device deviceFor(TaskSpec spec) {
        return devices.stream()
                .filter(device -> device.executor().accepts(spec))
                .findFirst()
                .orElseThrow(() -> new FarmException(ErrorCode.NO_WORKER, "this worker cannot do " + spec.type()));
    }

    private void outcome(ReportOutcome outcome) {
        TaskId id = TaskId.parse(outcome.getTaskId());
        HeldTask task = held.get(id);
        if (task != null && task.lease.fence() == outcome.getFence()) {
            held.remove(id);
            if (!outcome.getOutcome().equals("RECORDED")) {
                LOG.log(
                        System.Logger.Level.INFO,
                        "report of {0}: {1} {2}",
                        id,
                        outcome.getOutcome(),
                        outcome.getMessage());
            }
        }
        releaseCacheWhenIdle();
    }

    private void drop(TaskId id, long fence) {
        HeldTask task = held.get(id);
        if (task != null && task.lease.fence() == fence) {
            held.remove(id);
            task.device.cancel(id, fence);
            askForWork();
        }
    }

    private void releaseCacheWhenIdle() {
        if (held.isEmpty()) {
            try {
                cache.release();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Keeps the report until it is answered, and sends it when there is a link. */
    private void report(Lease lease, WorkerMessage report) {
        HeldTask task = held.get(lease.task());
        if (task == null || task.lease.fence() != lease.fence()) {
            return; // revoked in the meantime
        }
        held.put(lease.task(), new HeldTask(lease, task.device, Optional.of(report)));
        if (welcome) {
            link.send(report);
        }
        askForWork();
    }

    private void measure(String type, long units, double seconds) {
        if (units > 0 && seconds > 0) {
            double rate = units / seconds;
            unitsPerSecond.merge(type, rate, (old, now) -> old + RATE_SMOOTHING * (now - old));
        }
    }

    /** Turns what the devices tell into reports. Runs on the devices' threads until it hands over to the link's. */
    private final class Results implements Device.Listener {
        @Override
        public void started(Lease lease, int waiting) {
            if (waiting == 0) {
                onLink(WorkerLoop.this::askForWork);
            }
        }

        @Override
        public void finished(Lease lease, ResultFile result, double seconds) {
            try {
                Digest digest = blobs.put(result.toBytes());
                Commitment commitment = Commitment.to(lease.task(), lease.fence(), result, digest);
                WorkerMessage report = WorkerMessage.newBuilder()
                        .setTaskReport(TaskReport.newBuilder()
                                .setTaskId(lease.task().toString())
                                .setFence(lease.fence())
                                .setResultDigest(ByteString.copyFrom(digest.bytes()))
                                .setCommitmentRoot(
                                        ByteString.copyFrom(commitment.root().bytes()))
                                .setWorkUnits(commitment.workUnits())
                                .setSignature(ByteString.copyFrom(identity.sign(commitment.statement())))
                                .setSeconds(seconds))
                        .build();
                onLink(() -> {
                    measure(lease.spec().type(), commitment.workUnits(), seconds);
                    report(lease, report);
                });
            } catch (InterruptedException lost) {
                abandoned(lease);
            } catch (FarmException e) {
                failed(lease, e);
            }
        }

        @Override
        public void failed(Lease lease, FarmException e) {
            LOG.log(System.Logger.Level.WARNING, "task {0}: {1} {2}", lease.task(), e.code(), e.getMessage());
            boolean permanent = !e.code().isTransient() && e.code() != ErrorCode.INTERNAL;
            onLink(() -> {
                drop(lease.task(), lease.fence());
                link.send(WorkerMessages.failure(lease.task(), lease.fence(), e, permanent)); // or the lease expires
                askForWork();
            });
        }

        @Override
        public void abandoned(Lease lease) {
            onLink(WorkerLoop.this::askForWork);
        }

        @Override
        public void answered(InferenceReply reply) {
            answers.send(reply);
        }
    }

    // ---- online inference

    private void batch(InferenceBatch batch) {
        boolean taken = devices.stream()
                .filter(device -> device.executor() instanceof InferenceExecutor)
                .anyMatch(device -> device.add(batch));
        if (!taken) {
            CallError busy = CallError.newBuilder()
                    .setCode(ErrorCode.TOO_MANY_REQUESTS.name())
                    .setMessage("this worker cannot take another batch")
                    .build();
            InferenceReply.Builder reply = InferenceReply.newBuilder().setBatchId(batch.getBatchId());
            batch.getCallsList()
                    .forEach(call -> reply.addAnswers(InferenceAnswer.newBuilder()
                            .setCallId(call.getCallId())
                            .setError(busy)));
            sendNow(WorkerMessage.newBuilder().setInferenceReply(reply).build());
        }
    }

    /** From any thread; after a lost link nobody waits for it. */
    private void sendNow(WorkerMessage message) {
        FarmLink now = link;
        if (now != null) {
            now.send(message);
        }
    }

    // ---- small things

    private List<TaskExecutor> executors() {
        return devices.stream().map(Device::executor).toList();
    }

    private List<Lease> heldLeases() {
        return held.values().stream().map(HeldTask::lease).toList();
    }

    private void onLink(Runnable step) {
        after(0, step);
    }

    private void after(long millis, Runnable step) {
        try {
            linkThread.schedule(
                    () -> {
                        try {
                            step.run();
                        } catch (RuntimeException e) {
                            LOG.log(System.Logger.Level.ERROR, "the link's thread stumbled", e);
                        }
                    },
                    millis,
                    TimeUnit.MILLISECONDS);
        } catch (RejectedExecutionException expected) {
            LOG.log(System.Logger.Level.DEBUG, "the worker stops");
        }
    }
}
