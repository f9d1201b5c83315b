package farm.tilth.api.openai;

import farm.tilth.api.access.AccessFilter;
import farm.tilth.api.access.Caller;
import farm.tilth.api.access.RateLimiter;
import io.vertx.core.http.HttpServerResponse;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BiConsumer;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** The headers by which OpenAI's clients know how often they may call, and name a request when they ask about it. */
@ApplicationScoped
public class OpenAiHeaders {
    static final String REQUEST_ID = "x-request-id";

    private final RateLimiter rates;
    private final OpenAiErrors form;

    OpenAiHeaders(RateLimiter rates, OpenAiErrors form) {
        this.rates = rates;
        this.form = form;
    }

    /** Adds them on OpenAI's paths. */
    @ServerResponseFilter
    public void add(ContainerRequestContext request, ContainerResponseContext response) {
        if (form.speaks(request.getUriInfo().getPath())) {
            MultivaluedMap<String, Object> headers = response.getHeaders();
            headers.computeIfAbsent(REQUEST_ID, name -> List.of(newId()));
            if (request.getProperty(AccessFilter.CALLER) instanceof Caller caller) {
                putStandings(caller, headers::putSingle);
            }
        }
    }

    /** The same for an answer past the REST framework. */
    void add(HttpServerResponse response, Optional<Caller> caller) {
        if (!response.headers().contains(REQUEST_ID)) {
            response.putHeader(REQUEST_ID, newId());
        }
        caller.ifPresent(known -> putStandings(known, response::putHeader));
    }

    static String id(String call) {
        return "req_" + call.replace("-", "");
    }

    private static String newId() {
        return id(UUID.randomUUID().toString());
    }

    private void putStandings(Caller caller, BiConsumer<String, String> headers) {
        put(headers, "requests", rates.calls(caller));
        rates.tokens(caller).ifPresent(standing -> put(headers, "tokens", standing));
    }

    private static void put(BiConsumer<String, String> headers, String what, RateLimiter.Standing standing) {
        headers.accept("x-ratelimit-limit-" + what, String.valueOf(standing.most()));
        headers.accept("x-ratelimit-remaining-" + what, String.valueOf(standing.left()));
        headers.accept("x-ratelimit-reset-" + what, standing.full().toMillis() + "ms");
    }
}
