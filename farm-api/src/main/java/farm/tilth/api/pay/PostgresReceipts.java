package farm.tilth.api.pay;

import farm.tilth.ledger.escrow.TaskPayment;
import farm.tilth.ledger.ledger.Transfer;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.task.AssemblyManifest;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.task.TaskSpec;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** What a receipt says, out of the rows that the payments followed from. */
@ApplicationScoped
class PostgresReceipts {
    private static final String JOB = """
            SELECT id, account, state, plan, per_million, model_per_million, fee_basis_points, held, paid, fees, refunded, finished_at
            FROM job WHERE id = $1 AND account = $2 AND kind <> 'INSPECT' AND funded""";

    private static final String PAID_TASKS = """
            SELECT t.job, t.index, t.spec, t.worker, w.public_key, t.fence, t.result, t.root, t.work_units, t.signature,
                a.epoch, a.block, a.blocks, a.block_digest, a.block_work_units, a.proof, a.auditor
            FROM task t
            JOIN worker w ON w.id = t.worker
            JOIN audit a ON a.job = t.job AND a.task = t.index AND a.fence = t.fence AND a.outcome = 'PASSED'
            WHERE t.job = $1 AND t.paid ORDER BY t.index""";

    private final Pool pool;

    PostgresReceipts(Pool pool) {
        this.pool = pool;
    }

    /** The job's part of a receipt. */
    record EndedJob(
            JobId id,
            String state,
            Digest plan,
            Receipt.Prices prices,
            Receipt.Totals totals,
            Optional<Instant> finishedAt) {}

    Uni<Optional<EndedJob>> job(UUID account, JobId job) {
        return pool.preparedQuery(JOB)
                .execute(Tuple.of(job.value(), account))
                .map(rows -> read(rows, PostgresReceipts::job).stream().findFirst());
    }

    private static EndedJob job(Row row) {
        return new EndedJob(
                new JobId(row.getUUID("id")),
                row.getString("state"),
                new Digest(row.getString("plan")),
                new Receipt.Prices(
                        row.getLong("per_million"),
                        row.getInteger("fee_basis_points"),
                        Optional.ofNullable(row.getLong("model_per_million"))),
                new Receipt.Totals(
                        row.getLong("held"), row.getLong("paid"), row.getLong("fees"), row.getLong("refunded")),
                Optional.ofNullable(row.getOffsetDateTime("finished_at")).map(t -> t.toInstant()));
    }

    Uni<List<Receipt.PaidTask>> paidTasks(EndedJob job) {
        return pool.preparedQuery(PAID_TASKS)
                .execute(Tuple.of(job.id().value()))
                .map(rows -> read(rows, row -> paidTask(row, job.prices())));
    }

    private static Receipt.PaidTask paidTask(Row row, Receipt.Prices prices) {
        TaskId id = new TaskId(new JobId(row.getUUID("job")), row.getInteger("index"));
        Digest worker = new Digest(row.getString("worker"));
        long workUnits = row.getLong("work_units");
        TaskSpec.Computation spec = (TaskSpec.Computation) Json.read(row.getString("spec"), TaskSpec.class);
        return new Receipt.PaidTask(
                id.index(),
                spec,
                worker,
                row.getBuffer("public_key").getBytes(),
                row.getLong("fence"),
                new Digest(row.getString("result")),
                new Digest(row.getString("root")),
                workUnits,
                row.getBuffer("signature").getBytes(),
                audit(row),
                new TaskPayment(id, worker, workUnits, prices.of(spec))
                        .entry().transfers().stream().map(Transfer::inReceipt).toList());
    }

    private static Receipt.Audit audit(Row row) {
        return new Receipt.Audit(
                row.getLong("epoch"),
                row.getInteger("block"),
                row.getInteger("blocks"),
                new Digest(row.getString("block_digest")),
                row.getLong("block_work_units"),
                Arrays.stream(row.getArrayOfStrings("proof")).map(Digest::new).toList(),
                new Digest(row.getString("auditor")));
    }

    Uni<List<AssemblyManifest.Output>> outputs(JobId job) {
        return pool.preparedQuery("SELECT name, media_type, digest, bytes FROM job_output WHERE job = $1 ORDER BY name")
                .execute(Tuple.of(job.value()))
                .map(rows -> read(
                        rows,
                        row -> new AssemblyManifest.Output(
                                row.getString("name"),
                                row.getString("media_type"),
                                new Digest(row.getString("digest")),
                                row.getLong("bytes"))));
    }

    private static <T> List<T> read(RowSet<Row> rows, Function<Row, T> read) {
        List<T> items = new ArrayList<>(rows.size());
        rows.forEach(row -> items.add(read.apply(row)));
        return items;
    }
}
