package farm.tilth.inference;

import com.fasterxml.jackson.core.JsonGenerator;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.AssemblyManifest;
import farm.tilth.protocol.task.EmbeddingPlan;
import farm.tilth.protocol.task.TaskSpec.AssembleRows;
import farm.tilth.protocol.task.TaskSpec.BatchPart;
import farm.tilth.protocol.worker.TaskContext;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.channels.ClosedByInterruptException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.Comparator;
import java.util.List;

/**
 * Writes a job's rows, in order, as JSON lines {@code {"index":0,"embedding":[…]}}. Numbers are the shortest that read
 * back as the same 32-bit float. The content's digest is over the rows' bytes as the workers made them.
 */
final class RowAssembly {
    static final String FILE_NAME = "embeddings.jsonl";

    private static final long MAX_PLAN_BYTES = 1 << 16;
    private static final long MAX_PART_BYTES = 1L << 30;

    private final OutputStream out;
    private final MessageDigest content = Digest.sha256();
    private int row;

    private RowAssembly(OutputStream out) {
        this.out = out;
    }

    static ResultFile run(AssembleRows spec, TaskContext context) throws InterruptedException {
        String json = new String(context.blobs().bytes(spec.plan(), MAX_PLAN_BYTES), StandardCharsets.UTF_8);
        EmbeddingPlan plan = Json.read(json, EmbeddingPlan.class);
        Path file = context.scratch().resolve(FILE_NAME);
        try {
            AssemblyManifest manifest = new AssemblyManifest(
                    write(plan, spec.parts(), file, context),
                    List.of(new AssemblyManifest.Output(
                            FILE_NAME, "application/jsonl", context.blobs().put(file), Files.size(file))));
            return ResultFile.ofOne(Json.write(manifest).getBytes(StandardCharsets.UTF_8), 0);
        } catch (ClosedByInterruptException e) {
            throw BatchTasks.leaseLost();
        } catch (IOException e) {
            throw new FarmException(
                    ErrorCode.OUT_OF_RESOURCES, "the result cannot be written to " + file + ": " + e.getMessage(), e);
        }
    }

    private static Digest write(EmbeddingPlan plan, List<BatchPart> parts, Path file, TaskContext context)
            throws IOException, InterruptedException {
        List<BatchPart> ordered = parts.stream()
                .sorted(Comparator.comparingInt(BatchPart::firstRow))
                .toList();
        try (OutputStream out = Files.newOutputStream(file)) {
            RowAssembly assembly = new RowAssembly(out);
            for (BatchPart part : ordered) {
                assembly.add(part, ResultFile.parse(context.blobs().bytes(part.result(), MAX_PART_BYTES)));
            }
            if (assembly.row != plan.rows()) {
                throw new FarmException(
                        ErrorCode.INVALID_REQUEST,
                        "the parts end at row " + assembly.row + "; the plan has " + plan.rows() + " rows");
            }
            return Digest.fromBytes(assembly.content.digest());
        }
    }

    private void add(BatchPart part, ResultFile result) throws IOException {
        if (part.firstRow() != row
                || part.endRow() - part.firstRow() != result.blocks().size()) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    "the part of rows %d to %d has %d blocks and follows row %d"
                            .formatted(
                                    part.firstRow(),
                                    part.endRow(),
                                    result.blocks().size(),
                                    row));
        }
        try (JsonGenerator json = Json.MAPPER.createGenerator(out)) {
            json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
            json.setRootValueSeparator(null);
            for (ResultFile.Block block : result.blocks()) {
                content.update(block.bytes());
                writeLine(json, block.bytes());
            }
        }
    }

    private void writeLine(JsonGenerator json, byte[] floats) throws IOException {
        FloatBuffer embedding =
                ByteBuffer.wrap(floats).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        json.writeStartObject();
        json.writeNumberField("index", row++);
        json.writeArrayFieldStart("embedding");
        while (embedding.hasRemaining()) {
            json.writeNumber(embedding.get());
        }
        json.writeEndArray();
        json.writeEndObject();
        json.writeRaw('\n');
    }
}
