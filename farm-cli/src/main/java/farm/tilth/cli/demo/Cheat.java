package farm.tilth.cli.demo;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.BlockGrid;
import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.result.SigningKey;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.worker.TaskContext;
import farm.tilth.protocol.worker.TaskExecutor;
import farm.tilth.protocol.worker.WorkerConfig;
import farm.tilth.protocol.worker.WorkerLoop;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** A worker that hands in black tiles and wants to be paid for them; the farm sends it away when it finds out. */
public final class Cheat implements AutoCloseable {
    private static final long CACHE_BYTES = 1 << 20;
    private static final int RAYS_PER_SAMPLE = 3;

    private final SigningKey identity = SigningKey.generate();
    private final WorkerLoop loop;
    private final CompletableFuture<Optional<FarmException>> end = new CompletableFuture<>();

    /**
     * Starts it in a thread of its own.
     *
     * @param engine the one that it pretends to be
     */
    public Cheat(URI farm, String key, Path data, String engine) throws IOException {
        WorkerConfig config = new WorkerConfig(farm, key, data, "cheat", false, 1, CACHE_BYTES);
        loop = new WorkerLoop(config, identity, List.of(new BlackTiles(engine)));
        Thread.ofPlatform().name("cheat").daemon().start(this::run);
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

    /** The worker's id. */
    public Digest id() {
        return identity.id();
    }

    /** Why the farm sent it away, once it did. */
    public CompletableFuture<Optional<FarmException>> end() {
        return end;
    }

    @Override
    public void close() {
        loop.close();
    }

    private record BlackTiles(String engine) implements TaskExecutor {
        @Override
        public String device() {
            return "cpu";
        }

        @Override
        public Set<String> taskTypes() {
            return Set.of("renderTile");
        }

        @Override
        public ResultFile execute(TaskSpec spec, TaskContext context) {
            if (!(spec instanceof TaskSpec.RenderTile tile)) {
                throw new FarmException(ErrorCode.INVALID_REQUEST, "this worker renders tiles alone");
            }
            return new ResultFile(BlockGrid.blocks(tile.tile()).stream()
                    .map(block -> new ResultFile.Block(
                            (long) block.area() * tile.samples().count() * RAYS_PER_SAMPLE,
                            new byte[block.area() * FilmFormat.BYTES_PER_PIXEL]))
                    .toList());
        }

        @Override
        public void close() {}
    }
}
