package farm.tilth.api.job;

import farm.tilth.api.lease.Hardware;
import farm.tilth.api.lease.NewTask;
import farm.tilth.api.lease.PostgresTaskInsert;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.AssemblyManifest;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.task.TaskSpec;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Optional;

/** What is assembled of a job: which frames are due, which are done, and the files that came of them. */
@ApplicationScoped
class PostgresFrames {
    private static final String DUE = """
            SELECT number FROM job_frame f WHERE job = $1 AND assembly IS NULL AND NOT EXISTS (
                SELECT FROM task t
                WHERE t.job = f.job AND t.frame = f.number AND NOT t.trusted AND t.state <> 'ACCEPTED')
            ORDER BY number LIMIT $2""";

    private static final String PARTS = """
            SELECT spec, result FROM task
            WHERE job = $1 AND frame = $2 AND NOT trusted AND state = 'ACCEPTED' ORDER BY index""";

    private static final String NUMBER = """
            UPDATE job SET task_count = task_count + 1
            WHERE id = $1 AND ending IS NULL AND finished_at IS NULL RETURNING task_count - 1 AS index, account""";

    private static final String ASSEMBLED = """
            SELECT t.index, f.number, t.spec, t.result FROM task t JOIN job_frame f ON f.job = t.job AND f.assembly = t.index
            WHERE t.job = $1 AND t.state = 'ACCEPTED' AND f.content IS NULL ORDER BY t.index LIMIT $2""";

    private static final String GO_ON = """
            UPDATE job_frame SET assembly = $4 WHERE job = $1 AND number = $2 AND assembly = $3 AND content IS NULL""";

    private static final String READS =
            "INSERT INTO job_input (job, blob) SELECT $1, unnest($2::text[]) ON CONFLICT DO NOTHING";

    private static final String OUTPUT = """
            INSERT INTO job_output (job, name, media_type, digest, bytes)
            SELECT $1, * FROM unnest($2::text[], $3::text[], $4::text[], $5::bigint[]) ON CONFLICT DO NOTHING""";

    private static final String PROGRESS = """
            SELECT (SELECT count(*) FROM job_frame WHERE job = $1 AND assembly IS NULL) AS unassembled,
                (SELECT count(*) FROM job_frame WHERE job = $1 AND content IS NULL) AS unfinished,
                EXISTS (SELECT FROM task WHERE job = $1 AND NOT trusted AND state <> 'ACCEPTED') AS computing,
                EXISTS (SELECT FROM job_frame f LEFT JOIN task t ON t.job = f.job AND t.index = f.assembly
                    WHERE f.job = $1 AND t.type IS DISTINCT FROM 'finishFrame') AS stepping,
                (SELECT reason FROM task WHERE job = $1 AND state = 'FAILED' ORDER BY index LIMIT 1) AS failure,
                (SELECT state FROM task WHERE job = $1 AND type = 'assembleVideo') AS video,
                (SELECT result FROM task WHERE job = $1 AND type = 'assembleVideo') AS video_result,
                (SELECT result FROM task WHERE job = $1 AND type = 'inspectScene' AND state = 'ACCEPTED') AS report""";

    private final Pool pool;
    private final PostgresTaskInsert tasks;

    PostgresFrames(Pool pool, PostgresTaskInsert tasks) {
        this.pool = pool;
        this.tasks = tasks;
    }

    /** The frames all of whose computations are accepted and that nobody assembles yet. */
    Uni<List<Integer>> due(JobId job, int limit) {
        return pool.preparedQuery(DUE)
                .execute(Tuple.of(job.value(), limit))
                .map(rows -> PostgresJobs.read(rows, row -> row.getInteger("number")));
    }

    /** A computation of a frame with its accepted result. */
    record Part(TaskSpec.Computation spec, Digest result) {}

    Uni<List<Part>> parts(JobId job, int frame) {
        return pool.preparedQuery(PARTS)
                .execute(Tuple.of(job.value(), frame))
                .map(rows -> PostgresJobs.read(
                        rows,
                        row -> new Part(
                                (TaskSpec.Computation) Json.read(row.getString("spec"), TaskSpec.class),
                                new Digest(row.getString("result")))));
    }

    /** Queues the assembly of a frame, or of the video when {@code frame} is empty; once, however often it is asked. */
    Uni<Boolean> assemble(JobId job, Optional<Integer> frame, TaskSpec spec, String engine) {
        return pool.withTransaction(transaction -> transaction
                .preparedQuery(NUMBER)
                .execute(Tuple.of(job.value()))
                .flatMap(rows -> rows.size() == 0
                        ? Uni.createFrom().item(false)
                        : insert(
                                transaction,
                                rows.iterator().next(),
                                frame,
                                task(job, spec, engine, rows.iterator().next().getInteger("index")))));
    }

    private static NewTask task(JobId job, TaskSpec spec, String engine, int index) {
        return new NewTask(new TaskId(job, index), spec, engine, Hardware.ANY, 1);
    }

    private Uni<Boolean> insert(SqlConnection transaction, Row job, Optional<Integer> frame, NewTask task) {
        Uni<Void> insert = tasks.insert(transaction, job.getUUID("account"), List.of(task));
        if (frame.isEmpty()) {
            return insert.replaceWith(true);
        }
        return transaction
                .preparedQuery("UPDATE job_frame SET assembly = $3 WHERE job = $1 AND number = $2 AND assembly IS NULL")
                .execute(
                        Tuple.of(task.id().job().value(), frame.get(), task.id().index()))
                .flatMap(rows -> rows.rowCount() == 0 ? Uni.createFrom().item(false) : insert.replaceWith(true));
    }

    /**
     * A frame whose last task is accepted and whose files are not listed yet.
     *
     * @param index of the task
     */
    record Assembled(int frame, int index, TaskSpec spec, Digest result) {}

    Uni<List<Assembled>> assembled(JobId job, int limit) {
        return pool.preparedQuery(ASSEMBLED)
                .execute(Tuple.of(job.value(), limit))
                .map(rows -> PostgresJobs.read(
                        rows,
                        row -> new Assembled(
                                row.getInteger("number"),
                                row.getInteger("index"),
                                Json.read(row.getString("spec"), TaskSpec.class),
                                new Digest(row.getString("result")))));
    }

    /** Queues the task that a frame needs next; once, however often it is asked. */
    Uni<Boolean> goOn(JobId job, Assembled done, FrameSteps.Next next) {
        return pool.withTransaction(transaction -> transaction
                .preparedQuery(NUMBER)
                .execute(Tuple.of(job.value()))
                .flatMap(rows -> rows.size() == 0
                        ? Uni.createFrom().item(false)
                        : goOn(transaction, job, done, next, rows.iterator().next())));
    }

    private Uni<Boolean> goOn(
            SqlConnection transaction, JobId job, Assembled done, FrameSteps.Next next, Row numbered) {
        TaskId id = new TaskId(job, numbered.getInteger("index"));
        NewTask task = new NewTask(id, next.spec(), next.engine(), next.hardware(), next.estimate());
        return transaction
                .preparedQuery(GO_ON)
                .execute(Tuple.of(
                        job.value(), done.frame(), done.index(), task.id().index()))
                .flatMap(rows -> rows.rowCount() == 0
                        ? Uni.createFrom().item(false)
                        : transaction
                                .preparedQuery(READS)
                                .execute(Tuple.of(
                                        job.value(),
                                        next.reads().stream().map(Digest::hex).toArray(String[]::new)))
                                .chain(() -> tasks.insert(transaction, numbered.getUUID("account"), List.of(task)))
                                .replaceWith(true));
    }

    /** Lists the files of an assembly. */
    Uni<Void> outputs(JobId job, Optional<Integer> frame, AssemblyManifest manifest) {
        List<AssemblyManifest.Output> files = manifest.outputs();
        Tuple values = Tuple.of(
                job.value(),
                files.stream().map(AssemblyManifest.Output::name).toArray(String[]::new),
                files.stream().map(AssemblyManifest.Output::mediaType).toArray(String[]::new),
                files.stream().map(f -> f.digest().hex()).toArray(String[]::new),
                files.stream().map(AssemblyManifest.Output::bytes).toArray(Long[]::new));
        return pool.withTransaction(transaction -> transaction
                        .preparedQuery(OUTPUT)
                        .execute(values)
                        .chain(() -> transaction
                                .preparedQuery("UPDATE job_frame SET content = $3 WHERE job = $1 AND number = $2")
                                .execute(Tuple.of(
                                        job.value(),
                                        frame.orElse(null),
                                        manifest.content().hex()))))
                .replaceWithVoid();
    }

    /** The PNG files of the frames, in their order. */
    Uni<List<Digest>> pictures(JobId job) {
        return pool.preparedQuery(
                        "SELECT digest FROM job_output WHERE job = $1 AND media_type = 'image/png' ORDER BY length(name), name")
                .execute(Tuple.of(job.value()))
                .map(rows -> PostgresJobs.read(rows, row -> new Digest(row.getString("digest"))));
    }

    /**
     * How far a job is.
     *
     * @param unassembled frames that nobody assembles yet
     * @param unfinished frames whose files are not listed
     * @param computing whether a computation is not accepted
     * @param stepping whether a frame is not yet on its way out of the last step, in a job with steps
     * @param failure why a task of it failed
     * @param video the state of the video's task
     * @param videoResult of the video's task
     * @param report an inspection's result
     */
    record Progress(
            long unassembled,
            long unfinished,
            boolean computing,
            boolean stepping,
            Optional<String> failure,
            Optional<String> video,
            Optional<Digest> videoResult,
            Optional<Digest> report) {}

    Uni<Progress> progress(JobId job) {
        return pool.preparedQuery(PROGRESS).execute(Tuple.of(job.value())).map(rows -> {
            Row row = rows.iterator().next();
            return new Progress(
                    row.getLong("unassembled"),
                    row.getLong("unfinished"),
                    row.getBoolean("computing"),
                    row.getBoolean("stepping"),
                    Optional.ofNullable(row.getString("failure")),
                    Optional.ofNullable(row.getString("video")),
                    Optional.ofNullable(row.getString("video_result")).map(Digest::new),
                    Optional.ofNullable(row.getString("report")).map(Digest::new));
        });
    }
}
