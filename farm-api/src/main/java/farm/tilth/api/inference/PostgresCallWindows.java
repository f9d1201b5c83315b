package farm.tilth.api.inference;

import farm.tilth.api.access.PostgresKeyCaps;
import farm.tilth.ledger.escrow.CallWindow;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** {@link CallWindows} in the database. */
@ApplicationScoped
class PostgresCallWindows implements CallWindows {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    /** Near its cap a key gets small windows, so that what is left serves more than one of them. */
    private static final int SHARE_OF_CAP = 4;

    private static final String INSERT = """
            INSERT INTO call_window (id, account, api_key, amount, opened_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6)""";

    private static final String COST = """
            UPDATE call_window SET cost = ended.cost
            FROM unnest($1::uuid[], $2::bigint[]) AS ended (id, cost) WHERE call_window.id = ended.id""";

    private final Pool pool;
    private final PostgresKeyCaps caps;
    private final InstantSource clock;

    PostgresCallWindows(Pool pool, PostgresKeyCaps caps, InstantSource clock) {
        this.pool = pool;
        this.caps = caps;
        this.clock = clock;
    }

    @Override
    public Optional<Long> open(UUID key, CallWindow wanted, long least) {
        return pool.withTransaction(transaction -> caps.lock(transaction, key)
                        .map(cap -> cap.isEmpty() ? wanted.amount() : within(cap.get(), wanted.amount(), least))
                        .chain(amount -> amount < least
                                ? Uni.createFrom().item(Optional.<Long>empty())
                                : insert(transaction, key, wanted, amount)))
                .await()
                .atMost(TIMEOUT);
    }

    private static long within(PostgresKeyCaps.Cap cap, long wanted, long least) {
        return cap.left() < least ? 0 : Math.min(wanted, Math.max(least, cap.left() / SHARE_OF_CAP));
    }

    private Uni<Optional<Long>> insert(SqlConnection transaction, UUID key, CallWindow wanted, long amount) {
        return transaction
                .preparedQuery(INSERT)
                .execute(Tuple.of(
                        wanted.id(),
                        wanted.customer(),
                        key,
                        amount,
                        clock.instant().atOffset(ZoneOffset.UTC),
                        wanted.expiresAt().atOffset(ZoneOffset.UTC)))
                .replaceWith(Optional.of(amount));
    }

    @Override
    public void cost(Map<UUID, Long> costs) {
        pool.preparedQuery(COST)
                .execute(Tuple.of(
                        costs.keySet().toArray(UUID[]::new), costs.values().toArray(Long[]::new)))
                .await()
                .atMost(TIMEOUT);
    }
}
