package farm.tilth.protocol;

import java.util.Objects;

/** An operating failure with a stable code. The message says what was wrong, where in the input, and what to do. */
public final class FarmException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final ErrorCode code;

    public FarmException(ErrorCode code, String message) {
        super(message);
        this.code = Objects.requireNonNull(code);
    }

    public FarmException(ErrorCode code, String message, Throwable cause) {
        super(message, cause);
        this.code = Objects.requireNonNull(code);
    }

    public ErrorCode code() {
        return code;
    }
}
