package farm.tilth.api.access;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;

/** What a key may still spend in this month, of the cap that it has for its jobs and its online calls together. */
@ApplicationScoped
public class PostgresKeyCaps {
    /** A lock, so that two orders of one key are counted one after the other. */
    private static final String CAP =
            "SELECT monthly_cap FROM api_key WHERE id = $1 AND monthly_cap IS NOT NULL FOR UPDATE";

    private static final String SPENT = """
            SELECT (SELECT coalesce(sum(CASE WHEN finished_at IS NULL THEN held ELSE paid + fees END), 0)
                    FROM job WHERE api_key = $1 AND created_at >= $2)
                + (SELECT coalesce(sum(coalesce(cost, CASE WHEN expires_at > $3 THEN amount ELSE 0 END)), 0)
                    FROM call_window WHERE api_key = $1 AND opened_at >= $2)""";

    private final InstantSource clock;

    PostgresKeyCaps(InstantSource clock) {
        this.clock = clock;
    }

    /**
     * A key's cap, in µT.
     *
     * @param spent what this month's jobs and calls cost, or hold until they have ended
     */
    public record Cap(long cap, long spent) {
        /** What may still be spent. */
        public long left() {
            return Math.max(0, cap - spent);
        }
    }

    /** Looks at the cap, which nobody else of the key does until the transaction is over; empty when it has none. */
    public Uni<Optional<Cap>> lock(SqlConnection transaction, UUID key) {
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        OffsetDateTime month = now.truncatedTo(ChronoUnit.DAYS).withDayOfMonth(1);
        return transaction
                .preparedQuery(CAP)
                .execute(Tuple.of(key))
                .chain(caps -> caps.size() == 0
                        ? Uni.createFrom().item(Optional.empty())
                        : transaction
                                .preparedQuery(SPENT)
                                .execute(Tuple.of(key, month, now))
                                .map(spent -> Optional.of(new Cap(
                                        caps.iterator().next().getLong(0),
                                        spent.iterator().next().getBigDecimal(0).longValue()))));
    }
}
