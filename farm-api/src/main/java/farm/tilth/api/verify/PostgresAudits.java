package farm.tilth.api.verify;

import farm.tilth.api.lease.Hardware;
import farm.tilth.api.lease.HeldTask;
import farm.tilth.api.lease.NewTask;
import farm.tilth.api.lease.PostgresTaskInsert;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.Commitment;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.verifier.commitment.BlockProof;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Challenges, verdicts and faults. Each method is one transaction, and safe to repeat. */
@ApplicationScoped
class PostgresAudits {
    private static final String UNCHECKED = """
            SELECT job, index, fence, spec, engine, worker, result, root, work_units, signature FROM task
            WHERE state = 'REPORTED' AND NOT checked ORDER BY job, index LIMIT $1""";

    private static final String NUMBER = """
            UPDATE job SET task_count = task_count + 1
            WHERE id = $1 AND ending IS NULL AND finished_at IS NULL RETURNING task_count - 1 AS index, account""";

    private static final String CHALLENGE = """
            WITH checked AS (
                UPDATE task SET checked = true
                WHERE job = $1 AND index = $2 AND fence = $3 AND state = 'REPORTED' AND NOT checked RETURNING 1)
            INSERT INTO audit (job, task, fence, epoch, block, blocks, block_digest, block_work_units, proof, audit_task)
            SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9::text[], $10 FROM checked
            ON CONFLICT DO NOTHING""";

    private static final String OPEN = """
            SELECT a.block, t.job, t.index, t.fence, t.spec, t.engine, t.worker, t.result, t.root, t.work_units,
                t.signature
            FROM audit a JOIN task t ON t.job = a.job AND t.index = a.task AND t.fence = a.fence
            WHERE a.job = $1 AND a.audit_task = $2 AND a.outcome = 'OPEN' AND t.state = 'REPORTED'""";

    private static final String CONCLUDE = """
            UPDATE audit SET outcome = $4, auditor = $5
            WHERE job = $1 AND task = $2 AND fence = $3 AND outcome = 'OPEN'""";

    private static final String ACCEPT = """
            UPDATE task SET state = 'ACCEPTED' WHERE job = $1 AND index = $2 AND fence = $3 AND state = 'REPORTED'""";

    private static final String FAULT = """
            INSERT INTO fault (id, worker, job, task, fence, found_at, reason, detail, result, root, work_units,
                signature, audit_task, recomputed)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14) ON CONFLICT DO NOTHING""";

    private final Pool pool;
    private final PostgresTaskInsert tasks;
    private final InstantSource clock;

    PostgresAudits(Pool pool, PostgresTaskInsert tasks, InstantSource clock) {
        this.pool = pool;
        this.tasks = tasks;
        this.clock = clock;
    }

    /** Results that nobody has looked at. */
    Uni<List<ReportedTask>> unchecked(int limit) {
        return pool.preparedQuery(UNCHECKED).execute(Tuple.of(limit)).map(rows -> {
            List<ReportedTask> reported = new ArrayList<>();
            rows.forEach(row -> reported.add(reported(row)));
            return reported;
        });
    }

    /** What is to be asked of a result. */
    record Challenged(ReportedTask task, long epoch, BlockProof proof) {}

    /** Keeps the challenge and queues its audit. False when the result or the job is not open any more. */
    Uni<Boolean> challenge(Challenged challenge) {
        TaskId task = challenge.task().commitment().task();
        return pool.withTransaction(transaction -> transaction
                        .preparedQuery(NUMBER)
                        .execute(Tuple.of(task.job().value()))
                        .flatMap(rows -> rows.size() == 0
                                ? Uni.createFrom().failure(new Gone())
                                : challenge(
                                        transaction, challenge, rows.iterator().next())))
                .replaceWith(true)
                .onFailure(Gone.class)
                .recoverWithItem(false);
    }

    private Uni<Void> challenge(SqlConnection transaction, Challenged challenge, Row job) {
        Commitment commitment = challenge.task().commitment();
        BlockProof proof = challenge.proof();
        int index = job.getInteger("index");
        Tuple values = Tuple.from(new Object[] {
            commitment.task().job().value(),
            commitment.task().index(),
            commitment.fence(),
            challenge.epoch(),
            proof.block(),
            proof.blocks(),
            proof.blockDigest().hex(),
            proof.workUnits(),
            proof.hashes().stream().map(Digest::hex).toArray(String[]::new),
            index
        });
        NewTask audit = new NewTask(
                new TaskId(commitment.task().job(), index),
                new TaskSpec.AuditBlock((TaskSpec.Computation) challenge.task().spec(), proof.block()),
                challenge.task().engine(),
                Hardware.ANY,
                Math.max(1, proof.workUnits()),
                Optional.of(new NewTask.AuditOf(
                        commitment.task().index(), challenge.task().worker())));
        return transaction
                .preparedQuery(CHALLENGE)
                .execute(values)
                .flatMap(rows -> rows.rowCount() == 0
                        ? Uni.createFrom().failure(new Gone())
                        : tasks.insert(transaction, job.getUUID("account"), List.of(audit)));
    }

    /** The open audit that this audit task answers; empty when the audited result is not at stake any more. */
    Uni<Optional<OpenAudit>> openAudit(TaskId auditTask) {
        return pool.preparedQuery(OPEN)
                .execute(Tuple.of(auditTask.job().value(), auditTask.index()))
                .map(rows -> {
                    if (rows.size() == 0) {
                        return Optional.empty();
                    }
                    Row row = rows.iterator().next();
                    ReportedTask claim = reported(row);
                    return Optional.of(new OpenAudit(claim.held(), claim, row.getInteger("block")));
                });
    }

    /** The block was right: result and audit are accepted together. False when the result is not open any more. */
    Uni<Boolean> pass(OpenAudit audit, ReportedTask auditor) {
        return pool.withTransaction(transaction -> transaction
                .preparedQuery(CONCLUDE)
                .execute(conclusion(audit, "PASSED", auditor))
                .chain(() -> transaction.preparedQuery(ACCEPT).execute(key(auditor.held())))
                .chain(() -> transaction.preparedQuery(ACCEPT).execute(key(audit.audited())))
                .map(rows -> rows.rowCount() == 1));
    }

    /** A wrong result: what is kept of it. */
    record Evidence(ReportedTask claim, String reason, String detail, Optional<ReportedTask> auditor) {}

    /** Keeps the evidence and marks the worker, whatever becomes of the task. */
    Uni<Void> fault(Evidence evidence) {
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        return pool.withTransaction(transaction -> transaction
                        .preparedQuery(FAULT)
                        .execute(values(evidence, now))
                        .chain(() -> transaction
                                .preparedQuery(
                                        "UPDATE worker SET at_fault_at = coalesce(at_fault_at, $2) WHERE id = $1")
                                .execute(Tuple.of(evidence.claim().worker().hex(), now))))
                .replaceWithVoid();
    }

    /** The audit is over, after the result that it found wrong was rejected. */
    Uni<Void> fail(OpenAudit audit, ReportedTask auditor) {
        return pool.withTransaction(transaction -> transaction
                        .preparedQuery(CONCLUDE)
                        .execute(conclusion(audit, "FAILED", auditor))
                        .chain(() -> transaction.preparedQuery(ACCEPT).execute(key(auditor.held()))))
                .replaceWithVoid();
    }

    private static Tuple conclusion(OpenAudit audit, String outcome, ReportedTask auditor) {
        return key(audit.audited())
                .addString(outcome)
                .addString(auditor.worker().hex());
    }

    private static Tuple key(HeldTask held) {
        return Tuple.of(held.task().job().value(), held.task().index(), held.fence());
    }

    private static Tuple values(Evidence evidence, OffsetDateTime now) {
        ReportedTask claim = evidence.claim();
        Commitment commitment = claim.commitment();
        return Tuple.from(new Object[] {
            UUID.randomUUID(),
            claim.worker().hex(),
            commitment.task().job().value(),
            commitment.task().index(),
            commitment.fence(),
            now,
            evidence.reason(),
            evidence.detail(),
            commitment.result().hex(),
            commitment.root().hex(),
            commitment.workUnits(),
            Buffer.buffer(claim.signature()),
            evidence.auditor().map(a -> a.commitment().task().index()).orElse(null),
            evidence.auditor().map(a -> a.commitment().result().hex()).orElse(null)
        });
    }

    private static ReportedTask reported(Row row) {
        TaskId task = new TaskId(new JobId(row.getUUID("job")), row.getInteger("index"));
        Commitment commitment = new Commitment(
                task,
                row.getLong("fence"),
                new Digest(row.getString("root")),
                new Digest(row.getString("result")),
                row.getLong("work_units"));
        return new ReportedTask(
                Json.read(row.getString("spec"), TaskSpec.class),
                row.getString("engine"),
                new Digest(row.getString("worker")),
                commitment,
                row.getBuffer("signature").getBytes());
    }

    /** Rolls a transaction back quietly. */
    private static final class Gone extends RuntimeException {
        private static final long serialVersionUID = 1L;

        Gone() {
            super("the task is not open any more", null, false, false);
        }
    }
}
