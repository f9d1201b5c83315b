package farm.tilth.api.access;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.lang.reflect.AnnotatedElement;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.SimpleResourceInfo;

/** Checks the key of every REST request before its body is read; a method is open only when it is {@link Public}. */
@ApplicationScoped
public class AccessFilter {
    /** The request's property that holds its {@link Caller}. */
    public static final String CALLER = "tilth.caller";

    private final Authenticator authenticator;
    private final RateLimiter rates;
    private final CurrentCaller current;

    AccessFilter(Authenticator authenticator, RateLimiter rates, CurrentCaller current) {
        this.authenticator = authenticator;
        this.rates = rates;
        this.current = current;
    }

    /** Sets the caller, or fails. */
    @ServerRequestFilter
    public Uni<Void> check(SimpleResourceInfo resource, ContainerRequestContext request) {
        if (marks(resource, Public.class)) {
            return Uni.createFrom().voidItem();
        }
        return authenticator
                .authenticate(request.getHeaderString(HttpHeaders.AUTHORIZATION))
                .invoke(caller -> request.setProperty(CALLER, caller))
                .invoke(rates::count)
                .invoke(caller -> requireRole(resource, caller))
                .invoke(current::set)
                .replaceWithVoid();
    }

    private static void requireRole(SimpleResourceInfo resource, Caller caller) {
        Needs needs = find(resource, Needs.class);
        if (needs != null && Arrays.stream(needs.value()).noneMatch(caller::is)) {
            throw new FarmException(
                    ErrorCode.FORBIDDEN,
                    "this key has not the role "
                            + Arrays.stream(needs.value()).map(Role::name).collect(Collectors.joining(" or "))
                            + "; ask the farm's operator for one that has");
        }
    }

    private static boolean marks(SimpleResourceInfo resource, Class<Public> mark) {
        return find(resource, mark) != null;
    }

    private static <A extends java.lang.annotation.Annotation> A find(SimpleResourceInfo resource, Class<A> type) {
        for (AnnotatedElement element : new AnnotatedElement[] {method(resource), resource.getResourceClass()}) {
            if (element.isAnnotationPresent(type)) {
                return element.getAnnotation(type);
            }
        }
        return null;
    }

    private static AnnotatedElement method(SimpleResourceInfo resource) {
        try {
            return resource.getResourceClass().getDeclaredMethod(resource.getMethodName(), resource.parameterTypes());
        } catch (NoSuchMethodException e) {
            throw new IllegalStateException("not a method of its resource: " + resource.getMethodName(), e);
        }
    }
}
