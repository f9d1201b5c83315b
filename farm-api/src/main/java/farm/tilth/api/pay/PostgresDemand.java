package farm.tilth.api.pay;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.enterprise.context.ApplicationScoped;

/** How much work waits for a worker. */
@ApplicationScoped
class PostgresDemand {
    /** Of the tasks that are looked at; more than these are demand enough. */
    private static final String QUEUED = """
            SELECT coalesce(sum(estimate), 0)::bigint FROM (
                SELECT least(estimate, 1000000000000) AS estimate FROM task
                WHERE state = 'QUEUED' AND type = 'renderTile' LIMIT 100000) AS queued""";

    private final Pool pool;

    PostgresDemand(Pool pool) {
        this.pool = pool;
    }

    /** Work units of rendering that nobody has leased. */
    Uni<Long> queuedRendering() {
        return pool.query(QUEUED).execute().map(rows -> rows.iterator().next().getLong(0));
    }
}
