package farm.tilth.api.inference;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** A request's JSON, read with a bound and with errors that say where. */
public final class RequestBody {
    private RequestBody() {}

    /**
     * Reads a JSON object of at most {@code maxBytes}.
     *
     * @throws FarmException with TOO_LARGE or INVALID_REQUEST
     */
    public static JsonNode object(InputStream body, int maxBytes, BodyBudget.Share share) {
        return object(bytes(body, null, maxBytes, share));
    }

    /** The same of a body that was read. */
    public static JsonNode object(byte[] content) {
        try {
            JsonNode root = Json.MAPPER.readTree(content);
            if (root == null || !root.isObject()) {
                throw new FarmException(ErrorCode.INVALID_REQUEST, "the body must be a JSON object");
            }
            return root;
        } catch (IOException e) {
            throw notJson(e);
        }
    }

    /**
     * Reads a body of at most {@code maxBytes}, unpacked.
     *
     * @param contentEncoding the header of that name, or null
     * @throws FarmException with TOO_LARGE or INVALID_REQUEST
     */
    public static byte[] bytes(InputStream body, String contentEncoding, int maxBytes, BodyBudget.Share share) {
        Optional<ContentCoding> coding = ContentCoding.of(contentEncoding);
        try {
            if (coding.isPresent()) {
                return coding.get().decode(body, maxBytes, share);
            }
            byte[] content = share.read(body, maxBytes + 1);
            if (content.length > maxBytes) {
                throw new FarmException(
                        ErrorCode.TOO_LARGE, "the body has more than " + maxBytes + " bytes; split the request");
            }
            return content;
        } catch (IOException e) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "the body ended early: " + e.getMessage(), e);
        }
    }

    /**
     * Unpacks a body that was read.
     *
     * @param contentEncoding the header of that name, or null
     * @throws FarmException with TOO_LARGE or INVALID_REQUEST
     */
    public static byte[] unpacked(byte[] sent, String contentEncoding, int maxBytes, BodyBudget.Share share) {
        return ContentCoding.of(contentEncoding).isEmpty()
                ? sent
                : bytes(new ByteArrayInputStream(sent), contentEncoding, maxBytes, share);
    }

    /** What to say of a body that is not JSON, or no text at all. */
    public static FarmException notJson(IOException e) {
        return new FarmException(ErrorCode.INVALID_REQUEST, "the body is not JSON: " + reason(e), e);
    }

    /** Why bytes could not be read as JSON, and where. */
    public static String reason(IOException e) {
        if (!(e instanceof JsonProcessingException json)) {
            return "its text is not UTF-8";
        }
        String what = json.getOriginalMessage().lines().findFirst().orElse("");
        return json.getLocation() == null
                ? what
                : what + " (line " + json.getLocation().getLineNr() + ", column "
                        + json.getLocation().getColumnNr() + ")";
    }

    /**
     * A field that must be a string.
     *
     * @throws FarmException with INVALID_REQUEST that names it
     */
    public static String text(JsonNode object, String field) {
        JsonNode value = object.path(field);
        if (!value.isTextual()) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST, field + (value.isMissingNode() ? " is missing" : " is not a string"));
        }
        return value.textValue();
    }
}
