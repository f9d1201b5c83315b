package farm.tilth.api.inference;

import farm.tilth.api.access.Authenticator;
import farm.tilth.api.access.Caller;
import farm.tilth.api.access.RateLimiter;
import farm.tilth.api.access.Role;
import farm.tilth.api.server.ErrorMapper;
import farm.tilth.protocol.Json;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.smallrye.mutiny.subscription.Cancellable;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.ws.rs.ClientErrorException;
import jakarta.ws.rs.core.Response;
import java.util.Optional;

/**
 * The way in of online calls by HTTP: straight from the network's thread, past the REST framework, whose own work would
 * be as long as all of the farm's for a small call. Keys, rates, roles and errors are those of every other path.
 */
@ApplicationScoped
public class CallRoutes {
    /** After the guards of the port, before everything that serves paths. */
    private static final int ORDER = 100;
    /** What is read or written within some tenths of a millisecond, in bytes of JSON. */
    private static final int QUICK_BYTES = 1 << 15;

    private static final String CONTINUE = "100-continue";

    private final Authenticator authenticator;
    private final RateLimiter rates;
    private final BodyBudget budget;
    private final InferenceConfig config;
    private final ErrorMapper errors;
    private final Vertx vertx;

    CallRoutes(
            Authenticator authenticator,
            RateLimiter rates,
            BodyBudget budget,
            InferenceConfig config,
            ErrorMapper errors,
            Vertx vertx) {
        this.authenticator = authenticator;
        this.rates = rates;
        this.budget = budget;
        this.config = config;
        this.errors = errors;
        this.vertx = vertx;
    }

    /** What answers the calls of a path. */
    public interface Endpoint {
        /**
         * Answers a call whose key is known. To be called on the request's own thread, before its body is read.
         *
         * @param share what the call may take of the memory for bodies
         */
        Uni<CallAnswer> answer(Caller caller, RoutingContext call, BodyBudget.Share share);

        /**
         * Adds the headers that the path's protocol has on every answer, errors too.
         *
         * @param caller empty when there was no good key
         */
        default void addHeaders(HttpServerResponse response, Optional<Caller> caller) {}

        /** The answer to a failure where the protocol has none of HTTP's; empty: HTTP's, in the form of the path. */
        default Optional<CallAnswer> refusal(Throwable failure) {
            return Optional.empty();
        }
    }

    /** Serves POST on a path, such as "/v1/embeddings". */
    public void post(Router router, String path, Endpoint endpoint) {
        router.route(path).order(ORDER).handler(call -> {
            if (call.request().method() == HttpMethod.POST) {
                take(call, endpoint);
            } else {
                ClientErrorException wrong = new ClientErrorException(Response.Status.METHOD_NOT_ALLOWED);
                refuse(call, endpoint, Optional.empty(), wrong);
            }
        });
    }

    /** Reads a body as large as they may be; to be subscribed on the request's own thread. */
    public Uni<byte[]> body(RoutingContext call, BodyBudget.Share share) {
        return body(call, config.maxBodyBytes(), share);
    }

    /** The same of a protocol with a limit of its own. */
    public static Uni<byte[]> body(RoutingContext call, int maxBytes, BodyBudget.Share share) {
        if (CONTINUE.equalsIgnoreCase(call.request().getHeader("Expect"))) {
            call.response().writeContinue();
        }
        return IncomingBody.read(call.request(), maxBytes, share);
    }

    /** Goes on where it is with what takes next to no time, and elsewhere with the rest. */
    public static <T> Uni<T> here(T item, long jsonBytes) {
        Uni<T> same = Uni.createFrom().item(item);
        return jsonBytes <= QUICK_BYTES ? same : same.emitOn(Infrastructure.getDefaultWorkerPool());
    }

    /** Serves a call of which nothing but the head was read. */
    public void take(RoutingContext call, Endpoint endpoint) {
        Context context = vertx.getOrCreateContext();
        call.request().pause();
        authenticator
                .authenticate(call.request().getHeader("Authorization"))
                .subscribe()
                .with(
                        caller -> on(context, () -> answer(call, endpoint, caller)),
                        failure -> on(context, () -> refuse(call, endpoint, Optional.empty(), failure)));
    }

    /** A known key is known at once, and needs no other turn of the loop. */
    private static void on(Context context, Runnable step) {
        if (Vertx.currentContext() == context) {
            step.run();
        } else {
            context.runOnContext(turn -> step.run());
        }
    }

    /** Whoever goes away cancels the call. */
    private void answer(RoutingContext call, Endpoint endpoint, Caller caller) {
        BodyBudget.Share share = budget.open();
        Cancellable work = begun(call, endpoint, caller, share)
                .onTermination()
                .invoke(share::close)
                .subscribe()
                .with(
                        answer -> send(call, endpoint, Optional.of(caller), answer),
                        failure -> refuse(call, endpoint, Optional.of(caller), failure));
        call.addEndHandler(over -> work.cancel());
    }

    private Uni<CallAnswer> begun(RoutingContext call, Endpoint endpoint, Caller caller, BodyBudget.Share share) {
        try {
            rates.count(caller);
            caller.require(Role.CUSTOMER);
            return endpoint.answer(caller, call, share);
        } catch (RuntimeException refused) {
            return Uni.createFrom().failure(refused);
        }
    }

    private static void send(RoutingContext call, Endpoint endpoint, Optional<Caller> caller, CallAnswer answer) {
        HttpServerResponse response = call.response();
        if (isOver(response)) {
            return;
        }
        response.putHeader("Content-Type", answer.contentType());
        answer.headers().forEach(response::putHeader);
        endpoint.addHeaders(response, caller);
        answer.trailers().forEach(response::putTrailer);
        if (answer.body().length == 0) {
            response.end();
        } else {
            response.end(Buffer.buffer(answer.body()));
        }
    }

    /** What the client still sends is read and forgotten, so that it gets to know the reason. */
    private void refuse(RoutingContext call, Endpoint endpoint, Optional<Caller> caller, Throwable failure) {
        if (isOver(call.response())) {
            return;
        }
        endpoint.refusal(failure)
                .ifPresentOrElse(
                        own -> send(call, endpoint, caller, own), () -> refuseByHttp(call, endpoint, caller, failure));
        if (!call.request().isEnded()) {
            call.request().resume();
        }
    }

    private void refuseByHttp(RoutingContext call, Endpoint endpoint, Optional<Caller> caller, Throwable failure) {
        HttpServerResponse response = call.response();
        Response answer = errors.answer(failure, call.normalizedPath());
        response.setStatusCode(answer.getStatus());
        answer.getHeaders().forEach((name, values) -> response.putHeader(name, String.valueOf(values.getFirst())));
        endpoint.addHeaders(response, caller);
        response.end(Json.write(answer.getEntity()));
    }

    private static boolean isOver(HttpServerResponse response) {
        return response.ended() || response.closed();
    }
}
