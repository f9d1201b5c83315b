package farm.tilth.api.inference;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.AssemblyManifest;
import farm.tilth.protocol.task.EmbeddingPlan;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.worker.TaskContext;
import farm.tilth.protocol.worker.TaskExecutor;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Computes the rows of batch jobs as {@link FakeModel#EMBEDDER} would; audits and assembles them when trusted. */
public record FakeRows(boolean trusted) implements TaskExecutor {
    @Override
    public String engine() {
        return FakeModel.EMBEDDER.engine();
    }

    @Override
    public String device() {
        return "none";
    }

    @Override
    public Set<String> taskTypes() {
        return trusted ? Set.of("auditBlock", "assembleRows") : Set.of("inferBatch");
    }

    @Override
    public ResultFile execute(TaskSpec spec, TaskContext context) throws InterruptedException {
        try {
            return switch (spec) {
                case TaskSpec.InferBatch batch -> rows(batch, batch.firstRow(), batch.endRow(), context);
                case TaskSpec.AuditBlock audit -> {
                    TaskSpec.InferBatch batch = (TaskSpec.InferBatch) audit.of();
                    int row = batch.firstRow() + audit.block();
                    yield rows(batch, row, row + 1, context);
                }
                default -> assembled(context);
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static ResultFile rows(TaskSpec.InferBatch batch, int first, int end, TaskContext context)
            throws IOException, InterruptedException {
        EmbeddingPlan plan = Json.read(
                new String(context.blobs().bytes(batch.plan(), 1 << 16), StandardCharsets.UTF_8), EmbeddingPlan.class);
        String[] lines = new String(context.blobs().bytes(plan.input(), 1 << 24), StandardCharsets.UTF_8).split("\n");
        List<ResultFile.Block> blocks = new ArrayList<>();
        for (int row = first; row < end; row++) {
            blocks.add(block(Json.MAPPER.readTree(lines[row]).path("input")));
        }
        return new ResultFile(blocks);
    }

    private static ResultFile.Block block(JsonNode input) {
        int tokens = input.isArray() ? input.size() : input.asText().split(" ").length + 2;
        boolean fits = tokens <= FakeModel.EMBEDDER.maxTokens();
        float[] row = fits ? FakeModel.embedding(input.isArray() ? "tokens" : input.asText()) : new float[4];
        ByteBuffer bytes = ByteBuffer.allocate(row.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(row);
        return new ResultFile.Block(fits ? tokens * FakeModel.UNITS_PER_TOKEN : 0, bytes.array());
    }

    private static ResultFile assembled(TaskContext context) throws InterruptedException {
        byte[] file = "rows".getBytes(StandardCharsets.UTF_8);
        Digest digest = context.blobs().put(file);
        AssemblyManifest manifest = new AssemblyManifest(
                digest, List.of(new AssemblyManifest.Output("embeddings.jsonl", "application/jsonl", digest, 4)));
        return ResultFile.ofOne(Json.write(manifest).getBytes(StandardCharsets.UTF_8), 0);
    }

    @Override
    public void close() {}
}
