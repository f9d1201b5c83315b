package farm.tilth.api.job;

import farm.tilth.api.access.PostgresKeyCaps;
import farm.tilth.api.lease.NewTask;
import farm.tilth.api.lease.PostgresTaskInsert;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.task.JobId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** The jobs' own rows, from order to end. */
@ApplicationScoped
class PostgresJobs {
    private static final String INSERT = """
            INSERT INTO job (id, account, kind, request, plan, order_json, per_million, fee_basis_points, held,
                idempotency_key, request_hash, created_at, funded, api_key, model_per_million)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
            ON CONFLICT DO NOTHING""";

    private static final String INSERT_INPUTS =
            "INSERT INTO job_input (job, blob) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING";

    private static final String LIST = """
            SELECT * FROM job WHERE account = $1 AND kind <> 'INSPECT' AND funded
              AND ($2::uuid IS NULL OR (created_at, id) < (SELECT created_at, id FROM job WHERE id = $2))
            ORDER BY created_at DESC, id DESC LIMIT $3""";

    private static final String SPLIT = """
            UPDATE job SET split = true, task_count = $2
            WHERE id = $1 AND NOT split AND ending IS NULL AND finished_at IS NULL RETURNING account""";

    private static final String END = """
            UPDATE job SET ending = $2, error_code = $3, error_detail = $4
            WHERE id = $1 AND ending IS NULL AND finished_at IS NULL""";

    private static final String FINISH = """
            UPDATE job SET state = ending, finished_at = $2, paid = $3, fees = $4, refunded = $5
            WHERE id = $1 AND ending IS NOT NULL AND finished_at IS NULL""";

    private final Pool pool;
    private final PostgresTaskInsert tasks;
    private final PostgresKeyCaps caps;
    private final InstantSource clock;

    PostgresJobs(Pool pool, PostgresTaskInsert tasks, PostgresKeyCaps caps, InstantSource clock) {
        this.pool = pool;
        this.tasks = tasks;
        this.caps = caps;
        this.clock = clock;
    }

    /** A job that is to be stored. */
    record NewJob(
            JobId id,
            UUID account,
            Order order,
            String request,
            Digest requestHash,
            Receipt.Prices prices,
            long held,
            Optional<String> idempotencyKey,
            Optional<UUID> apiKey) {
        /** A job that nobody's key ordered. */
        NewJob(
                JobId id,
                UUID account,
                Order order,
                String request,
                Digest requestHash,
                Receipt.Prices prices,
                long held,
                Optional<String> idempotencyKey) {
            this(id, account, order, request, requestHash, prices, held, idempotencyKey, Optional.empty());
        }
    }

    /**
     * Stores a job; false when its id or its idempotency key is taken. A job that costs nothing is funded at once. Fails
     * with INSUFFICIENT_FUNDS when it could cost more than its key may still spend in this month.
     */
    Uni<Boolean> insert(NewJob job) {
        Order order = job.order();
        Tuple values = Tuple.from(new Object[] {
            job.id().value(),
            job.account(),
            order.kind().name(),
            job.request(),
            order.planDigest().hex(),
            Json.write(order),
            job.prices().perMillionUnits(),
            job.prices().feeBasisPoints(),
            job.held(),
            job.idempotencyKey().orElse(null),
            job.requestHash().hex(),
            time(clock.instant()),
            job.held() == 0,
            job.apiKey().orElse(null),
            job.prices().perMillionModelUnits().orElse(null)
        });
        List<String> inputs =
                new ArrayList<>(order.inputs().stream().map(Digest::hex).toList());
        inputs.add(order.planDigest().hex());
        return pool.withTransaction(transaction -> checkCap(transaction, job)
                .chain(() -> transaction.preparedQuery(INSERT).execute(values))
                .flatMap(rows -> rows.rowCount() == 0
                        ? Uni.createFrom().item(false)
                        : transaction
                                .preparedQuery(INSERT_INPUTS)
                                .execute(Tuple.of(job.id().value(), inputs.toArray(String[]::new)))
                                .replaceWith(true)));
    }

    private Uni<Void> checkCap(SqlConnection transaction, NewJob job) {
        if (job.apiKey().isEmpty()) {
            return Uni.createFrom().voidItem();
        }
        return caps.lock(transaction, job.apiKey().get())
                .invoke(cap -> cap.ifPresent(known -> requireWithin(known, job.held())))
                .replaceWithVoid();
    }

    private static void requireWithin(PostgresKeyCaps.Cap cap, long held) {
        if (held > cap.left()) {
            throw new FarmException(
                    ErrorCode.INSUFFICIENT_FUNDS,
                    "the job holds up to " + held + " µT until it ends; the jobs and calls of this key may cost "
                            + cap.cap() + " µT a month, and this month's cost or hold " + cap.spent()
                            + " µT: ask for less, wait until others have ended, or use another key");
        }
    }

    /** Its price is held. */
    Uni<Void> funded(JobId job) {
        return run("UPDATE job SET funded = true WHERE id = $1", Tuple.of(job.value()));
    }

    /** Forgets a job for which nothing was held. */
    Uni<Void> discard(JobId job) {
        return pool.withTransaction(transaction -> transaction
                        .preparedQuery("DELETE FROM job_input WHERE job = $1 AND EXISTS ("
                                + "SELECT FROM job WHERE id = $1 AND NOT funded)")
                        .execute(Tuple.of(job.value()))
                        .chain(() -> transaction
                                .preparedQuery("DELETE FROM job WHERE id = $1 AND NOT funded")
                                .execute(Tuple.of(job.value()))))
                .replaceWithVoid();
    }

    Uni<Optional<Job>> find(JobId job) {
        return query("SELECT * FROM job WHERE id = $1", Tuple.of(job.value()), PostgresJobs::job)
                .map(PostgresJobs::first);
    }

    /** A stored request by its idempotency key. */
    record Known(JobId job, String requestHash) {}

    Uni<Optional<Known>> known(UUID account, String idempotencyKey) {
        return query(
                        "SELECT id, request_hash FROM job WHERE account = $1 AND idempotency_key = $2",
                        Tuple.of(account, idempotencyKey),
                        row -> new Known(new JobId(row.getUUID("id")), row.getString("request_hash")))
                .map(PostgresJobs::first);
    }

    /** An account's jobs, the newest first, after one of them. */
    Uni<List<Job>> list(UUID account, Optional<UUID> after, int limit) {
        return query(LIST, Tuple.of(account, after.orElse(null), limit), PostgresJobs::job);
    }

    /** The jobs that something is still to be done about, some at a time in the order of their ids. */
    Uni<List<JobId>> open(Optional<JobId> after, int limit) {
        return query(
                "SELECT id FROM job WHERE finished_at IS NULL AND ($1::uuid IS NULL OR id > $1) ORDER BY id LIMIT $2",
                Tuple.of(after.map(JobId::value).orElse(null), limit),
                row -> new JobId(row.getUUID("id")));
    }

    /** Adds all of a job's tasks at once; false when they are there, or not wanted any more. */
    Uni<Boolean> split(JobId job, List<NewTask> split, List<Integer> frames) {
        return pool.withTransaction(transaction -> transaction
                .preparedQuery(SPLIT)
                .execute(Tuple.of(job.value(), split.size()))
                .flatMap(rows -> rows.size() == 0
                        ? Uni.createFrom().item(false)
                        : addTasks(
                                transaction, job, split, frames, rows.iterator().next())));
    }

    private Uni<Boolean> addTasks(
            SqlConnection transaction, JobId job, List<NewTask> split, List<Integer> frames, Row row) {
        return transaction
                .preparedQuery("INSERT INTO job_frame (job, number) SELECT $1, unnest($2::int[])")
                .execute(Tuple.of(job.value(), frames.toArray(Integer[]::new)))
                .chain(() -> tasks.insert(transaction, row.getUUID("account"), split))
                .replaceWith(true);
    }

    /** Every computation is accepted. */
    Uni<Void> assembling(JobId job) {
        return run("UPDATE job SET state = 'ASSEMBLING' WHERE id = $1 AND state = 'RUNNING'", Tuple.of(job.value()));
    }

    /** Decides how the job ends; false when that was decided before. */
    Uni<Boolean> end(JobId job, JobState state, Optional<Job.Failure> error) {
        Tuple values = Tuple.of(
                job.value(),
                state.name(),
                error.map(e -> e.code().name()).orElse(null),
                error.map(Job.Failure::detail).orElse(null));
        return pool.preparedQuery(END).execute(values).map(rows -> rows.rowCount() == 1);
    }

    /** The job's money is settled: it is over. */
    Uni<Boolean> finish(JobId job, Receipt.Totals totals) {
        Tuple values = Tuple.from(
                new Object[] {job.value(), time(clock.instant()), totals.paid(), totals.fees(), totals.refunded()});
        return pool.preparedQuery(FINISH).execute(values).map(rows -> rows.rowCount() == 1);
    }

    /** Whose scene it is. */
    Uni<UUID> accountOfScene(UUID scene) {
        return query("SELECT account FROM scene WHERE id = $1", Tuple.of(scene), row -> row.getUUID("account"))
                .map(List::getFirst);
    }

    private Uni<Void> run(String sql, Tuple values) {
        return pool.preparedQuery(sql).execute(values).replaceWithVoid();
    }

    private <T> Uni<List<T>> query(String sql, Tuple values, Function<Row, T> read) {
        return pool.preparedQuery(sql).execute(values).map(rows -> read(rows, read));
    }

    static <T> List<T> read(RowSet<Row> rows, Function<Row, T> read) {
        List<T> items = new ArrayList<>(rows.size());
        rows.forEach(row -> items.add(read.apply(row)));
        return items;
    }

    private static <T> Optional<T> first(List<T> items) {
        return items.stream().findFirst();
    }

    private static Job job(Row row) {
        return new Job(
                new JobId(row.getUUID("id")),
                row.getUUID("account"),
                JobKind.valueOf(row.getString("kind")),
                JobState.valueOf(row.getString("state")),
                row.getString("request"),
                Json.read(row.getString("order_json"), Order.class),
                new Digest(row.getString("plan")),
                new Receipt.Prices(
                        row.getLong("per_million"),
                        row.getInteger("fee_basis_points"),
                        Optional.ofNullable(row.getLong("model_per_million"))),
                new Receipt.Totals(
                        row.getLong("held"), row.getLong("paid"), row.getLong("fees"), row.getLong("refunded")),
                row.getBoolean("funded"),
                row.getBoolean("split"),
                Optional.ofNullable(row.getString("ending")).map(JobState::valueOf),
                Optional.ofNullable(row.getString("error_code"))
                        .map(code -> new Job.Failure(ErrorCode.valueOf(code), row.getString("error_detail"))),
                row.getOffsetDateTime("created_at").toInstant(),
                Optional.ofNullable(row.getOffsetDateTime("finished_at")).map(OffsetDateTime::toInstant));
    }

    static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }
}
