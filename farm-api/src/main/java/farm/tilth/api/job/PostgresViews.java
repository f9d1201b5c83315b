package farm.tilth.api.job;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.task.AssemblyManifest;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.TaskState;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** What a job's owner may see of it. Only computations are shown: audits and assembly are the farm's own affair. */
@ApplicationScoped
class PostgresViews {
    private static final String TASK = "SELECT t.index, t.spec, t.state, t.worker, t.work_units, t.reason FROM task t ";

    private final Pool pool;

    PostgresViews(Pool pool) {
        this.pool = pool;
    }

    Uni<JobView> job(Job job) {
        return counts(job).flatMap(counts -> outputs(job.id())
                .flatMap(outputs -> content(job.id()).map(content -> view(job, counts, outputs, content))));
    }

    private static JobView view(
            Job job, JobView.TaskCounts counts, List<AssemblyManifest.Output> outputs, List<Digest> content) {
        return new JobView(
                job.id(),
                job.kind(),
                job.state(),
                job.createdAt(),
                job.finishedAt(),
                job.plan(),
                job.request(),
                counts,
                job.totals(),
                outputs,
                content,
                job.error());
    }

    private Uni<JobView.TaskCounts> counts(Job job) {
        return pool.preparedQuery("SELECT state, count(*) FROM task WHERE job = $1 AND NOT trusted GROUP BY state")
                .execute(Tuple.of(job.id().value()))
                .map(PostgresViews::counts)
                .map(counts -> withSteps(job, counts));
    }

    /** The tasks of models are queued frame by frame; until then they count as queued, so that a job only ever advances. */
    private static JobView.TaskCounts withSteps(Job job, JobView.TaskCounts counts) {
        if (!(job.order() instanceof Order.Render render)
                || render.steps().isEmpty()
                || !job.split()
                || job.state().isFinal()) {
            return counts;
        }
        long later = Math.max(0, render.taskCount() - counts.total());
        return new JobView.TaskCounts(
                counts.queued() + later,
                counts.leased(),
                counts.reported(),
                counts.accepted(),
                counts.failed(),
                counts.canceled(),
                counts.total() + later);
    }

    private static JobView.TaskCounts counts(RowSet<Row> rows) {
        Map<TaskState, Long> counts = new EnumMap<>(TaskState.class);
        rows.forEach(row -> counts.put(TaskState.valueOf(row.getString(0)), row.getLong(1)));
        Function<TaskState, Long> of = state -> counts.getOrDefault(state, 0L);
        return new JobView.TaskCounts(
                of.apply(TaskState.QUEUED),
                of.apply(TaskState.LEASED),
                of.apply(TaskState.REPORTED),
                of.apply(TaskState.ACCEPTED),
                of.apply(TaskState.FAILED),
                of.apply(TaskState.CANCELED),
                counts.values().stream().mapToLong(Long::longValue).sum());
    }

    Uni<List<AssemblyManifest.Output>> outputs(JobId job) {
        return pool.preparedQuery("SELECT name, media_type, digest, bytes FROM job_output WHERE job = $1 ORDER BY name")
                .execute(Tuple.of(job.value()))
                .map(rows -> PostgresJobs.read(
                        rows,
                        row -> new AssemblyManifest.Output(
                                row.getString("name"),
                                row.getString("media_type"),
                                new Digest(row.getString("digest")),
                                row.getLong("bytes"))));
    }

    private Uni<List<Digest>> content(JobId job) {
        return pool.preparedQuery(
                        "SELECT content FROM job_frame WHERE job = $1 AND content IS NOT NULL ORDER BY number")
                .execute(Tuple.of(job.value()))
                .map(rows -> PostgresJobs.read(rows, row -> new Digest(row.getString("content"))));
    }

    /** The computations after one of them, in their order. */
    Uni<List<TaskView>> tasks(Job job, int after, int limit) {
        return pool.preparedQuery(
                        TASK + "WHERE t.job = $1 AND t.index > $2 AND NOT t.trusted ORDER BY t.index LIMIT $3")
                .execute(Tuple.of(job.id().value(), after, limit))
                .map(rows -> PostgresJobs.read(rows, row -> task(row, job.prices())));
    }

    /** These computations as they are now. */
    Uni<List<TaskView>> tasks(Job job, List<Integer> indices) {
        return pool.preparedQuery(
                        TASK + "JOIN unnest($2::int[]) AS wanted(index) ON t.index = wanted.index WHERE t.job = $1"
                                + " AND NOT t.trusted ORDER BY t.index")
                .execute(Tuple.of(job.id().value(), indices.toArray(Integer[]::new)))
                .map(rows -> PostgresJobs.read(rows, row -> task(row, job.prices())));
    }

    /** The result of a computation that was reported or accepted. */
    Uni<Optional<Digest>> result(JobId job, int index) {
        return pool.preparedQuery("SELECT result FROM task WHERE job = $1 AND index = $2 AND NOT trusted"
                        + " AND state IN ('REPORTED', 'ACCEPTED')")
                .execute(Tuple.of(job.value(), index))
                .map(rows -> PostgresJobs.read(rows, row -> new Digest(row.getString("result"))).stream()
                        .findFirst());
    }

    /** The batches of rows of an embedding job after one of them, in their order. */
    Uni<List<RowBatch>> batches(JobId job, int after, int limit) {
        return pool.preparedQuery("SELECT index, spec, CASE WHEN state = 'ACCEPTED' THEN result END AS result FROM task"
                        + " WHERE job = $1 AND index > $2 AND NOT trusted ORDER BY index LIMIT $3")
                .execute(Tuple.of(job.value(), after, limit))
                .map(rows -> PostgresJobs.read(rows, row -> {
                    TaskSpec.InferBatch batch = (TaskSpec.InferBatch) Json.read(row.getString("spec"), TaskSpec.class);
                    return new RowBatch(
                            row.getInteger("index"),
                            batch.firstRow(),
                            batch.endRow(),
                            Optional.ofNullable(row.getString("result")).map(Digest::new));
                }));
    }

    private static TaskView task(Row row, Receipt.Prices prices) {
        TaskState state = TaskState.valueOf(row.getString("state"));
        Optional<Long> workUnits = Optional.ofNullable(row.getLong("work_units"));
        Receipt.Prices own = prices.of((TaskSpec.Computation) Json.read(row.getString("spec"), TaskSpec.class));
        return new TaskView(
                row.getInteger("index"),
                row.getString("spec"),
                state,
                Optional.ofNullable(row.getString("worker")).map(Digest::new),
                workUnits,
                workUnits.filter(units -> state == TaskState.ACCEPTED).map(own::gross),
                Optional.ofNullable(row.getString("reason")));
    }
}
