package farm.tilth.api.server;

import io.quarkus.vertx.core.runtime.context.VertxContextSafetyToggle;
import io.smallrye.common.vertx.VertxContext;
import io.smallrye.mutiny.Uni;
import io.vertx.core.Context;
import io.vertx.core.Vertx;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.function.Function;
import org.hibernate.reactive.mutiny.Mutiny;

/**
 * Hibernate Reactive from any thread. It works only on an event loop, in a context of its own for each piece of work;
 * this takes the work there. One session and one transaction for each call.
 */
@ApplicationScoped
public class Sessions {
    private final Mutiny.SessionFactory factory;
    private final Vertx vertx;

    Sessions(Mutiny.SessionFactory factory, Vertx vertx) {
        this.factory = factory;
        this.vertx = vertx;
    }

    /** Runs the work; it is committed when the Uni has its item, and rolled back when it fails. */
    public <T> Uni<T> transaction(Function<Mutiny.Session, Uni<T>> work) {
        return Uni.createFrom().emitter(answer -> {
            Context context = VertxContext.createNewDuplicatedContext(vertx.getOrCreateContext());
            VertxContextSafetyToggle.setContextSafe(context, true);
            context.runOnContext(on -> factory.withTransaction(work).subscribe().with(answer::complete, answer::fail));
        });
    }
}
