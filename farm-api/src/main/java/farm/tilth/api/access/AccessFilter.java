package farm.tilth.api.access;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.core.HttpHeaders;
import java.lang.reflect.AnnotatedElement;
import java.lang.reflect.Method;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ConcurrentHashMap;
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
    /** One for each method of the farm. */
    private final Map<Place, Rule> rules = new ConcurrentHashMap<>();

    AccessFilter(Authenticator authenticator, RateLimiter rates, CurrentCaller current) {
        this.authenticator = authenticator;
        this.rates = rates;
        this.current = current;
    }

    /** A resource's method, by what the framework tells of it. */
    private record Place(Class<?> resource, String method, List<Class<?>> parameters) {
        static Place of(SimpleResourceInfo info) {
            return new Place(info.getResourceClass(), info.getMethodName(), List.of(info.parameterTypes()));
        }
    }

    /** Who may call a method: everybody, or who has one of the roles; any key will do where there are none. */
    private record Rule(boolean open, List<Role> roles) {
        static Rule of(Place place) {
            try {
                Method method =
                        place.resource.getDeclaredMethod(place.method, place.parameters.toArray(Class<?>[]::new));
                List<AnnotatedElement> places = List.of(method, place.resource);
                return new Rule(
                        places.stream().anyMatch(element -> element.isAnnotationPresent(Public.class)),
                        places.stream()
                                .map(element -> element.getAnnotation(Needs.class))
                                .filter(Objects::nonNull)
                                .findFirst()
                                .map(needs -> List.of(needs.value()))
                                .orElse(List.of()));
            } catch (NoSuchMethodException e) {
                throw new IllegalStateException("not a method of its resource: " + place.method, e);
            }
        }

        void require(Caller caller) {
            if (!roles.isEmpty() && roles.stream().noneMatch(caller::is)) {
                throw new FarmException(
                        ErrorCode.FORBIDDEN,
                        "this key has not the role "
                                + roles.stream().map(Role::name).collect(Collectors.joining(" or "))
                                + "; ask the farm's operator for one that has");
            }
        }
    }

    /** Sets the caller, or fails. */
    @ServerRequestFilter
    public Uni<Void> check(SimpleResourceInfo resource, ContainerRequestContext request) {
        Rule rule = rules.computeIfAbsent(Place.of(resource), Rule::of);
        if (rule.open) {
            return Uni.createFrom().voidItem();
        }
        return authenticator
                .authenticate(request.getHeaderString(HttpHeaders.AUTHORIZATION))
                .invoke(caller -> request.setProperty(CALLER, caller))
                .invoke(rates::count)
                .invoke(rule::require)
                .invoke(current::set)
                .replaceWithVoid();
    }
}
