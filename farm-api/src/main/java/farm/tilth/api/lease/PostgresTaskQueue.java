package farm.tilth.api.lease;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.Lease;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.TaskState;
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
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;

/** The queue in PostgreSQL: one statement for each change of any number of tasks. Thread-safe. */
@ApplicationScoped
public class PostgresTaskQueue implements TaskQueue {
    private static final String LEASE = """
            WITH offer AS (
                SELECT * FROM unnest($1::text[], $2::text[], $3::float8[], $4::int[], $9::text[])
                    AS o(engine, type, rate, most, hardware)
                WHERE NOT EXISTS (SELECT FROM worker WHERE id = $5 AND at_fault_at IS NOT NULL)
            ), candidate AS (
                SELECT t.job, t.index, t.start_tag, t.estimate / o.rate AS seconds
                FROM offer o CROSS JOIN LATERAL (
                    SELECT first.* FROM (VALUES ('ANY'), (o.hardware)) AS lane(hardware) CROSS JOIN LATERAL (
                        SELECT job, index, start_tag, estimate FROM task
                        WHERE state = 'QUEUED' AND engine = o.engine AND type = o.type AND hardware = lane.hardware
                          AND avoid IS DISTINCT FROM $5
                          AND (failed_at IS NULL OR failed_at < $10
                               OR may_try_again($5, failed_by, engine, trusted, $11)) %s
                        ORDER BY start_tag LIMIT o.most FOR UPDATE SKIP LOCKED) first
                    ORDER BY first.start_tag LIMIT o.most) t
                ORDER BY t.start_tag LIMIT $6
            ), chosen AS (
                SELECT job, index FROM (
                    SELECT job, index, seconds, sum(seconds) OVER (
                        ORDER BY start_tag, job, index ROWS UNBOUNDED PRECEDING) AS total
                    FROM candidate) c
                WHERE total - seconds < $7
            )
            UPDATE task t SET state = 'LEASED', worker = $5, fence = t.fence + 1, attempts = t.attempts + 1,
                expires_at = $8
            FROM chosen c WHERE t.job = c.job AND t.index = c.index
            RETURNING t.job, t.index, t.fence, t.spec""";
    private static final String LEASE_IN_TURN = LEASE.formatted("");
    private static final String LEASE_OF_HELD_PLANS = LEASE.formatted("""
            AND plan = ANY($12::text[]) AND start_tag <= (
                SELECT min(head.turn) FROM (VALUES ('ANY'), (o.hardware)) AS own(hardware) CROSS JOIN LATERAL (
                    SELECT start_tag + estimate * $13::float8 AS turn FROM task
                    WHERE state = 'QUEUED' AND engine = o.engine AND type = o.type AND hardware = own.hardware
                    ORDER BY start_tag LIMIT 1) head)""");

    private static final String HELD = """
            FROM unnest($1::uuid[], $2::int[], $3::bigint[]) AS h(job, index, fence)
            WHERE t.job = h.job AND t.index = h.index AND t.fence = h.fence""";

    private static final String RENEW = """
            UPDATE task t SET expires_at = $5 %s AND t.worker = $4 AND t.state = 'LEASED'
            RETURNING t.job, t.index, t.fence""".formatted(HELD);

    private static final String REPORT = """
            UPDATE task t SET state = 'REPORTED', expires_at = NULL, result = r.result, root = r.root,
                work_units = r.units, signature = r.signature, checked = false, reason = NULL
            FROM unnest($1::uuid[], $2::int[], $3::bigint[], $5::text[], $6::text[], $7::bigint[], $8::bytea[])
                AS r(job, index, fence, result, root, units, signature)
            WHERE t.job = r.job AND t.index = r.index AND t.fence = r.fence AND t.worker = $4 AND t.state = 'LEASED'
            RETURNING t.job, t.index, t.fence""";

    private static final String REPORTED_BEFORE = """
            SELECT t.job, t.index, t.fence FROM task t
            JOIN unnest($1::uuid[], $2::int[], $3::bigint[], $5::text[], $6::text[]) AS r(job, index, fence, result, root)
                ON t.job = r.job AND t.index = r.index AND t.fence = r.fence
            WHERE t.worker = $4 AND t.state IN ('REPORTED', 'ACCEPTED') AND t.root = r.root AND t.result = r.result""";

    /** The worker is remembered once for each attempt at most, so the list is short. */
    private static final String BLAME = "worker = NULL, failed_by = t.failed_by || t.worker, failed_at = ";

    private static final String FAIL = """
            UPDATE task t SET %s $9, expires_at = NULL, reason = $6,
                refusals = t.refusals + CASE WHEN $5 THEN 1 ELSE 0 END,
                state = CASE WHEN t.attempts >= $7 OR ($5 AND (t.trusted OR t.refusals + 1 >= $8)) THEN 'FAILED'
                    ELSE 'QUEUED' END
            %s AND t.worker = $4 AND t.state = 'LEASED'
            RETURNING t.job, t.index, t.state""".formatted(BLAME, HELD);

    private static final String EXPIRE = """
            WITH late AS (
                SELECT job, index FROM task WHERE state = 'LEASED' AND expires_at < $1
                ORDER BY expires_at LIMIT $2 FOR UPDATE SKIP LOCKED
            )
            UPDATE task t SET %s $1, expires_at = NULL,
                state = CASE WHEN t.attempts >= $3 THEN 'FAILED' ELSE 'QUEUED' END,
                reason = 'its worker ' || t.worker || ' was not heard of in time'
            FROM late l WHERE t.job = l.job AND t.index = l.index
            RETURNING t.job, t.index, t.state""".formatted(BLAME);

    private static final String ACCEPT = """
            UPDATE task t SET state = 'ACCEPTED' %s AND t.state = 'REPORTED'
            RETURNING t.job, t.index, t.fence""".formatted(HELD);

    private static final String REJECT = """
            UPDATE task t SET %s $6, result = NULL, root = NULL, work_units = NULL, signature = NULL,
                checked = false, reason = $4, state = CASE WHEN t.attempts >= $5 THEN 'FAILED' ELSE 'QUEUED' END
            %s AND t.state = 'REPORTED'
            RETURNING t.job, t.index, t.state""".formatted(BLAME, HELD);

    private static final String CANCEL = """
            WITH open AS (
                SELECT job, index, state, worker, fence FROM task
                WHERE job = $1 AND state IN ('QUEUED', 'LEASED', 'REPORTED') FOR UPDATE
            ), canceled AS (
                UPDATE task t SET state = 'CANCELED', expires_at = NULL FROM open o
                WHERE t.job = o.job AND t.index = o.index
            )
            SELECT job, index, worker, fence FROM open WHERE state = 'LEASED'""";

    private static final String RELEASE = """
            UPDATE task SET state = 'QUEUED', worker = NULL, expires_at = NULL, attempts = attempts - 1, reason = $2
            WHERE state = 'LEASED' AND worker = $1 RETURNING job, index, fence""";

    private static final String WAITING = """
            SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) AS k(engine, type, hardware)
            WHERE EXISTS (SELECT FROM task t WHERE t.state = 'QUEUED' AND t.engine = k.engine AND t.type = k.type
                AND t.hardware IN ('ANY', k.hardware))""";

    private static final String BACKLOG = """
            SELECT coalesce(sum(estimate), 0)::bigint FROM (
                SELECT estimate FROM task
                WHERE state = 'QUEUED' AND engine = $1 AND type = $2 AND hardware IN ('ANY', $3) LIMIT $4) t""";

    private final Pool pool;
    private final InstantSource clock;
    private final LeaseConfig config;

    PostgresTaskQueue(Pool pool, InstantSource clock, LeaseConfig config) {
        this.pool = pool;
        this.clock = clock;
        this.config = config;
    }

    @Override
    public Uni<List<Lease>> lease(LeaseRequest request) {
        Instant expires = expiry();
        Uni<List<Lease>> inTurn = query(LEASE_IN_TURN, wanted(request, expires), row -> lease(row, expires));
        if (request.plans().isEmpty()) {
            return inTurn;
        }
        Tuple ofHeldPlans = wanted(request, expires)
                .addArrayOfString(request.plans().stream().map(Digest::hex).toArray(String[]::new))
                .addDouble((double) config.headStart());
        return query(LEASE_OF_HELD_PLANS, ofHeldPlans, row -> lease(row, expires))
                .flatMap(leases -> leases.isEmpty() ? inTurn : Uni.createFrom().item(leases));
    }

    private Tuple wanted(LeaseRequest request, Instant expires) {
        List<LeaseRequest.Offer> offers = request.offers();
        return Tuple.from(new Object[] {
            offers.stream().map(o -> o.skill().kind().engine()).toArray(String[]::new),
            offers.stream().map(o -> o.skill().kind().type()).toArray(String[]::new),
            offers.stream().map(LeaseRequest.Offer::unitsPerSecond).toArray(Double[]::new),
            offers.stream().map(LeaseRequest.Offer::maxTasks).toArray(Integer[]::new),
            request.worker().hex(),
            request.maxTasks(),
            request.maxSeconds(),
            time(expires),
            offers.stream().map(o -> o.skill().hardware().name()).toArray(String[]::new),
            time(clock.instant().minus(config.patience())),
            time(clock.instant())
        });
    }

    @Override
    public Uni<Set<HeldTask>> renew(Digest worker, List<HeldTask> held) {
        return held.isEmpty()
                ? Uni.createFrom().item(Set.of())
                : query(RENEW, held(held).addString(worker.hex()).addValue(time(expiry())), PostgresTaskQueue::held)
                        .map(Set::copyOf);
    }

    @Override
    public Uni<Set<HeldTask>> report(Digest worker, List<Report> reports) {
        if (reports.isEmpty()) {
            return Uni.createFrom().item(Set.of());
        }
        Tuple values = claims(worker, reports)
                .addArrayOfLong(
                        reports.stream().map(r -> r.commitment().workUnits()).toArray(Long[]::new))
                .addValue(
                        reports.stream().map(r -> Buffer.buffer(r.signature())).toArray(Buffer[]::new));
        return query(REPORT, values, PostgresTaskQueue::held)
                .flatMap(now -> now.size() == reports.size()
                        ? Uni.createFrom().item(Set.copyOf(now))
                        : query(REPORTED_BEFORE, claims(worker, reports), PostgresTaskQueue::held)
                                .map(Set::copyOf));
    }

    private static Tuple claims(Digest worker, List<Report> reports) {
        return held(reports.stream().map(Report::held).toList())
                .addString(worker.hex())
                .addArrayOfString(strings(reports, r -> r.commitment().result().hex()))
                .addArrayOfString(strings(reports, r -> r.commitment().root().hex()));
    }

    @Override
    public Uni<List<TaskChange>> fail(Digest worker, HeldTask held, boolean impossible, String reason) {
        Tuple values = held(List.of(held))
                .addString(worker.hex())
                .addBoolean(impossible)
                .addString(reason)
                .addInteger(config.maxAttempts())
                .addInteger(config.maxRefusals())
                .addValue(time(clock.instant()));
        return query(FAIL, values, PostgresTaskQueue::change);
    }

    @Override
    public Uni<List<TaskChange>> expire(int limit) {
        Tuple values = Tuple.of(time(clock.instant()), limit, config.maxAttempts());
        return query(EXPIRE, values, PostgresTaskQueue::change);
    }

    @Override
    public Uni<Void> grace() {
        return pool.preparedQuery("UPDATE task SET expires_at = $1 WHERE state = 'LEASED' AND expires_at < $1")
                .execute(Tuple.of(time(expiry())))
                .replaceWithVoid();
    }

    @Override
    public Uni<Set<HeldTask>> accept(List<HeldTask> reported) {
        return reported.isEmpty()
                ? Uni.createFrom().item(Set.of())
                : query(ACCEPT, held(reported), PostgresTaskQueue::held).map(Set::copyOf);
    }

    @Override
    public Uni<List<TaskChange>> reject(List<HeldTask> reported, String reason) {
        Tuple values = held(reported)
                .addString(reason)
                .addInteger(config.maxAttempts())
                .addValue(time(clock.instant()));
        return query(REJECT, values, PostgresTaskQueue::change);
    }

    @Override
    public Uni<List<Revoked>> cancel(JobId job) {
        return query(CANCEL, Tuple.of(job.value()), row -> new Revoked(new Digest(row.getString("worker")), held(row)));
    }

    @Override
    public Uni<List<HeldTask>> release(Digest worker, String reason) {
        return query(RELEASE, Tuple.of(worker.hex(), reason), PostgresTaskQueue::held);
    }

    @Override
    public Uni<Set<Skill>> waiting(Set<Skill> skills) {
        Tuple values = Tuple.of(
                skills.stream().map(s -> s.kind().engine()).toArray(String[]::new),
                skills.stream().map(s -> s.kind().type()).toArray(String[]::new),
                skills.stream().map(s -> s.hardware().name()).toArray(String[]::new));
        return query(WAITING, values, PostgresTaskQueue::skill).map(Set::copyOf);
    }

    @Override
    public Uni<Long> backlog(Skill skill, int limit) {
        TaskKind kind = skill.kind();
        Tuple values = Tuple.of(kind.engine(), kind.type(), skill.hardware().name(), limit);
        return query(BACKLOG, values, row -> row.getLong(0)).map(List::getFirst);
    }

    private static Skill skill(Row row) {
        TaskKind kind = new TaskKind(row.getString("engine"), row.getString("type"));
        return new Skill(kind, Hardware.valueOf(row.getString("hardware")));
    }

    private <T> Uni<List<T>> query(String sql, Tuple values, Function<Row, T> read) {
        return pool.preparedQuery(sql).execute(values).map(rows -> read(rows, read));
    }

    private static <T> List<T> read(RowSet<Row> rows, Function<Row, T> read) {
        List<T> items = new ArrayList<>(rows.size());
        rows.forEach(row -> items.add(read.apply(row)));
        return items;
    }

    private Instant expiry() {
        return clock.instant().plus(config.deadAfter());
    }

    private static Tuple held(List<HeldTask> held) {
        return Tuple.of(
                held.stream().map(h -> h.task().job().value()).toArray(UUID[]::new),
                held.stream().map(h -> h.task().index()).toArray(Integer[]::new),
                held.stream().map(HeldTask::fence).toArray(Long[]::new));
    }

    private static String[] strings(List<Report> reports, Function<Report, String> value) {
        return reports.stream().map(value).toArray(String[]::new);
    }

    private static Lease lease(Row row, Instant expires) {
        return new Lease(task(row), row.getLong("fence"), Json.read(row.getString("spec"), TaskSpec.class), expires);
    }

    private static HeldTask held(Row row) {
        return new HeldTask(task(row), row.getLong("fence"));
    }

    private static TaskChange change(Row row) {
        return new TaskChange(task(row), TaskState.valueOf(row.getString("state")));
    }

    private static TaskId task(Row row) {
        return new TaskId(new JobId(row.getUUID("job")), row.getInteger("index"));
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
