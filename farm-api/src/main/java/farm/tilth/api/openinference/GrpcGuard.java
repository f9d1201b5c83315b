package farm.tilth.api.openinference;

import farm.tilth.api.access.Authenticator;
import farm.tilth.api.inference.InferenceConfig;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.Set;

/**
 * Stands before the gRPC service: checks the key before a byte of a message is taken in, sends inference by the short
 * way, and ends calls that nobody will answer any more, such as a stream with a message that is none.
 */
@ApplicationScoped
class GrpcGuard {
    /** After the guard of the whole port, before what reads. */
    private static final int PRIORITY = 0;

    private static final String SERVICE = "/inference.GRPCInferenceService/";
    private static final Set<String> PUBLIC = Set.of("ServerLive", "ServerReady", "ServerMetadata");
    private static final Duration GRACE = Duration.ofSeconds(5);
    /** HTTP/2's CANCEL. */
    private static final long CANCEL = 8;

    private final Authenticator authenticator;
    private final GrpcInferRoute infer;
    private final Vertx vertx;
    private final long patienceMillis;

    GrpcGuard(Authenticator authenticator, GrpcInferRoute infer, Vertx vertx, InferenceConfig config) {
        this.authenticator = authenticator;
        this.infer = infer;
        this.vertx = vertx;
        this.patienceMillis = config.deadline().plus(GRACE).toMillis();
    }

    void register(@Observes Filters filters) {
        filters.register(this::guard, PRIORITY);
    }

    private void guard(RoutingContext call) {
        String path = call.request().path();
        if (path == null || !path.startsWith(SERVICE) || PUBLIC.contains(path.substring(SERVICE.length()))) {
            call.next();
            return;
        }
        if (infer.isFor(call)) {
            infer.take(call);
            return;
        }
        HttpServerRequest request = call.request();
        Context context = vertx.getOrCreateContext();
        request.pause();
        authenticator
                .authenticate(request.getHeader("authorization"))
                .subscribe()
                .with(
                        caller -> on(context, () -> {
                            watch(call);
                            request.resume();
                            call.next();
                        }),
                        failure -> on(context, () -> refuse(call, failure)));
    }

    /** A known key is known at once, and needs no other turn of the loop. */
    private static void on(Context context, Runnable step) {
        if (Vertx.currentContext() == context) {
            step.run();
        } else {
            context.runOnContext(turn -> step.run());
        }
    }

    private void watch(RoutingContext call) {
        Watch watch = new Watch(call);
        watch.again();
        call.addEndHandler(over -> vertx.cancelTimer(watch.timer));
    }

    /** Whoever has sent all, and gets nothing for longer than a call may take, waits in vain. For one event loop. */
    private final class Watch {
        private final HttpServerRequest request;
        private final HttpServerResponse response;
        private long timer;
        private long written;
        private boolean whole;

        Watch(RoutingContext call) {
            this.request = call.request();
            this.response = call.response();
        }

        void again() {
            written = response.bytesWritten();
            whole = request.isEnded();
            timer = vertx.setTimer(patienceMillis, late -> look());
        }

        private void look() {
            if (response.ended() || response.closed()) {
                return;
            }
            if (whole && response.bytesWritten() == written) {
                response.reset(CANCEL);
            } else {
                again();
            }
        }
    }

    private static void refuse(RoutingContext call, Throwable failure) {
        call.request().resume();
        call.response().putHeader("content-type", GrpcFrame.CONTENT_TYPE);
        GrpcErrors.headers(failure).forEach(call.response()::putHeader);
        call.response().end();
    }
}
