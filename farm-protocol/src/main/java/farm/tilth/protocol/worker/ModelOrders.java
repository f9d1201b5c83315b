package farm.tilth.protocol.worker;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelPackage;
import farm.tilth.protocol.wire.CallError;
import farm.tilth.protocol.wire.ModelOrder;
import farm.tilth.protocol.wire.ModelOutcome;
import farm.tilth.protocol.wire.WorkerMessage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Carries out what the coordinator orders about models, one after the other and beside the devices' work. */
final class ModelOrders implements AutoCloseable {
    private static final int MAX_WAITING = 64;

    private final Optional<InferenceExecutor> executor;
    private final BlobStore blobs;
    private final Path scratch;
    private final Consumer<WorkerMessage> answers;
    private final ThreadPoolExecutor thread = new ThreadPoolExecutor(
            0, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(MAX_WAITING), task -> Thread.ofPlatform()
                    .daemon()
                    .name("models")
                    .unstarted(task));

    /**
     * Orders for one executor.
     *
     * @param scratch a folder for what is inspected
     * @param answers takes the outcomes, from any thread
     */
    ModelOrders(Optional<InferenceExecutor> executor, BlobStore blobs, Path scratch, Consumer<WorkerMessage> answers) {
        this.executor = executor;
        this.blobs = blobs;
        this.scratch = scratch;
        this.answers = answers;
    }

    /** Takes an order; its outcome follows. */
    void take(ModelOrder order) {
        try {
            thread.execute(() -> answer(order, carryOut(order)));
        } catch (RejectedExecutionException full) {
            answer(order, failed(ErrorCode.TOO_MANY_REQUESTS, "this worker has " + MAX_WAITING + " orders already"));
        }
    }

    private void answer(ModelOrder order, ModelOutcome.Builder outcome) {
        answers.accept(WorkerMessage.newBuilder()
                .setModelOutcome(outcome.setOrderId(order.getOrderId()))
                .build());
    }

    private ModelOutcome.Builder carryOut(ModelOrder order) {
        try {
            InferenceExecutor device = executor.orElseThrow(
                    () -> new FarmException(ErrorCode.INVALID_REQUEST, "this worker does not run models"));
            ModelPackage model = Json.read(order.getPackage(), ModelPackage.class);
            ModelOutcome.Builder outcome = ModelOutcome.newBuilder();
            switch (order.getAction()) {
                case "INSPECT" -> outcome.setReport(inspect(device, model));
                case "LOAD" ->
                    device.load(model, Json.read(order.getDescription(), ModelDescription.class), blobs)
                            .forEach(version -> outcome.addDropped(version.hex()));
                case "UNLOAD" -> device.unload(model.version());
                default ->
                    throw new FarmException(
                            ErrorCode.INVALID_REQUEST, "this worker knows no order " + order.getAction());
            }
            return outcome;
        } catch (FarmException e) {
            return failed(e.code(), e.getMessage());
        } catch (InterruptedException e) {
            return failed(ErrorCode.UNAVAILABLE, "the worker stops");
        } catch (IOException | OutOfMemoryError e) {
            return failed(ErrorCode.OUT_OF_RESOURCES, "this worker cannot: " + e);
        } catch (RuntimeException | LinkageError e) {
            return failed(ErrorCode.INTERNAL, "a fault of this worker: " + e);
        }
    }

    private String inspect(InferenceExecutor device, ModelPackage model) throws IOException, InterruptedException {
        Path folder = scratch.resolve("inspection-" + model.version().hex());
        Folders.delete(folder);
        Files.createDirectories(folder);
        try {
            return Json.write(device.inspect(model, blobs, folder));
        } finally {
            Folders.delete(folder);
        }
    }

    private static ModelOutcome.Builder failed(ErrorCode code, String message) {
        return ModelOutcome.newBuilder()
                .setError(CallError.newBuilder().setCode(code.name()).setMessage(String.valueOf(message)));
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
