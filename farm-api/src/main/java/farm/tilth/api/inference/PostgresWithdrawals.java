package farm.tilth.api.inference;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.HashSet;
import java.util.Set;

/** The names of withdrawn models. */
@ApplicationScoped
class PostgresWithdrawals {
    private static final String ALL = "SELECT model FROM withdrawn_model ORDER BY model LIMIT 10000";
    private static final String ADD = "INSERT INTO withdrawn_model (model) VALUES ($1) ON CONFLICT DO NOTHING";
    private static final String REMOVE = "DELETE FROM withdrawn_model WHERE model = $1";

    private final Pool pool;

    PostgresWithdrawals(Pool pool) {
        this.pool = pool;
    }

    Uni<Set<String>> all() {
        return pool.query(ALL).execute().map(rows -> {
            Set<String> names = new HashSet<>();
            for (Row row : rows) {
                names.add(row.getString(0));
            }
            return Set.copyOf(names);
        });
    }

    Uni<Void> add(String model) {
        return pool.preparedQuery(ADD).execute(Tuple.of(model)).replaceWithVoid();
    }

    Uni<Void> remove(String model) {
        return pool.preparedQuery(REMOVE).execute(Tuple.of(model)).replaceWithVoid();
    }
}
