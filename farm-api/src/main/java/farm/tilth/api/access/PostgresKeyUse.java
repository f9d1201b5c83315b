package farm.tilth.api.access;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.LocalDate;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.IntFunction;

/** What keys used, by days. */
@ApplicationScoped
class PostgresKeyUse {
    /** In the order of the keys, so that two replicas that add at the same time do not wait for each other for ever. */
    private static final String ADD = """
            INSERT INTO key_use (api_key, day, calls, tokens)
            SELECT * FROM unnest($1::uuid[], $2::date[], $3::bigint[], $4::bigint[]) AS added (api_key, day, calls, tokens)
            WHERE EXISTS (SELECT FROM api_key WHERE id = added.api_key) ORDER BY 1, 2
            ON CONFLICT (api_key, day)
            DO UPDATE SET calls = key_use.calls + excluded.calls, tokens = key_use.tokens + excluded.tokens""";

    private static final String TOTALS = """
            SELECT api_key,
                coalesce(sum(calls) FILTER (WHERE day = $2), 0)::bigint AS day_calls,
                greatest(coalesce(sum(tokens) FILTER (WHERE day = $2), 0), 0)::bigint AS day_tokens,
                sum(calls)::bigint AS month_calls, greatest(sum(tokens), 0)::bigint AS month_tokens
            FROM key_use WHERE api_key = ANY ($1) AND day BETWEEN $3 AND $2 GROUP BY api_key""";

    private final Pool pool;

    PostgresKeyUse(Pool pool) {
        this.pool = pool;
    }

    /** What one key used more on a day. */
    record Added(UUID key, LocalDate day, long calls, long tokens) {}

    Uni<Void> add(List<Added> added) {
        Tuple columns = Tuple.from(new Object[] {
            column(added, Added::key, UUID[]::new),
            column(added, Added::day, LocalDate[]::new),
            column(added, Added::calls, Long[]::new),
            column(added, Added::tokens, Long[]::new)
        });
        return pool.preparedQuery(ADD).execute(columns).replaceWithVoid();
    }

    private static <T> T[] column(List<Added> added, Function<Added, T> value, IntFunction<T[]> array) {
        return added.stream().map(value).toArray(array);
    }

    /** What keys used on a day, and in its month up to it; nothing of keys that used nothing. */
    Uni<Map<UUID, KeyUse.Totals>> totals(Collection<UUID> keys, LocalDate day) {
        return pool.preparedQuery(TOTALS)
                .execute(Tuple.of(keys.toArray(UUID[]::new), day, day.withDayOfMonth(1)))
                .map(rows -> {
                    Map<UUID, KeyUse.Totals> totals = new HashMap<>();
                    rows.forEach(row -> totals.put(row.getUUID("api_key"), totals(row)));
                    return totals;
                });
    }

    private static KeyUse.Totals totals(Row row) {
        return new KeyUse.Totals(
                row.getLong("day_calls"),
                row.getLong("day_tokens"),
                row.getLong("month_calls"),
                row.getLong("month_tokens"));
    }
}
