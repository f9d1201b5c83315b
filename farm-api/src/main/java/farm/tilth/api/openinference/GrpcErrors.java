package farm.tilth.api.openinference;

import farm.tilth.api.server.Outage;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Failures as gRPC says them: a status, the text, and for what may succeed later when to try again. */
final class GrpcErrors {
    private static final Logger LOG = Logger.getLogger(GrpcErrors.class);
    private static final Metadata.Key<String> PUSHBACK =
            Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER);
    private static final String RETRY_MILLIS = "500";

    /** Of what a caller is told, in characters; one takes up to nine bytes as it is sent. */
    private static final int MAX_MESSAGE = 600;

    private GrpcErrors() {}

    /** What the caller is told; a fault of ours is logged, and told by its number. */
    static FarmException known(Throwable failure) {
        if (failure instanceof FarmException known) {
            return known;
        }
        if (Outage.isBehind(failure)) {
            return Outage.answer(failure);
        }
        String id = UUID.randomUUID().toString();
        LOG.errorf(failure, "fault %s in a gRPC call", id);
        return new FarmException(ErrorCode.INTERNAL, "a fault of the farm; its operator finds it in the log as " + id);
    }

    static StatusRuntimeException status(Throwable failure) {
        if (failure instanceof StatusRuntimeException already) {
            return already;
        }
        FarmException known = known(failure);
        Metadata trailers = new Metadata();
        if (known.code().isTransient()) {
            trailers.put(
                    PUSHBACK,
                    known.retryAfter()
                            .map(wait -> Long.toString(wait.toMillis()))
                            .orElse(RETRY_MILLIS));
        }
        return status(known.code()).withDescription(clip(known.getMessage())).asRuntimeException(trailers);
    }

    /** It goes in a header, may name what the caller made up, and clients refuse headers of more than 8 kB. */
    private static String clip(String message) {
        return message.length() <= MAX_MESSAGE ? message : message.substring(0, MAX_MESSAGE) + "...";
    }

    /** The headers of an answer that is a failure, and nothing else. */
    static Map<String, String> headers(Throwable failure) {
        StatusRuntimeException told = status(failure);
        Map<String, String> headers = new HashMap<>();
        headers.put("grpc-status", Integer.toString(told.getStatus().getCode().value()));
        String why = clip(Objects.requireNonNullElse(told.getStatus().getDescription(), ""));
        headers.put(
                "grpc-message", URLEncoder.encode(why, StandardCharsets.UTF_8).replace("+", "%20"));
        Optional.ofNullable(told.getTrailers())
                .map(trailers -> trailers.get(PUSHBACK))
                .ifPresent(wait -> headers.put(PUSHBACK.name(), wait));
        return headers;
    }

    private static Status status(ErrorCode code) {
        return switch (code) {
            case INVALID_REQUEST, INVALID_TENSOR, INVALID_MODEL, INVALID_SCENE, TOO_LARGE -> Status.INVALID_ARGUMENT;
            case UNAUTHENTICATED -> Status.UNAUTHENTICATED;
            case FORBIDDEN -> Status.PERMISSION_DENIED;
            case NOT_FOUND, MODEL_NOT_FOUND -> Status.NOT_FOUND;
            case TOO_MANY_REQUESTS -> Status.RESOURCE_EXHAUSTED;
            case NO_WORKER, OUT_OF_RESOURCES, UNAVAILABLE -> Status.UNAVAILABLE;
            case DEADLINE_EXCEEDED -> Status.DEADLINE_EXCEEDED;
            case INTERNAL -> Status.INTERNAL;
            default -> Status.FAILED_PRECONDITION;
        };
    }
}
