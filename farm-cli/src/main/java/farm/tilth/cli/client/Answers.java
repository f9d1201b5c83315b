package farm.tilth.cli.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;

/** Reads the farm's answers with indulgence: a newer farm says more than is known here, an older one less. */
final class Answers {
    private static final ObjectReader LENIENT = Json.MAPPER
            .reader()
            .without(DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES)
            .without(DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES);

    private Answers() {}

    static <T> T read(JsonNode document, Class<T> type) {
        try {
            return LENIENT.treeToValue(document, type);
        } catch (JsonProcessingException e) {
            throw new FarmException(
                    ErrorCode.INTERNAL,
                    "the farm's answer is no " + type.getSimpleName() + ": " + e.getOriginalMessage(),
                    e);
        }
    }
}
