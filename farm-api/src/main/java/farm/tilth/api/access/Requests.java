package farm.tilth.api.access;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;

/** How a request is refused that is wrong in itself. */
public final class Requests {
    private Requests() {}

    /** Fails with INVALID_REQUEST unless the condition holds. */
    public static void check(boolean condition, String message) {
        if (!condition) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, message);
        }
    }

    /** The body, when there is one. */
    public static <T> T present(T body) {
        check(body != null, "the request has no body; it needs a JSON object");
        return body;
    }
}
