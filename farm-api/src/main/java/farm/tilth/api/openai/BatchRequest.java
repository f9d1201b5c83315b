package farm.tilth.api.openai;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.api.inference.InferenceConfig;
import farm.tilth.api.inference.RequestBody;
import farm.tilth.api.openai.BatchView.Problem;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.ModelDescription;
import java.io.IOException;
import java.util.Optional;

/**
 * A line of a batch's input file. What is wrong with the line as such fails the whole batch; what is wrong with the
 * request in it fails that request alone. A pure function of the line: reading it again gives the same.
 *
 * @param line from 1
 * @param problem of the line; nothing else counts then
 * @param request absent when it is refused
 */
public record BatchRequest(
        int line,
        String customId,
        String model,
        Optional<Problem> problem,
        Optional<EmbeddingsRequest> request,
        Optional<FarmException> refusal) {
    private static final int MAX_CUSTOM_ID = 512;

    /** Reads a line as far as that needs no model. */
    public static BatchRequest read(JsonLines.Line line, InferenceConfig limits) {
        if (line.tooLong()) {
            return wrong(line, "line_too_long", "This line is longer than this server takes.", null);
        }
        try {
            JsonNode root = Json.MAPPER.readTree(line.content());
            if (root == null || !root.isObject()) {
                return wrong(line, "invalid_json_line", "This line is not a JSON object.", null);
            }
            return read(line, root, limits);
        } catch (IOException e) {
            return wrong(
                    line,
                    "invalid_json_line",
                    "This line is not parseable as valid JSON: " + RequestBody.reason(e),
                    null);
        }
    }

    private static BatchRequest read(JsonLines.Line line, JsonNode root, InferenceConfig limits) {
        JsonNode customId = root.path("custom_id");
        if (!customId.isTextual()
                || customId.textValue().isEmpty()
                || customId.textValue().length() > MAX_CUSTOM_ID) {
            return wrong(line, "missing_custom_id", "custom_id must be a string of 1 to 512 characters.", "custom_id");
        }
        if (!root.path("method").asText().equals("POST")) {
            return wrong(line, "invalid_method", "method must be POST.", "method");
        }
        if (!root.path("url").asText().equals(OpenAiBatch.ENDPOINT)) {
            return wrong(line, "invalid_url", "url must be the batch's endpoint " + OpenAiBatch.ENDPOINT + ".", "url");
        }
        JsonNode body = root.path("body");
        if (!body.isObject()) {
            return wrong(line, "missing_required_parameter", "body must be an object.", "body");
        }
        if (!body.path("model").isTextual()) {
            return wrong(line, "model_not_found", "body.model must be a string.", "body.model");
        }
        String model = body.path("model").textValue();
        try {
            return new BatchRequest(
                    line.number(),
                    customId.textValue(),
                    model,
                    Optional.empty(),
                    Optional.of(EmbeddingsRequest.parse(body, limits)),
                    Optional.empty());
        } catch (FarmException refused) {
            return refused(line.number(), customId.textValue(), model, refused);
        }
    }

    /** The same, also checked against what the model takes. */
    public BatchRequest checked(ModelDescription described) {
        if (request.isPresent()) {
            try {
                request.get().check(described);
            } catch (FarmException refused) {
                return refused(line, customId, model, refused);
            }
        }
        return this;
    }

    private static BatchRequest refused(int line, String customId, String model, FarmException why) {
        return new BatchRequest(line, customId, model, Optional.empty(), Optional.empty(), Optional.of(why));
    }

    private static BatchRequest wrong(JsonLines.Line line, String code, String message, String param) {
        Problem problem = new Problem(code, message, Optional.ofNullable(param), Optional.of(line.number()));
        return new BatchRequest(line.number(), "", "", Optional.of(problem), Optional.empty(), Optional.empty());
    }
}
