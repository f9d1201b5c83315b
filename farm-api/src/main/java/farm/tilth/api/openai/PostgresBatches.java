package farm.tilth.api.openai;

import farm.tilth.api.openai.OpenAiBatch.State;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.JobId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
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

/** OpenAI's batches. A change names the state that it starts from: what was changed meanwhile stays as it is. */
@ApplicationScoped
class PostgresBatches {
    private static final String INSERT = """
            INSERT INTO openai_batch (id, account, state, input_file, input_digest, metadata, output_seconds,
                created_at, expires_at, api_key)
            VALUES ($1, $2, 'validating', $3, $4, $5, $6, $7, $8, $9)""";

    private static final String LIST = """
            SELECT * FROM openai_batch
            WHERE account = $1
              AND ($2::uuid IS NULL OR (created_at, id) < (SELECT created_at, id FROM openai_batch WHERE id = $2))
            ORDER BY created_at DESC, id DESC LIMIT $3""";

    private static final String FAIL = """
            UPDATE openai_batch SET state = 'failed', errors = $2, ended_at = $3 WHERE id = $1 AND ended_at IS NULL""";

    private static final String BEGIN = """
            UPDATE openai_batch SET state = CASE WHEN state = 'validating' THEN 'in_progress' ELSE state END,
                job = $2, model = $3, total = $4, in_progress_at = $5
            WHERE id = $1 AND state IN ('validating', 'cancelling') AND in_progress_at IS NULL""";

    private static final String PROGRESS = "UPDATE openai_batch SET completed = $2 WHERE id = $1 AND completed < $2";

    private static final String CANCEL = """
            UPDATE openai_batch SET state = 'cancelling', ending = 'cancelled', cancelling_at = $3
            WHERE id = $1 AND account = $2 AND state IN ('validating', 'in_progress')""";

    private static final String EXPIRE =
            "UPDATE openai_batch SET ending = 'expired' WHERE id = $1 AND ending = 'completed' AND ended_at IS NULL";

    private static final String FINALIZE = """
            UPDATE openai_batch SET state = CASE WHEN state = 'cancelling' THEN state ELSE 'finalizing' END,
                finalizing_at = $2
            WHERE id = $1 AND state IN ('in_progress', 'cancelling') AND finalizing_at IS NULL""";

    private static final String END = """
            UPDATE openai_batch SET state = ending, completed = $2, failed = $3, tokens = $4, output_file = $5,
                error_file = $6, ended_at = $7
            WHERE id = $1 AND ended_at IS NULL""";

    private final Pool pool;
    private final InstantSource clock;

    PostgresBatches(Pool pool, InstantSource clock) {
        this.pool = pool;
        this.clock = clock;
    }

    Uni<Void> insert(OpenAiBatch batch) {
        return run(
                        INSERT,
                        batch.id(),
                        batch.account(),
                        batch.inputFile(),
                        batch.input().hex(),
                        batch.metadata().orElse(null),
                        batch.outputSeconds().orElse(null),
                        time(batch.times().createdAt()),
                        time(batch.times().expiresAt()),
                        batch.apiKey().orElse(null))
                .replaceWithVoid();
    }

    Uni<Optional<OpenAiBatch>> find(UUID account, UUID id) {
        return query("SELECT * FROM openai_batch WHERE account = $1 AND id = $2", Tuple.of(account, id))
                .map(found -> found.stream().findFirst());
    }

    /** An account's batches, the newest first, after one of them. */
    Uni<List<OpenAiBatch>> list(UUID account, Optional<UUID> after, int limit) {
        return query(LIST, Tuple.of(account, after.orElse(null), limit));
    }

    /** Some that have not ended, the oldest first. */
    Uni<List<OpenAiBatch>> open(int limit) {
        return query("SELECT * FROM openai_batch WHERE ended_at IS NULL ORDER BY created_at LIMIT $1", Tuple.of(limit));
    }

    /** The batches of an account that have not ended. */
    Uni<Long> openOf(UUID account) {
        return pool.preparedQuery("SELECT count(*) FROM openai_batch WHERE account = $1 AND ended_at IS NULL")
                .execute(Tuple.of(account))
                .map(rows -> rows.iterator().next().getLong(0));
    }

    /** Its input cannot be carried out. */
    Uni<Boolean> fail(UUID id, String errors) {
        return run(FAIL, id, errors, now());
    }

    /** Its job is ordered, also when it was cancelled meanwhile; none when no request of it can be carried out. */
    Uni<Boolean> begin(UUID id, Optional<JobId> job, Optional<String> model, int total) {
        return run(BEGIN, id, job.map(JobId::value).orElse(null), model.orElse(null), total, now());
    }

    Uni<Boolean> progress(UUID id, int completed) {
        return run(PROGRESS, id, completed);
    }

    /** False when it has come too far. */
    Uni<Boolean> cancel(UUID account, UUID id) {
        return run(CANCEL, id, account, now());
    }

    Uni<Boolean> expire(UUID id) {
        return run(EXPIRE, id);
    }

    /** Nothing more will be computed. */
    Uni<Boolean> finalizing(UUID id) {
        return run(FINALIZE, id, now());
    }

    Uni<Boolean> end(UUID id, OpenAiBatch.Counts counts, OpenAiBatch.Files files) {
        return run(
                END,
                id,
                counts.completed(),
                counts.failed(),
                counts.tokens(),
                files.output().orElse(null),
                files.error().orElse(null),
                now());
    }

    private Uni<Boolean> run(String sql, Object... values) {
        return pool.preparedQuery(sql).execute(Tuple.from(values)).map(rows -> rows.rowCount() > 0);
    }

    private Uni<List<OpenAiBatch>> query(String sql, Tuple values) {
        return pool.preparedQuery(sql).execute(values).map(rows -> {
            List<OpenAiBatch> found = new ArrayList<>();
            rows.forEach(row -> found.add(read(row)));
            return found;
        });
    }

    private OffsetDateTime now() {
        return time(clock.instant());
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static Optional<Instant> time(Row row, String column) {
        return Optional.ofNullable(row.getOffsetDateTime(column)).map(OffsetDateTime::toInstant);
    }

    private static OpenAiBatch read(Row row) {
        return new OpenAiBatch(
                row.getUUID("id"),
                row.getUUID("account"),
                Optional.ofNullable(row.getUUID("api_key")),
                State.of(row.getString("state")),
                State.of(row.getString("ending")),
                row.getUUID("input_file"),
                new Digest(row.getString("input_digest")),
                Optional.ofNullable(row.getString("metadata")),
                Optional.ofNullable(row.getLong("output_seconds")),
                Optional.ofNullable(row.getUUID("job")).map(JobId::new),
                Optional.ofNullable(row.getString("model")),
                new OpenAiBatch.Counts(
                        row.getInteger("total"),
                        row.getInteger("completed"),
                        row.getInteger("failed"),
                        row.getLong("tokens")),
                Optional.ofNullable(row.getString("errors")),
                new OpenAiBatch.Files(
                        Optional.ofNullable(row.getUUID("output_file")),
                        Optional.ofNullable(row.getUUID("error_file"))),
                new OpenAiBatch.Times(
                        time(row, "created_at").orElseThrow(),
                        time(row, "expires_at").orElseThrow(),
                        time(row, "in_progress_at"),
                        time(row, "cancelling_at"),
                        time(row, "finalizing_at"),
                        time(row, "ended_at")));
    }
}
