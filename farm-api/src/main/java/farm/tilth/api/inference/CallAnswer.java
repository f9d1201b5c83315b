package farm.tilth.api.inference;

import java.util.Map;

/**
 * The answer to a call by HTTP, whole, so that it is sent with its length.
 *
 * @param headers besides those that every answer has
 * @param trailers what follows the body, in protocols that have it
 */
public record CallAnswer(String contentType, Map<String, String> headers, byte[] body, Map<String, String> trailers) {
    public CallAnswer {
        headers = Map.copyOf(headers);
        trailers = Map.copyOf(trailers);
    }

    /** An answer that ends with its body. */
    public CallAnswer(String contentType, Map<String, String> headers, byte[] body) {
        this(contentType, headers, body, Map.of());
    }
}
