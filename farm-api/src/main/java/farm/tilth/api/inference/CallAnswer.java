package farm.tilth.api.inference;

import java.util.Map;

/**
 * The answer to a call by HTTP, whole, so that it is sent with its length.
 *
 * @param headers besides those that every answer has
 */
public record CallAnswer(String contentType, Map<String, String> headers, byte[] body) {
    public CallAnswer {
        headers = Map.copyOf(headers);
    }
}
