package farm.tilth.api.openai;

import farm.tilth.api.inference.InferenceConfig;
import farm.tilth.api.inference.ModelCatalog;
import farm.tilth.api.openai.BatchView.Problem;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.TextInput;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Goes through a batch's input file and writes the rows that are to be computed, one a line, as the workers read them.
 * Streams: it keeps a digest of each custom_id, and nothing else of a line.
 */
final class BatchInput {
    private static final int MAX_PROBLEMS = 100;

    private final ModelCatalog catalog;
    private final InferenceConfig limits;
    private final List<Problem> problems = new ArrayList<>();
    private final Set<Digest> customIds = new HashSet<>();
    private Optional<ModelDescription> model = Optional.empty();
    private int requests;
    private int rows;

    private BatchInput(ModelCatalog catalog, InferenceConfig limits) {
        this.catalog = catalog;
        this.limits = limits;
    }

    /**
     * What an input file is.
     *
     * @param rows how many lines were written
     * @param problems none when it can be carried out
     */
    record Scan(Optional<ModelDescription> model, int requests, int rows, List<Problem> problems) {}

    static Scan scan(Path input, Path rowsFile, ModelCatalog catalog, InferenceConfig limits) throws IOException {
        return new BatchInput(catalog, limits).scan(input, rowsFile);
    }

    private Scan scan(Path input, Path rowsFile) throws IOException {
        try (JsonLines lines = new JsonLines(input, limits.maxBodyBytes());
                OutputStream out = new BufferedOutputStream(Files.newOutputStream(rowsFile))) {
            for (Optional<JsonLines.Line> line = lines.next();
                    line.isPresent() && problems.size() < MAX_PROBLEMS && !isTooMuch();
                    line = lines.next()) {
                take(BatchRequest.read(line.get(), limits), out);
            }
        }
        if (requests == 0 && problems.isEmpty()) {
            problems.add(whole("empty_file", "The batch file has no requests."));
        } else if (requests > limits.batchRequests()) {
            problems.add(
                    whole("too_many_tasks", "The batch file has more than " + limits.batchRequests() + " requests."));
        } else if (rows > limits.batchInputs()) {
            problems.add(whole("too_many_inputs", "The batch has more than " + limits.batchInputs() + " inputs."));
        }
        return new Scan(model, requests, rows, List.copyOf(problems));
    }

    private boolean isTooMuch() {
        return requests > limits.batchRequests() || rows > limits.batchInputs();
    }

    private void take(BatchRequest request, OutputStream out) throws IOException {
        if (request.problem().isPresent()) {
            problems.add(request.problem().get());
            return;
        }
        requests++;
        if (!customIds.add(Digest.ofText(request.customId()))) {
            problems.add(at(
                    request,
                    "duplicate_custom_id",
                    "The custom_id '" + clip(request.customId()) + "' is that of another line.",
                    "custom_id"));
            return;
        }
        if (!isSameModel(request)) {
            return;
        }
        Optional<EmbeddingsRequest> good = request.checked(model.orElseThrow()).request();
        if (good.isPresent()) {
            for (TextInput text : good.get().input().getTextsList()) {
                out.write(row(text));
                out.write('\n');
                rows++;
            }
        }
    }

    private boolean isSameModel(BatchRequest request) {
        if (model.isEmpty()) {
            try {
                model = Optional.of(catalog.get(request.model()));
            } catch (FarmException unknown) {
                problems.add(at(request, "model_not_found", unknown.getMessage(), "body.model"));
                return false;
            }
        }
        if (!request.model().equals(model.get().name())) {
            problems.add(at(
                    request,
                    "mismatched_model",
                    "The model is '" + clip(request.model()) + "'; all requests of a batch must have the same, '"
                            + model.get().name() + "'.",
                    "body.model"));
            return false;
        }
        if (model.get().embeddingDimensions() < 1) {
            problems.add(at(request, "invalid_model", "The model does not embed texts.", "body.model"));
            return false;
        }
        return true;
    }

    /** A row that the model cannot take is left out: it fails its request and not the job. */
    private static byte[] row(TextInput text) {
        Object input = text.hasTokens() ? text.getTokens().getIdsList() : text.getText();
        return Json.write(Map.of("input", input, "optional", true)).getBytes(StandardCharsets.UTF_8);
    }

    private static Problem at(BatchRequest request, String code, String message, String param) {
        return new Problem(code, message, Optional.of(param), Optional.of(request.line()));
    }

    private static Problem whole(String code, String message) {
        return new Problem(code, message, Optional.empty(), Optional.empty());
    }

    private static String clip(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }
}
