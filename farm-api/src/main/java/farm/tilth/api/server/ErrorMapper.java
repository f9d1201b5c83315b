package farm.tilth.api.server;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.quarkus.arc.All;
import io.vertx.core.http.HttpClosedException;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import java.io.IOException;
import java.io.UnsupportedEncodingException;
import java.nio.charset.IllegalCharsetNameException;
import java.nio.charset.UnsupportedCharsetException;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Arrays;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import org.jboss.logging.Logger;
import org.jboss.resteasy.reactive.server.ServerExceptionMapper;

/** The one place where failures become answers: a known code keeps its text, anything else is logged and kept quiet. */
@ApplicationScoped
public class ErrorMapper {
    private static final Logger LOG = Logger.getLogger(ErrorMapper.class);
    private static final String RETRY_SECONDS = "1";
    /** What the framework says when a body exceeds its limit while it streams in. */
    private static final String BODY_TOO_LARGE = "Request too large";

    /** What it says of a multipart body that stops in the middle. */
    private static final String BODY_ENDED = "Connection terminated ";

    private static final String FORM_READER = "org.jboss.resteasy.reactive.server.core.multipart.";
    private static final int FORM_READERS_DEPTH = 12;

    private static final Duration WORTH_WAITING = Duration.ofMinutes(1);

    private static final long OUTAGE_LOG_MILLIS = 5000;

    private final List<ErrorForm> forms;
    private final InstantSource clock;
    private final AtomicLong outageLoggedMillis = new AtomicLong();

    ErrorMapper(@All List<ErrorForm> forms, InstantSource clock) {
        this.forms = forms;
        this.clock = clock;
    }

    /** The answer to a request that is served past the REST framework; its path is "/v1/embeddings" or the like. */
    public Response answer(Throwable failure, String path) {
        return switch (failure) {
            case FarmException known -> farm(known, path);
            case JsonProcessingException json -> json(json, path);
            case WebApplicationException web -> web(web, path);
            default -> unknown(failure, path);
        };
    }

    /** An operating failure. */
    @ServerExceptionMapper
    public Response farm(FarmException e, UriInfo uri) {
        return farm(e, uri.getPath());
    }

    private Response farm(FarmException e, String path) {
        Response answer = answer(e.code(), e.code().httpStatus(), e.getMessage(), path);
        e.retryAfter().ifPresent(wait -> retryAfter(answer, wait));
        return answer;
    }

    /** Whole seconds for everybody; and exactly for those who read that. Clients do not wait longer than a minute. */
    private static void retryAfter(Response answer, Duration wait) {
        long millis = Math.max(1, wait.toMillis());
        answer.getHeaders().putSingle("Retry-After", Math.ceilDiv(millis, 1000));
        if (answer.getHeaders().containsKey(ErrorForm.RETRY_AFTER_MILLIS)) {
            answer.getHeaders().putSingle(ErrorForm.RETRY_AFTER_MILLIS, millis);
            answer.getHeaders().putSingle(ErrorForm.SHOULD_RETRY, Boolean.toString(wait.compareTo(WORTH_WAITING) <= 0));
        }
    }

    /** A body that is not the JSON that was asked for. */
    @ServerExceptionMapper
    public Response json(JsonProcessingException e, UriInfo uri) {
        return json(e, uri.getPath());
    }

    private Response json(JsonProcessingException e, String path) {
        return e.getCause() instanceof FarmException invalid
                ? farm(invalid, path)
                : answer(ErrorCode.INVALID_REQUEST, ErrorCode.INVALID_REQUEST.httpStatus(), explain(e), path);
    }

    /** The same, where the framework has an answer of its own that must not be given. */
    @ServerExceptionMapper
    public Response mismatch(MismatchedInputException e, UriInfo uri) {
        return json(e, uri);
    }

    /** What the framework refuses: an unknown path, a method or media type that is not served. */
    @ServerExceptionMapper
    public Response web(WebApplicationException e, UriInfo uri) {
        return web(e, uri.getPath());
    }

    private Response web(WebApplicationException e, String path) {
        if (e.getCause() instanceof JsonProcessingException json) {
            return json(json, path);
        }
        if (e.getCause() instanceof FarmException farm) {
            return farm(farm, path);
        }
        int status = e.getResponse().getStatus();
        if (status >= ErrorCode.INTERNAL.httpStatus()) {
            return unknown(e, path);
        }
        return answer(codeOf(status), status, describe(status, path), path);
    }

    /** A part of the farm that is down, or a fault of ours. Of a fault the caller gets a number, the log gets the rest. */
    @ServerExceptionMapper
    public Response unknown(Throwable e, UriInfo uri) {
        return unknown(e, uri.getPath());
    }

    private Response unknown(Throwable e, String path) {
        if (Outage.isBehind(e)) {
            logOutage(e, path);
            return farm(Outage.answer(e), path);
        }
        if (e instanceof HttpClosedException) {
            LOG.debugf("the caller of %s has gone", path);
            return answer(ErrorCode.UNAVAILABLE, ErrorCode.UNAVAILABLE.httpStatus(), "the caller has gone", path);
        }
        if (isBrokenForm(e)) {
            return answer(
                    ErrorCode.INVALID_REQUEST,
                    ErrorCode.INVALID_REQUEST.httpStatus(),
                    "the body is no whole form",
                    path);
        }
        if (e instanceof IOException && BODY_TOO_LARGE.equals(e.getMessage())) {
            return answer(ErrorCode.TOO_LARGE, ErrorCode.TOO_LARGE.httpStatus(), "the body is too large", path);
        }
        String id = UUID.randomUUID().toString();
        LOG.errorf(e, "fault %s at %s", id, path);
        return answer(
                ErrorCode.INTERNAL,
                ErrorCode.INTERNAL.httpStatus(),
                "a fault of the farm; its operator finds it in the log as " + id,
                path);
    }

    /** A multipart body that ends early, lacks its boundary or has a part in a character set that there is not. */
    private static boolean isBrokenForm(Throwable e) {
        return isFormReadersFault(e)
                || e.getClass().getSimpleName().equals("MalformedMessageException")
                || e instanceof UnsupportedEncodingException
                || e instanceof IllegalCharsetNameException
                || e instanceof UnsupportedCharsetException
                || (e instanceof IOException && String.valueOf(e.getMessage()).startsWith(BODY_ENDED));
    }

    /** The framework's reader of forms trips over some of them, such as one whose boundary is empty. */
    private static boolean isFormReadersFault(Throwable e) {
        return e instanceof IndexOutOfBoundsException
                && Arrays.stream(e.getStackTrace()).limit(FORM_READERS_DEPTH).anyMatch(frame -> frame.getClassName()
                        .startsWith(FORM_READER));
    }

    /** An outage fails every call: one of them in a while is enough for the log. */
    private void logOutage(Throwable e, String path) {
        long now = clock.millis();
        long last = outageLoggedMillis.get();
        if (now - last >= OUTAGE_LOG_MILLIS && outageLoggedMillis.compareAndSet(last, now)) {
            LOG.warnf("%s could not be served: %s", path, e.getMessage());
        }
    }

    private Response answer(ErrorCode code, int status, String detail, String path) {
        Response answer = forms.stream()
                .filter(form -> form.speaks(path))
                .findFirst()
                .map(form -> form.answer(code, status, detail))
                .orElseGet(() -> Response.status(status)
                        .type(Problem.MEDIA_TYPE)
                        .entity(Problem.of(code, status, detail))
                        .build());
        if (code.isTransient() && !answer.getHeaders().containsKey("Retry-After")) {
            answer.getHeaders().putSingle("Retry-After", RETRY_SECONDS);
        }
        return answer;
    }

    private static String explain(JsonProcessingException e) {
        String where =
                e instanceof JsonMappingException mapping && !mapping.getPath().isEmpty()
                        ? "field '" + path(mapping) + "': "
                        : "";
        if (e instanceof UnrecognizedPropertyException unknown) {
            return where + "there is no such field; known are "
                    + unknown.getKnownPropertyIds().stream()
                            .map(Object::toString)
                            .sorted()
                            .collect(Collectors.joining(", "));
        }
        String text = e.getOriginalMessage().lines().findFirst().orElse("not valid JSON");
        return where + text.replaceAll("\\(?`?\\b(?:[a-z]+\\.)+[A-Z][\\w.$]*`?\\)?", "value");
    }

    private static String path(JsonMappingException e) {
        StringBuilder path = new StringBuilder();
        for (JsonMappingException.Reference step : e.getPath()) {
            if (step.getFieldName() == null) {
                path.append('[').append(step.getIndex()).append(']');
            } else {
                path.append(path.isEmpty() ? "" : ".").append(step.getFieldName());
            }
        }
        return path.toString();
    }

    private static ErrorCode codeOf(int status) {
        return switch (status) {
            case 401 -> ErrorCode.UNAUTHENTICATED;
            case 403 -> ErrorCode.FORBIDDEN;
            case 404 -> ErrorCode.NOT_FOUND;
            case 409 -> ErrorCode.CONFLICT;
            case 413 -> ErrorCode.TOO_LARGE;
            case 429 -> ErrorCode.TOO_MANY_REQUESTS;
            default -> ErrorCode.INVALID_REQUEST;
        };
    }

    private static String describe(int status, String path) {
        return switch (status) {
            case 404 -> "there is nothing at " + path;
            case 405 -> "this method is not allowed at " + path;
            case 406 -> "no answer of " + path + " has a media type that the Accept header allows";
            case 413 -> "the body is larger than this path allows";
            case 415 -> "the body's Content-Type is not one that " + path + " reads";
            default -> "the request to " + path + " is not understood";
        };
    }
}
