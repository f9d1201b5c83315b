package farm.tilth.protocol;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;

/** An operating failure with a stable code. The message says what was wrong, where in the input, and what to do. */
public final class FarmException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;
    private final Duration retryAfter;

    public FarmException(ErrorCode code, String message) {
        this(code, message, (Throwable) null);
    }

    public FarmException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code);
        this.retryAfter = null;
    }

    /** A failure of which it is known when it ends: the same request can succeed after so long. */
    public FarmException(ErrorCode code, String message, Duration retryAfter) {
        super(message);
        this.code = Objects.requireNonNull(code);
        this.retryAfter = Objects.requireNonNull(retryAfter);
    }

    public ErrorCode code() {
        return code;
    }

    /** When the same request can succeed, if that is known. */
    public Optional<Duration> retryAfter() {
        return Optional.ofNullable(retryAfter);
    }
}
