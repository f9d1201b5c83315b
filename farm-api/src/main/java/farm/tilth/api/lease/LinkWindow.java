package farm.tilth.api.lease;

import farm.tilth.api.access.Authenticator;
import farm.tilth.api.access.Caller;
import farm.tilth.api.access.Role;
import farm.tilth.protocol.wire.WorkerLinkGrpc;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import io.vertx.core.http.Http2Settings;
import io.vertx.core.http.HttpConnection;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import org.jboss.logging.Logger;

/**
 * Lets a worker's usual answer come in one go. HTTP/2 has a sender stop after 64 kB until the receiver asks for more,
 * and cut what it sends into frames of 16 kB; that is right for strangers, whose bytes wait in our memory, and makes an
 * answer of 800 kB wait a dozen times. Only connections with an owner's key get more.
 */
@ApplicationScoped
class LinkWindow {
    static final int BYTES = 1 << 20;

    private static final Logger LOG = Logger.getLogger(LinkWindow.class);
    private static final String PATH = "/" + WorkerLinkGrpc.getConnectMethod().getFullMethodName();
    private static final int PRIORITY = 0;

    private final Authenticator authenticator;
    private final Vertx vertx;

    LinkWindow(Authenticator authenticator, Vertx vertx) {
        this.authenticator = authenticator;
        this.vertx = vertx;
    }

    void register(@Observes Filters filters) {
        filters.register(this::filter, PRIORITY);
    }

    /** The link goes on meanwhile, and is refused elsewhere when the key is not good. */
    private void filter(RoutingContext call) {
        if (PATH.equals(call.request().path())) {
            HttpConnection connection = call.request().connection();
            Context context = vertx.getOrCreateContext();
            authenticator
                    .authenticate(call.request().getHeader("authorization"))
                    .subscribe()
                    .with(
                            caller -> context.runOnContext(turn -> open(connection, caller)),
                            refused -> LOG.debugf("a link without a good key: %s", refused.getMessage()));
        }
        call.next();
    }

    private static void open(HttpConnection connection, Caller caller) {
        if (caller.is(Role.OWNER) || caller.is(Role.OPERATOR)) {
            connection.setWindowSize(BYTES);
            connection.updateSettings(new Http2Settings(connection.settings())
                    .setInitialWindowSize(BYTES)
                    .setMaxFrameSize(BYTES));
        }
    }
}
