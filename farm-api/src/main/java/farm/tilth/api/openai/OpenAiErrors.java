package farm.tilth.api.openai;

import com.fasterxml.jackson.annotation.JsonInclude;
import farm.tilth.api.server.ErrorForm;
import farm.tilth.protocol.ErrorCode;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Errors as OpenAI's clients read them: {@code {"error": {message, type, param, code}}}. */
@ApplicationScoped
class OpenAiErrors implements ErrorForm {
    /** The request's field that a message begins with: "input[3] has 600 tokens". */
    private static final Pattern PARAMETER = Pattern.compile(
            "(model|input|encoding_format|dimensions|user|file|purpose|expires_after|input_file_id|endpoint"
                    + "|completion_window|metadata|output_expires_after|limit|after|order)\\b[^ ]* .*",
            Pattern.DOTALL);

    private static final String RETRY_MILLIS = "500";

    @Override
    public boolean speaks(String path) {
        return path.equals("/v1") || path.startsWith("/v1/");
    }

    @Override
    public Response answer(ErrorCode code, int status, String detail) {
        Response.ResponseBuilder answer = Response.status(status(code, status))
                .type(MediaType.APPLICATION_JSON)
                .header(SHOULD_RETRY, Boolean.toString(code.isTransient()))
                .entity(body(code, detail));
        if (code.isTransient()) {
            answer.header(RETRY_AFTER_MILLIS, RETRY_MILLIS);
        }
        return answer.build();
    }

    static Body body(ErrorCode code, String detail) {
        Matcher parameter = PARAMETER.matcher(detail);
        Map<String, Object> error = new LinkedHashMap<>();
        error.put("message", detail);
        error.put("type", type(code));
        error.put("param", parameter.matches() ? parameter.group(1) : null);
        error.put("code", code(code));
        return new Body(error);
    }

    /** The whole body; a map inside, since an absent parameter is written as null. */
    public record Body(
            @JsonInclude(content = JsonInclude.Include.ALWAYS)
            Map<String, Object> error) {}

    /** Clients know no 413 for what a request says: only for its size in bytes, which is refused alike. */
    static int status(ErrorCode code, int status) {
        return code == ErrorCode.TOO_LARGE ? ErrorCode.INVALID_REQUEST.httpStatus() : status;
    }

    private static String type(ErrorCode code) {
        return switch (code) {
            case TOO_MANY_REQUESTS -> "rate_limit_error";
            case INSUFFICIENT_FUNDS -> "insufficient_quota";
            case UNAUTHENTICATED -> "authentication_error";
            case FORBIDDEN -> "permission_error";
            case NO_WORKER, OUT_OF_RESOURCES, UNAVAILABLE, DEADLINE_EXCEEDED, INTERNAL -> "server_error";
            default -> "invalid_request_error";
        };
    }

    private static String code(ErrorCode code) {
        return switch (code) {
            case UNAUTHENTICATED -> "invalid_api_key";
            case TOO_MANY_REQUESTS -> "rate_limit_exceeded";
            case INSUFFICIENT_FUNDS -> "insufficient_quota";
            case INVALID_REQUEST -> null;
            default -> code.name().toLowerCase(Locale.ROOT);
        };
    }
}
