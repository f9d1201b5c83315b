package farm.tilth.inference;

import farm.tilth.inference.batch.InputLines;
import farm.tilth.inference.batch.TextEmbedder;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.EmbeddingPlan;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.TaskSpec.InferBatch;
import farm.tilth.protocol.worker.TaskContext;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/** Batches of rows of a job: one block per row, its embedding as little-endian 32-bit floats. */
final class BatchTasks {
    private static final long MAX_PLAN_BYTES = 1 << 16;

    private final String engine;
    private final Function<Digest, LoadedModel> models;
    private IndexedInput indexed;

    BatchTasks(String engine, Function<Digest, LoadedModel> models) {
        this.engine = engine;
        this.models = models;
    }

    /** The input whose lines were found last; batches of one job follow each other. */
    private record IndexedInput(Digest digest, Path file, InputLines lines) {}

    ResultFile run(InferBatch batch, TaskContext context) throws InterruptedException {
        if (batch.endRow() - batch.firstRow() > ResultFile.MAX_BLOCKS) {
            throw new FarmException(
                    ErrorCode.TOO_LARGE, "a batch has at most " + ResultFile.MAX_BLOCKS + " rows; split it");
        }
        return new ResultFile(blocks(batch.plan(), batch.firstRow(), batch.endRow(), context));
    }

    ResultFile recompute(InferBatch batch, int block, TaskContext context) throws InterruptedException {
        if (block >= batch.endRow() - batch.firstRow()) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "the batch has no block " + block);
        }
        int row = batch.firstRow() + block;
        return new ResultFile(blocks(batch.plan(), row, row + 1, context));
    }

    private List<ResultFile.Block> blocks(Digest planDigest, int first, int end, TaskContext context)
            throws InterruptedException {
        EmbeddingPlan plan = plan(planDigest, context);
        return models.apply(plan.model()).use(model -> blocks(plan, model, first, end, context));
    }

    private List<ResultFile.Block> blocks(
            EmbeddingPlan plan, LoadedModel model, int first, int end, TaskContext context)
            throws InterruptedException {
        TextEmbedder embedder = model.embedder()
                .orElseThrow(() -> new FarmException(
                        ErrorCode.INVALID_MODEL, "model '" + model.description().name() + "' does not embed texts"));
        List<InputLines.Row> lines = lines(plan, first, end, context);
        List<Optional<long[]>> rows = new ArrayList<>(lines.size());
        for (int i = 0; i < lines.size(); i++) {
            rows.add(tokens(embedder, lines.get(i), "line " + (first + i + 1) + " of the input"));
        }
        List<long[]> taken = rows.stream().flatMap(Optional::stream).toList();
        float[][] embeddings =
                taken.isEmpty() ? new float[0][] : embedder.embed(taken, BatchTasks::stopWhenInterrupted);
        return blocks(rows, embeddings, model.description());
    }

    /** A row that was left out has a block like the others', all zeros, and no work. */
    private static List<ResultFile.Block> blocks(
            List<Optional<long[]>> rows, float[][] embeddings, ModelDescription model) {
        List<ResultFile.Block> blocks = new ArrayList<>(rows.size());
        int next = 0;
        for (Optional<long[]> row : rows) {
            long units = Math.multiplyExact(row.map(tokens -> tokens.length).orElse(0), model.workUnitsPerToken());
            float[] embedding = row.isPresent() ? embeddings[next++] : new float[model.embeddingDimensions()];
            blocks.add(new ResultFile.Block(units, bytes(embedding)));
        }
        return blocks;
    }

    private static Optional<long[]> tokens(TextEmbedder embedder, InputLines.Row line, String place) {
        try {
            return Optional.of(
                    line.tokens().isPresent()
                            ? embedder.tokens(line.tokens().get(), place)
                            : embedder.tokens(line.text(), place));
        } catch (FarmException unfit) {
            if (line.optional()) {
                return Optional.empty();
            }
            throw unfit;
        }
    }

    private EmbeddingPlan plan(Digest digest, TaskContext context) throws InterruptedException {
        String json = new String(context.blobs().bytes(digest, MAX_PLAN_BYTES), StandardCharsets.UTF_8);
        EmbeddingPlan plan = Json.read(json, EmbeddingPlan.class);
        if (!plan.engine().equals(engine)) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST, "the plan is for engine " + plan.engine() + "; this is " + engine);
        }
        return plan;
    }

    private List<InputLines.Row> lines(EmbeddingPlan plan, int first, int end, TaskContext context)
            throws InterruptedException {
        Path file = context.blobs().file(plan.input());
        try {
            if (indexed == null || !indexed.digest.equals(plan.input()) || !indexed.file.equals(file)) {
                indexed = new IndexedInput(plan.input(), file, InputLines.index(file));
            }
            return indexed.lines.rows(first, end);
        } catch (ClosedByInterruptException e) {
            throw leaseLost();
        } catch (IOException e) {
            indexed = null;
            throw new FarmException(
                    ErrorCode.UNAVAILABLE, "the worker cannot read the input in its cache: " + e.getMessage(), e);
        }
    }

    private static void stopWhenInterrupted() throws InterruptedException {
        if (Thread.interrupted()) {
            throw leaseLost();
        }
    }

    static InterruptedException leaseLost() {
        return new InterruptedException("the lease was lost");
    }

    private static byte[] bytes(float[] row) {
        ByteBuffer bytes = ByteBuffer.allocate(row.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(row);
        return bytes.array();
    }
}
