package farm.tilth.api.inference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

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
            JsonNode root = Json.MAPPER.readTree(bytes(body, null, maxBytes));
            if (root == null || !root.isObject()) {
                throw new FarmException(ErrorCode.INVALID_REQUEST, "the body must be a JSON object");
            }
            return root;
        } catch (JsonProcessingException e) {
            throw notJson(e);
        } catch (IOException e) {
            throw new IllegalStateException("reading from memory failed", e);
        }
    }

    /**
     * Reads a body of at most {@code maxBytes}, unpacked.
     *
     * @param contentEncoding the header of that name, or null
     * @throws FarmException with TOO_LARGE or INVALID_REQUEST
     */
    static byte[] bytes(InputStream body, String contentEncoding, int maxBytes) {
        Optional<ContentCoding> coding = ContentCoding.of(contentEncoding);
        try {
            if (coding.isPresent()) {
                return coding.get().decode(body, maxBytes);
            }
            byte[] content = body.readNBytes(maxBytes + 1);
            if (content.length > maxBytes) {
                throw new FarmException(
                        ErrorCode.TOO_LARGE, "the body has more than " + maxBytes + " bytes; split the request");
            }
            return content;
        } catch (IOException e) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "the body ended early: " + e.getMessage(), e);
        }
    }

    /** What to say of a body that is not JSON. */
    static FarmException notJson(JsonProcessingException e) {
        String what = e.getOriginalMessage().lines().findFirst().orElse("");
        String where = e.getLocation() == null
                ? ""
                : " (line " + e.getLocation().getLineNr() + ", column "
                        + e.getLocation().getColumnNr() + ")";
        return new FarmException(ErrorCode.INVALID_REQUEST, "the body is not JSON: " + what + where, e);
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
