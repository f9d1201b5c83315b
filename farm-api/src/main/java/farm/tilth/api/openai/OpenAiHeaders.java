package farm.tilth.api.openai;

import farm.tilth.api.access.AccessFilter;
import farm.tilth.api.access.Caller;
import farm.tilth.api.access.RateLimiter;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.List;
import java.util.UUID;
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
        if (!form.speaks(request.getUriInfo().getPath())) {
            return;
        }
        MultivaluedMap<String, Object> headers = response.getHeaders();
        headers.computeIfAbsent(
                REQUEST_ID,
                name -> List.of("req_" + UUID.randomUUID().toString().replace("-", "")));
        if (request.getProperty(AccessFilter.CALLER) instanceof Caller caller) {
            put(headers, "requests", rates.calls(caller));
            rates.tokens(caller).ifPresent(standing -> put(headers, "tokens", standing));
        }
    }

    private static void put(MultivaluedMap<String, Object> headers, String what, RateLimiter.Standing standing) {
        headers.putSingle("x-ratelimit-limit-" + what, standing.most());
        headers.putSingle("x-ratelimit-remaining-" + what, standing.left());
        headers.putSingle("x-ratelimit-reset-" + what, standing.full().toMillis() + "ms");
    }
}
