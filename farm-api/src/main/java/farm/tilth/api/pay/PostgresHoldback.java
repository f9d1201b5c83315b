package farm.tilth.api.pay;

import farm.tilth.ledger.escrow.Holdback;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.TaskId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Whose held pay ends, and how; and what was never paid. */
@ApplicationScoped
class PostgresHoldback {
    /**
     * Since the pay of a worker ends in the order of its tasks, all that came after one that is held is held too.
     * Parameters: W, the time before which an idle worker must have been paid last, how many.
     */
    private static final String DUE = """
            WITH held AS (
                SELECT h.*, row_number() OVER later - 1 AS later, max(h.held_at) OVER (PARTITION BY h.worker) AS last
                FROM held_pay h WHERE h.state = 'HELD'
                WINDOW later AS (PARTITION BY h.worker ORDER BY h.number DESC)
            ), worker_state AS (
                SELECT s.worker, w.at_fault_at IS NOT NULL AS at_fault,
                    s.last < $2 AND NOT EXISTS (
                        SELECT FROM task t WHERE t.worker = s.worker AND t.state = 'LEASED'
                    ) AND NOT EXISTS (
                        SELECT FROM job j JOIN task t ON t.job = j.id
                        WHERE j.finished_at IS NULL AND t.state = 'REPORTED' AND NOT t.trusted AND t.worker = s.worker
                    ) AS idle
                FROM (SELECT worker, max(held_at) AS last FROM held_pay WHERE state = 'HELD' GROUP BY worker) s
                LEFT JOIN worker w ON w.id = s.worker
            )
            SELECT h.job, h.task, h.worker, h.account, h.amount, coalesce(f.reason,
                CASE WHEN s.at_fault THEN 'its worker was found at fault' END) AS reason
            FROM held h
            JOIN worker_state s ON s.worker = h.worker
            LEFT JOIN LATERAL (
                SELECT 'its worker was found at fault in task ' || f.job || '/' || f.task || ': ' || f.reason AS reason
                FROM fault f WHERE f.worker = h.worker AND f.found_at >= h.held_at ORDER BY f.found_at LIMIT 1
            ) f ON true
            WHERE f.reason IS NOT NULL OR s.at_fault OR h.later >= $1 OR s.idle
            ORDER BY h.number LIMIT $3""";

    private static final String END = """
            UPDATE held_pay h SET state = $4, ended_at = $5, reason = p.reason
            FROM unnest($1::uuid[], $2::int[], $3::text[]) AS p(job, task, reason)
            WHERE h.job = p.job AND h.task = p.task AND h.state = 'HELD'""";

    private static final String UNPAID = """
            SELECT u.at, u.worker, u.job, u.task, u.call, u.amount, u.kind, u.reason
            FROM unpaid_work u LEFT JOIN worker w ON w.id = u.worker
            WHERE $1::uuid IS NULL OR w.account = $1
            ORDER BY u.at DESC LIMIT $2""";

    private final Pool pool;
    private final InstantSource clock;

    PostgresHoldback(Pool pool, InstantSource clock) {
        this.pool = pool;
        this.clock = clock;
    }

    /** Pay whose time has come; forfeited when there is a reason. */
    record Due(Holdback.Held pay, Optional<String> forfeit) {}

    Uni<List<Due>> due(int tiles, Duration idle, int limit) {
        Tuple values = Tuple.of(tiles, clock.instant().minus(idle).atOffset(ZoneOffset.UTC), limit);
        return query(DUE, values, PostgresHoldback::due);
    }

    private static Due due(Row row) {
        TaskId task = new TaskId(new JobId(row.getUUID("job")), row.getInteger("task"));
        Digest worker = new Digest(row.getString("worker"));
        return new Due(
                new Holdback.Held(task, worker, row.getUUID("account"), row.getLong("amount")),
                Optional.ofNullable(row.getString("reason")));
    }

    /** The ledger has earned or forfeited these. */
    Uni<Void> ended(List<Due> ended, boolean forfeited) {
        Tuple values = Tuple.of(
                ended.stream().map(due -> due.pay().task().job().value()).toArray(UUID[]::new),
                ended.stream().map(due -> due.pay().task().index()).toArray(Integer[]::new),
                ended.stream()
                        .map(due -> forfeited ? due.forfeit().orElse("forfeited before") : null)
                        .toArray(String[]::new),
                forfeited ? "FORFEITED" : "EARNED",
                clock.instant().atOffset(ZoneOffset.UTC));
        return pool.preparedQuery(END).execute(values).replaceWithVoid();
    }

    /**
     * Work that was not paid.
     *
     * @param amount the worker's share, where it is known
     * @param kind FORFEITED after it was paid, REJECTED by an audit, CANCELED with its job
     */
    record Unpaid(
            Instant at,
            Digest worker,
            Optional<UUID> job,
            Optional<Integer> task,
            Optional<UUID> call,
            Optional<Long> amount,
            String kind,
            String reason) {}

    /** The latest unpaid work, of one account's workers or of all. */
    Uni<List<Unpaid>> unpaid(Optional<UUID> account, int limit) {
        return query(UNPAID, Tuple.of(account.orElse(null), limit), PostgresHoldback::unpaid);
    }

    private static Unpaid unpaid(Row row) {
        return new Unpaid(
                row.getOffsetDateTime("at").toInstant(),
                new Digest(row.getString("worker")),
                Optional.ofNullable(row.getUUID("job")),
                Optional.ofNullable(row.getInteger("task")),
                Optional.ofNullable(row.getUUID("call")),
                Optional.ofNullable(row.getLong("amount")),
                row.getString("kind"),
                row.getString("reason"));
    }

    private <T> Uni<List<T>> query(String sql, Tuple values, Function<Row, T> mapper) {
        return pool.preparedQuery(sql).execute(values).map(rows -> read(rows, mapper));
    }

    private static <T> List<T> read(RowSet<Row> rows, Function<Row, T> mapper) {
        List<T> result = new ArrayList<>(rows.size());
        rows.forEach(row -> result.add(mapper.apply(row)));
        return result;
    }
}
