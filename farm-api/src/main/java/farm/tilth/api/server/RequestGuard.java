package farm.tilth.api.server;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.Json;
import io.quarkus.arc.All;
import io.quarkus.vertx.http.runtime.VertxHttpRecorder;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.core.Response;
import java.util.List;
import java.util.Map;

/** Stands before everything on the port: bounds the bodies, and tells browsers what the page may do. */
@ApplicationScoped
class RequestGuard {
    /** After the framework's own limit, which it lowers; before everything that reads. */
    private static final int PRIORITY = 1;

    private static final String POLICY = "default-src 'self'; script-src 'self'; style-src 'self'; "
            + "img-src 'self' blob: data:; media-src 'self' blob:; connect-src 'self' blob: data:; "
            + "worker-src 'self' blob:; object-src 'none'; base-uri 'none'; form-action 'self'; "
            + "frame-ancestors 'none'";

    private static final Map<CharSequence, CharSequence> HEADERS = Map.of(
            optimized("Content-Security-Policy"), optimized(POLICY),
            optimized("X-Content-Type-Options"), optimized("nosniff"),
            optimized("Referrer-Policy"), optimized("no-referrer"),
            optimized("Cross-Origin-Opener-Policy"), optimized("same-origin"),
            optimized("Cross-Origin-Resource-Policy"), optimized("same-origin"));

    private static final int MAX_DIGITS = 18;

    /** Where OpenAI's clients upload a file in one request. */
    private static final String FILES = "/v1/files";

    private final HttpLimits limits;
    private final List<ErrorForm> forms;

    RequestGuard(HttpLimits limits, @All List<ErrorForm> forms) {
        this.limits = limits;
        this.forms = forms;
    }

    private static CharSequence optimized(String text) {
        return HttpHeaders.createOptimized(text);
    }

    void register(@Observes Filters filters) {
        filters.register(this::guard, PRIORITY);
    }

    private void guard(RoutingContext request) {
        addHeaders(request.response());
        if (!carriesContent(request)) {
            long most = FILES.equals(request.normalizedPath()) ? limits.maxFileBytes() : limits.maxBodyBytes();
            if (announcedBytes(request) > most) {
                refuse(request, most);
                return;
            }
            request.put(VertxHttpRecorder.MAX_REQUEST_SIZE_KEY, most);
        }
        request.next();
    }

    private static void addHeaders(HttpServerResponse response) {
        MultiMap headers = response.headers();
        HEADERS.forEach(headers::set);
    }

    /** Uploads and results have limits of their own, kept while they stream; so have the workers' links. */
    private static boolean carriesContent(RoutingContext request) {
        String path = request.normalizedPath();
        String type = request.request().getHeader(HttpHeaders.CONTENT_TYPE);
        return path.startsWith("/api/v1/uploads/")
                || path.startsWith("/api/v1/worker/blobs/")
                || (type != null && type.startsWith("application/grpc"));
    }

    /** What the request says of its length; 0 when it does not, or says nonsense. */
    private static long announcedBytes(RoutingContext request) {
        String length = request.request().getHeader(HttpHeaders.CONTENT_LENGTH);
        if (length == null || length.isEmpty() || length.length() > MAX_DIGITS) {
            return 0;
        }
        long bytes = 0;
        for (int i = 0; i < length.length(); i++) {
            char digit = length.charAt(i);
            if (digit < '0' || digit > '9') {
                return 0;
            }
            bytes = 10 * bytes + digit - '0';
        }
        return bytes;
    }

    private void refuse(RoutingContext request, long most) {
        ErrorCode code = ErrorCode.TOO_LARGE;
        String detail = "the body is larger than " + most + " bytes (tilth.http.max-body-bytes, max-file-bytes)";
        Response answer = forms.stream()
                .filter(form -> form.speaks(request.normalizedPath()))
                .findFirst()
                .map(form -> form.answer(code, code.httpStatus(), detail))
                .orElseGet(() -> Response.status(code.httpStatus())
                        .type(Problem.MEDIA_TYPE)
                        .entity(Problem.of(code, detail))
                        .build());
        request.response()
                .setStatusCode(answer.getStatus())
                .putHeader("Content-Type", answer.getMediaType().toString())
                .putHeader("Connection", "close")
                .end(Json.write(answer.getEntity()));
    }
}
