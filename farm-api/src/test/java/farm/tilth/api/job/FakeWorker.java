package farm.tilth.api.job;

import farm.tilth.api.TestFolders;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.SigningKey;
import farm.tilth.protocol.worker.TaskExecutor;
import farm.tilth.protocol.worker.WorkerConfig;
import farm.tilth.protocol.worker.WorkerLoop;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** A worker of the real protocol with fake devices, in a thread of the test. */
public final class FakeWorker implements AutoCloseable {
    private static final long CACHE_BYTES = 1 << 28;

    private final SigningKey identity;
    private final Path folder;
    private final WorkerLoop loop;
    private final CompletableFuture<Optional<FarmException>> end = new CompletableFuture<>();

    private FakeWorker(SigningKey identity, String key, boolean trusted, List<TaskExecutor> executors)
            throws IOException {
        this.identity = identity;
        this.folder = Files.createTempDirectory("tilth-worker");
        URI farm = URI.create("http://127.0.0.1:" + RestAssured.port);
        WorkerConfig config = new WorkerConfig(farm, key, folder, "fake", trusted, 1, CACHE_BYTES);
        this.loop = new WorkerLoop(config, identity, executors);
        Thread.ofPlatform().name("fake worker").daemon().start(this::run);
    }

    public static FakeWorker start(String key, TaskExecutor executor) throws IOException {
        return new FakeWorker(SigningKey.generate(), key, false, List.of(executor));
    }

    public static FakeWorker start(SigningKey identity, String key, TaskExecutor executor) throws IOException {
        return new FakeWorker(identity, key, false, List.of(executor));
    }

    public static FakeWorker startTrusted(String key) throws IOException {
        return startTrusted(key, FakeExecutor.trusted());
    }

    public static FakeWorker startTrusted(String key, List<TaskExecutor> executors) throws IOException {
        return new FakeWorker(SigningKey.generate(), key, true, executors);
    }

    public Digest id() {
        return identity.id();
    }

    /** Why the farm sent it away, once it did. */
    public CompletableFuture<Optional<FarmException>> end() {
        return end;
    }

    private void run() {
        try {
            loop.run();
            end.complete(Optional.empty());
        } catch (FarmException e) {
            end.complete(Optional.of(e));
        } catch (InterruptedException | RuntimeException e) {
            end.completeExceptionally(e);
        }
    }

    @Override
    public void close() throws IOException {
        loop.close();
        TestFolders.delete(folder);
    }
}
