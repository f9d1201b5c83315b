package farm.tilth.api.server;

import farm.tilth.protocol.ErrorCode;
import jakarta.ws.rs.core.Response;

/** How a protocol on some paths says errors, where problem+json is not what its clients expect. */
public interface ErrorForm {
    /** A header of forms that say to the millisecond when to try again. */
    String RETRY_AFTER_MILLIS = "retry-after-ms";

    /** A header of the same forms: whether to try again by itself. */
    String SHOULD_RETRY = "x-should-retry";

    /** Whether the path ("/v2/models/m/infer") belongs to the protocol. */
    boolean speaks(String path);

    /**
     * The whole answer.
     *
     * @param status the HTTP status that the error would have in REST
     */
    Response answer(ErrorCode code, int status, String detail);
}
