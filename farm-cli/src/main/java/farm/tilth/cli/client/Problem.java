package farm.tilth.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.util.Arrays;

/** Reads the farm's error bodies: problem+json, and those of the inference protocols. */
final class Problem {
    private static final int CLIP = 300;

    private Problem() {}

    /** The failure that an answer of this status and body stands for. */
    static FarmException of(int status, String body) {
        JsonNode json = parse(body);
        JsonNode error = json.path("error");
        String what = json.path("title").asText("");
        String detail = json.path("detail").asText("");
        if (error.isTextual()) {
            detail = error.asText();
        } else if (error.isObject()) {
            detail = error.path("message").asText();
        }
        if (detail.isEmpty() && what.isEmpty()) {
            detail = "the farm answered " + status + clip(body);
        }
        String message = what.isEmpty() || detail.isEmpty() ? what + detail : what + ": " + detail;
        return new FarmException(
                code(json.path("code").asText(error.path("code").asText("")), status), message);
    }

    private static JsonNode parse(String body) {
        try {
            JsonNode json = Json.MAPPER.readTree(body);
            return json == null ? Json.MAPPER.missingNode() : json;
        } catch (JsonProcessingException e) {
            return Json.MAPPER.missingNode();
        }
    }

    private static ErrorCode code(String name, int status) {
        return Arrays.stream(ErrorCode.values())
                .filter(code -> code.name().equalsIgnoreCase(name))
                .findFirst()
                .or(() -> Arrays.stream(ErrorCode.values())
                        .filter(code -> code.httpStatus() == status)
                        .findFirst())
                .orElse(status >= 500 ? ErrorCode.UNAVAILABLE : ErrorCode.INVALID_REQUEST);
    }

    private static String clip(String body) {
        String text = body.strip();
        return text.isEmpty() ? "" : ": " + text.substring(0, Math.min(text.length(), CLIP));
    }
}
