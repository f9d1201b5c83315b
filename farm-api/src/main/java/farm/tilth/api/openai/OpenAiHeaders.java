package farm.tilth.api.openai;

import farm.tilth.api.access.AccessFilter;
import farm.tilth.api.access.RateLimits;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerResponseContext;
import jakarta.ws.rs.core.MultivaluedMap;
import java.util.UUID;
import org.jboss.resteasy.reactive.server.ServerResponseFilter;

/** The headers by which OpenAI's clients know how often they may call, and name a request when they ask about it. */
@ApplicationScoped
public class OpenAiHeaders {
    private final RateLimits limits;
    private final OpenAiErrors form;

    OpenAiHeaders(RateLimits limits, OpenAiErrors form) {
        this.limits = limits;
        this.form = form;
    }

    /** Adds them on OpenAI's paths. */
    @ServerResponseFilter
    public void add(ContainerRequestContext request, ContainerResponseContext response) {
        if (!form.speaks(request.getUriInfo().getPath())) {
            return;
        }
        MultivaluedMap<String, Object> headers = response.getHeaders();
        headers.putSingle("x-request-id", "req_" + UUID.randomUUID().toString().replace("-", ""));
        headers.putSingle("x-ratelimit-limit-requests", limits.burst());
        if (request.getProperty(AccessFilter.CALLS_LEFT) instanceof Integer left) {
            headers.putSingle("x-ratelimit-remaining-requests", left);
            long fullAfterMillis = (limits.burst() - left) * 1000L / limits.perSecond();
            headers.putSingle("x-ratelimit-reset-requests", fullAfterMillis + "ms");
        }
    }
}
