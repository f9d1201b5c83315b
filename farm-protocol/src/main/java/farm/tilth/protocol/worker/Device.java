package farm.tilth.protocol.worker;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.Lease;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.wire.CallError;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceBatch;
import farm.tilth.protocol.wire.InferenceReply;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;

/**
 * An executor with its thread and the work that waits for it. Online calls go before tasks. Everything that it tells
 * its {@link Listener} comes from the device's thread.
 */
final class Device implements Runnable {
    private static final System.Logger LOG = System.getLogger(Device.class.getName());
    private static final int MAX_WAITING_BATCHES = 256;

    private final TaskExecutor executor;
    private final BlobStore blobs;
    private final Path scratch;
    private final Listener listener;
    private final Thread thread;
    private final Deque<Lease> tasks = new ArrayDeque<>();
    private final Deque<WaitingBatch> batches = new ArrayDeque<>();
    private Lease running;
    private boolean closed;

    /** What a device tells about its work. */
    interface Listener {
        /** A task begins; {@code waiting} more wait behind it. */
        void started(Lease lease, int waiting);

        void finished(Lease lease, ResultFile result, double seconds);

        void failed(Lease lease, FarmException failure);

        /** The lease was lost while the task ran; its result is discarded. */
        void abandoned(Lease lease);

        void answered(InferenceReply reply);
    }

    private record WaitingBatch(InferenceBatch batch, long deadlineNanos) {
        boolean isLate() {
            return batch.getDeadlineMillis() > 0 && System.nanoTime() > deadlineNanos;
        }
    }

    Device(TaskExecutor executor, BlobStore blobs, Path scratch, Listener listener) {
        this.executor = executor;
        this.blobs = blobs;
        this.scratch = scratch;
        this.listener = listener;
        this.thread = new Thread(this, "device " + executor.engine());
    }

    void start() {
        thread.start();
    }

    TaskExecutor executor() {
        return executor;
    }

    synchronized void add(Lease lease) {
        tasks.addLast(lease);
        notifyAll();
    }

    /** Whether the batch was taken; false when too many wait already. */
    synchronized boolean add(InferenceBatch batch) {
        if (batches.size() >= MAX_WAITING_BATCHES || closed) {
            return false;
        }
        batches.addLast(new WaitingBatch(batch, System.nanoTime() + batch.getDeadlineMillis() * 1_000_000));
        notifyAll();
        return true;
    }

    synchronized int waitingTasks() {
        return tasks.size();
    }

    /** Takes a task back: it will not start, or it is interrupted. */
    synchronized void cancel(TaskId task, long fence) {
        tasks.removeIf(lease -> lease.task().equals(task) && lease.fence() == fence);
        if (running != null && running.task().equals(task) && running.fence() == fence) {
            thread.interrupt();
        }
    }

    /** Stops after interrupting what runs, and waits for it, at most {@code millis}. */
    void close(long millis) throws InterruptedException {
        synchronized (this) {
            closed = true;
            tasks.clear();
            thread.interrupt();
            notifyAll();
        }
        thread.join(millis);
    }

    @Override
    public void run() {
        try (executor) {
            while (true) {
                Optional<Runnable> next = next();
                if (next.isEmpty()) {
                    return;
                }
                next.get().run();
            }
        }
    }

    /** Waits for work; empty when the device is closed. */
    private synchronized Optional<Runnable> next() {
        running = null;
        while (!closed) {
            // An interrupt that came after its task had ended is for nobody.
            Thread.interrupted();
            if (!batches.isEmpty()) {
                WaitingBatch batch = batches.removeFirst();
                return Optional.of(() -> answer(batch));
            }
            if (!tasks.isEmpty()) {
                Lease lease = tasks.removeFirst();
                int waiting = tasks.size();
                running = lease;
                return Optional.of(() -> execute(lease, waiting));
            }
            try {
                wait();
            } catch (InterruptedException expected) {
                continue; // closed, or too late for the task that it was meant for
            }
        }
        return Optional.empty();
    }

    private void execute(Lease lease, int waiting) {
        listener.started(lease, waiting);
        Path folder = scratch.resolve(lease.task().job() + "-" + lease.task().index() + "-" + lease.fence());
        long begin = System.nanoTime();
        try {
            Files.createDirectories(folder);
            ResultFile result = executor.execute(lease.spec(), new TaskContext(lease.task(), blobs, folder));
            listener.finished(lease, result, (System.nanoTime() - begin) / 1e9);
        } catch (InterruptedException lost) {
            listener.abandoned(lease);
        } catch (FarmException e) {
            listener.failed(lease, e);
        } catch (IOException | OutOfMemoryError e) {
            listener.failed(lease, new FarmException(ErrorCode.OUT_OF_RESOURCES, "this worker cannot: " + e, e));
        } catch (RuntimeException | LinkageError | StackOverflowError e) {
            LOG.log(System.Logger.Level.ERROR, "task " + lease.task() + " failed", e);
            listener.failed(lease, new FarmException(ErrorCode.INTERNAL, "a fault of this worker: " + e, e));
        } finally {
            Folders.delete(folder);
        }
    }

    private void answer(WaitingBatch waiting) {
        InferenceBatch batch = waiting.batch;
        InferenceReply.Builder reply = InferenceReply.newBuilder().setBatchId(batch.getBatchId());
        if (waiting.isLate()) {
            reply.addAllAnswers(
                    errors(batch, ErrorCode.DEADLINE_EXCEEDED, "the deadline passed in the worker's queue"));
        } else {
            try {
                reply.addAllAnswers(((InferenceExecutor) executor).answer(batch));
            } catch (InterruptedException expected) {
                reply.addAllAnswers(errors(batch, ErrorCode.UNAVAILABLE, "the worker stops"));
            } catch (FarmException e) {
                reply.addAllAnswers(errors(batch, e.code(), e.getMessage()));
            } catch (RuntimeException | LinkageError | OutOfMemoryError e) {
                LOG.log(System.Logger.Level.ERROR, "batch " + batch.getBatchId() + " failed", e);
                reply.addAllAnswers(errors(batch, ErrorCode.INTERNAL, "a fault of this worker: " + e));
            }
        }
        try {
            listener.answered(reply.build());
        } catch (RuntimeException e) {
            // The device goes on: an answer that cannot be signed is a fault of this worker, and not its end.
            LOG.log(System.Logger.Level.ERROR, "batch " + batch.getBatchId() + " could not be signed", e);
            reply.clearAnswers().addAllAnswers(errors(batch, ErrorCode.INTERNAL, "a fault of this worker: " + e));
            listener.answered(reply.build());
        }
    }

    private static List<InferenceAnswer> errors(InferenceBatch batch, ErrorCode code, String message) {
        CallError error = CallError.newBuilder()
                .setCode(code.name())
                .setMessage(String.valueOf(message))
                .build();
        return batch.getCallsList().stream()
                .map(call -> InferenceAnswer.newBuilder()
                        .setCallId(call.getCallId())
                        .setError(error)
                        .build())
                .toList();
    }
}
