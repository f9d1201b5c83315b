package farm.tilth.api.lease;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.wire.Hello;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Every worker that ever said Hello. */
@ApplicationScoped
public class PostgresWorkers {
    /** For so many times the life of a lease a worker counts as connected without being noted again. */
    private static final int MISSED = 3;

    private static final String SEEN = """
            INSERT INTO worker AS w (id, account, public_key, name, device, engines, trusted, first_seen, last_seen,
                present_until)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $8, $9)
            ON CONFLICT (id) DO UPDATE SET name = excluded.name, device = excluded.device,
                engines = excluded.engines, trusted = excluded.trusted, last_seen = excluded.last_seen,
                present_until = excluded.present_until
            WHERE w.account = excluded.account
            RETURNING at_fault_at""";

    private static final String LIST = """
            SELECT w.id, w.account, w.name, w.device, w.engines, w.trusted, w.at_fault_at,
                (SELECT count(*) FROM task t WHERE t.worker = w.id AND t.state = 'ACCEPTED') AS accepted
            FROM worker w WHERE $1::uuid IS NULL OR w.account = $1 ORDER BY w.first_seen, w.id LIMIT $2""";

    private final Pool pool;
    private final InstantSource clock;
    private final LeaseConfig config;

    PostgresWorkers(Pool pool, InstantSource clock, LeaseConfig config) {
        this.pool = pool;
        this.clock = clock;
        this.config = config;
    }

    /** A worker as it is listed. */
    public record Worker(
            Digest id,
            UUID account,
            String name,
            String device,
            List<String> engines,
            boolean trusted,
            Optional<Instant> atFaultAt,
            long tasksAccepted) {}

    /** What {@link #seen} found. */
    enum Standing {
        GOOD,
        AT_FAULT,
        OF_ANOTHER_ACCOUNT
    }

    /** Registers the worker, or brings what is known of it up to date. */
    Uni<Standing> seen(Digest id, UUID account, Hello hello) {
        Tuple values = Tuple.from(new Object[] {
            id.hex(),
            account,
            Buffer.buffer(hello.getPublicKey().toByteArray()),
            hello.getName(),
            hello.getDevice(),
            hello.getEnginesList().stream().map(e -> e.getName()).toArray(String[]::new),
            hello.getTrusted(),
            time(clock.instant()),
            time(presentUntil())
        });
        return pool.preparedQuery(SEEN).execute(values).map(PostgresWorkers::standing);
    }

    private static Standing standing(RowSet<Row> rows) {
        if (rows.size() == 0) {
            return Standing.OF_ANOTHER_ACCOUNT;
        }
        return rows.iterator().next().getValue("at_fault_at") == null ? Standing.GOOD : Standing.AT_FAULT;
    }

    /** Notes that these workers are connected now. */
    Uni<Void> present(Collection<Digest> workers) {
        return presence(workers, presentUntil());
    }

    /** Notes that the worker's link has ended. */
    Uni<Void> gone(Digest worker) {
        return presence(List.of(worker), clock.instant());
    }

    private Uni<Void> presence(Collection<Digest> workers, Instant until) {
        String[] ids = workers.stream().map(Digest::hex).toArray(String[]::new);
        return pool.preparedQuery("UPDATE worker SET present_until = $2 WHERE id = ANY($1)")
                .execute(Tuple.of(ids, time(until)))
                .replaceWithVoid();
    }

    private Instant presentUntil() {
        return clock.instant().plus(config.deadAfter().multipliedBy(MISSED));
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    /** The public key of a worker that said Hello once. */
    public Uni<Optional<byte[]>> publicKey(Digest worker) {
        return pool.preparedQuery("SELECT public_key FROM worker WHERE id = $1")
                .execute(Tuple.of(worker.hex()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getBuffer(0).getBytes()));
    }

    /** Clears the worker's fault; false when it had none. */
    public Uni<Boolean> clear(Digest worker) {
        return pool.preparedQuery("UPDATE worker SET at_fault_at = NULL WHERE id = $1 AND at_fault_at IS NOT NULL")
                .execute(Tuple.of(worker.hex()))
                .map(rows -> rows.rowCount() == 1);
    }

    /** The oldest workers of an account, or of all. */
    public Uni<List<Worker>> list(Optional<UUID> account, int limit) {
        return pool.preparedQuery(LIST)
                .execute(Tuple.of(account.orElse(null), limit))
                .map(rows -> {
                    List<Worker> workers = new ArrayList<>();
                    rows.forEach(row -> workers.add(worker(row)));
                    return workers;
                });
    }

    private static Worker worker(Row row) {
        return new Worker(
                new Digest(row.getString("id")),
                row.getUUID("account"),
                row.getString("name"),
                row.getString("device"),
                List.of(row.getArrayOfStrings("engines")),
                row.getBoolean("trusted"),
                Optional.ofNullable(row.getOffsetDateTime("at_fault_at")).map(t -> t.toInstant()),
                row.getLong("accepted"));
    }
}
