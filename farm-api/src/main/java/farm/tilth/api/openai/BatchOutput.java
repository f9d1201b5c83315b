package farm.tilth.api.openai;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import farm.tilth.api.inference.InferenceConfig;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.ModelDescription;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Writes a batch's output and error files: a line for each request, in the order of the input, with the ids that it had.
 * Goes through the input once more beside the rows, so that nothing of a request is kept in between; the same input and
 * rows give the same files to the byte.
 */
final class BatchOutput implements AutoCloseable {
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int OK = 200;

    private final OpenAiBatch batch;
    private final Optional<ModelDescription> model;
    private final RowResults rows;
    private final JsonGenerator output;
    private final JsonGenerator errors;
    private int completed;
    private int failed;
    private long tokens;

    BatchOutput(OpenAiBatch batch, Optional<ModelDescription> model, RowResults rows, Path output, Path errors)
            throws IOException {
        this.batch = batch;
        this.model = model;
        this.rows = rows;
        this.output = generator(output);
        this.errors = generator(errors);
    }

    private static JsonGenerator generator(Path file) throws IOException {
        OutputStream out = new BufferedOutputStream(Files.newOutputStream(file));
        JsonGenerator json = MAPPER.getFactory().createGenerator(out);
        json.setRootValueSeparator(null);
        return json;
    }

    /** Writes everything; the counts of what was written. */
    OpenAiBatch.Counts write(JsonLines lines, InferenceConfig limits) throws IOException {
        for (Optional<JsonLines.Line> line = lines.next(); line.isPresent(); line = lines.next()) {
            BatchRequest read = BatchRequest.read(line.get(), limits);
            write(model.isPresent() ? read.checked(model.get()) : read);
        }
        return new OpenAiBatch.Counts(completed + failed, completed, failed, tokens);
    }

    private void write(BatchRequest request) throws IOException {
        if (request.request().isEmpty()) {
            FarmException refusal = request.refusal()
                    .orElseGet(() -> new FarmException(ErrorCode.INVALID_REQUEST, "this line is no request"));
            fail(request, refusal.code(), refusal.getMessage());
            return;
        }
        List<Optional<ResultFile.Block>> blocks = new ArrayList<>();
        for (int i = 0; i < request.request().get().input().getTextsCount(); i++) {
            blocks.add(rows.next());
        }
        if (blocks.stream().anyMatch(Optional::isEmpty)) {
            giveUp(request);
            return;
        }
        for (int i = 0; i < blocks.size(); i++) {
            if (blocks.get(i).orElseThrow().workUnits() == 0) {
                fail(
                        request,
                        ErrorCode.TOO_LARGE,
                        "input[" + i + "] has more than the "
                                + model.orElseThrow().maxTokens() + " tokens that model '" + request.model()
                                + "' takes, or tokens that it does not know");
                return;
            }
        }
        complete(request, blocks.stream().map(Optional::orElseThrow).toList());
    }

    private void complete(BatchRequest request, List<ResultFile.Block> blocks) throws IOException {
        long units = blocks.stream().mapToLong(ResultFile.Block::workUnits).sum();
        long used = units / model.orElseThrow().workUnitsPerToken();
        List<float[]> embeddings =
                blocks.stream().map(block -> floats(block.bytes())).toList();
        writeResponse(
                output, request, OK, EmbeddingsResponse.of(request.request().orElseThrow(), embeddings, used));
        completed++;
        tokens += used;
    }

    private void fail(BatchRequest request, ErrorCode code, String message) throws IOException {
        int status = OpenAiErrors.status(code, code.httpStatus());
        writeResponse(errors, request, status, OpenAiErrors.body(code, message));
        failed++;
    }

    /** The request was not computed: the time was over, the batch was cancelled, or the job failed. */
    private void giveUp(BatchRequest request) throws IOException {
        String code =
                switch (batch.ending()) {
                    case EXPIRED -> "batch_expired";
                    case CANCELLED -> "batch_cancelled";
                    default -> "server_error";
                };
        String message =
                switch (batch.ending()) {
                    case EXPIRED -> "This request could not be executed before the completion window expired.";
                    case CANCELLED -> "This request was not executed: the batch was cancelled.";
                    default -> "This request could not be executed; its part of the batch failed.";
                };
        writeIds(errors, request);
        errors.writeNullField("response");
        errors.writeObjectFieldStart("error");
        errors.writeStringField("code", code);
        errors.writeStringField("message", message);
        errors.writeEndObject();
        end(errors);
        failed++;
    }

    private void writeResponse(JsonGenerator json, BatchRequest request, int status, Object body) throws IOException {
        writeIds(json, request);
        json.writeObjectFieldStart("response");
        json.writeNumberField("status_code", status);
        json.writeStringField("request_id", "req_" + number(request));
        json.writeObjectField("body", body);
        json.writeEndObject();
        json.writeNullField("error");
        end(json);
    }

    private void writeIds(JsonGenerator json, BatchRequest request) throws IOException {
        json.writeStartObject();
        json.writeStringField("id", "batch_req_" + number(request));
        json.writeStringField("custom_id", request.customId());
    }

    private String number(BatchRequest request) {
        return batch.id().toString().replace("-", "") + "_" + request.line();
    }

    private static void end(JsonGenerator json) throws IOException {
        json.writeEndObject();
        json.writeRaw('\n');
    }

    private static float[] floats(byte[] bytes) {
        float[] row = new float[bytes.length / Float.BYTES];
        ByteBuffer.wrap(bytes).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer().get(row);
        return row;
    }

    @Override
    public void close() throws IOException {
        output.close();
        errors.close();
    }
}
