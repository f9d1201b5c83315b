package farm.tilth.api.inference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.io.IOException;
import java.io.InputStream;

/** A request's JSON, read with a bound and with errors that say where. */
final class RequestBody {
    private RequestBody() {}

    /**
     * Reads a JSON object of at most {@code maxBytes}.
     *
     * @throws FarmException with TOO_LARGE or INVALID_REQUEST
     */
    static JsonNode object(InputStream body, int maxBytes) {
        try {
            byte[] content = body.readNBytes(maxBytes + 1);
            if (content.length > maxBytes) {
                throw new FarmException(
                        ErrorCode.TOO_LARGE, "the body has more than " + maxBytes + " bytes; split the request");
            }
            JsonNode root = Json.MAPPER.readTree(content);
            if (root == null || !root.isObject()) {
                throw new FarmException(ErrorCode.INVALID_REQUEST, "the body must be a JSON object");
            }
            return root;
        } catch (JsonProcessingException e) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    "the body is not JSON: "
                            + e.getOriginalMessage().lines().findFirst().orElse("")
                            + (e.getLocation() == null
                                    ? ""
                                    : " (line " + e.getLocation().getLineNr() + ", column "
                                            + e.getLocation().getColumnNr() + ")"),
                    e);
        } catch (IOException e) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "the body ended early: " + e.getMessage(), e);
        }
    }

    /**
     * A field that must be a string.
     *
     * @throws FarmException with INVALID_REQUEST that names it
     */
    static String text(JsonNode object, String field) {
        JsonNode value = object.path(field);
        if (!value.isTextual()) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST, field + (value.isMissingNode() ? " is missing" : " is not a string"));
        }
        return value.textValue();
    }
}
