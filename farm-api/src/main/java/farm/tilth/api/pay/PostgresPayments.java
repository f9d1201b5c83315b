package farm.tilth.api.pay;

import farm.tilth.ledger.escrow.TaskPayment;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.TaskId;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Which accepted tasks are not paid yet. The flag only saves work: that nothing is paid twice is the ledger's promise. */
@ApplicationScoped
class PostgresPayments {
    private static final String UNPAID = """
            SELECT t.job, t.index, t.worker, t.work_units, j.fee_basis_points,
                CASE WHEN t.type = 'runModel' THEN coalesce(j.model_per_million, j.per_million) ELSE j.per_million END
                    AS per_million
            FROM task t JOIN job j ON j.id = t.job
            WHERE t.state = 'ACCEPTED' AND NOT t.paid AND NOT t.trusted AND ($1::uuid IS NULL OR t.job = $1)
            ORDER BY t.job, t.index LIMIT $2""";

    private static final String PAID = """
            WITH marked AS (
                UPDATE task t SET paid = true
                FROM unnest($1::uuid[], $2::int[], $3::bigint[], $4::bigint[]) AS p(job, index, share, fee)
                WHERE t.job = p.job AND t.index = p.index AND NOT t.paid
                RETURNING p.job, p.index, t.worker, p.share, p.fee
            ), held AS (
                INSERT INTO held_pay (job, task, worker, account, amount, held_at)
                SELECT m.job, m.index, m.worker, j.account, m.share, now()
                FROM marked m JOIN job j ON j.id = m.job WHERE m.share > 0 ORDER BY m.job, m.index
            ), sums AS (
                SELECT job, sum(share)::bigint AS share, sum(fee)::bigint AS fee FROM marked GROUP BY job
            )
            UPDATE job j SET paid = j.paid + s.share, fees = j.fees + s.fee FROM sums s WHERE j.id = s.job""";

    private final Pool pool;

    PostgresPayments(Pool pool) {
        this.pool = pool;
    }

    /** Accepted tasks that are not paid, of one job or of all. */
    Uni<List<TaskPayment>> unpaid(Optional<JobId> job, int limit) {
        return pool.preparedQuery(UNPAID)
                .execute(Tuple.of(job.map(JobId::value).orElse(null), limit))
                .map(rows -> {
                    List<TaskPayment> payments = new ArrayList<>(rows.size());
                    rows.forEach(row -> payments.add(payment(row)));
                    return payments;
                });
    }

    /** These are in the ledger. */
    Uni<Void> paid(List<TaskPayment> payments) {
        return pool.preparedQuery(PAID)
                .execute(Tuple.of(
                        payments.stream().map(p -> p.task().job().value()).toArray(UUID[]::new),
                        payments.stream().map(p -> p.task().index()).toArray(Integer[]::new),
                        payments.stream().map(TaskPayment::workerShare).toArray(Long[]::new),
                        payments.stream().map(TaskPayment::fee).toArray(Long[]::new)))
                .replaceWithVoid();
    }

    private static TaskPayment payment(Row row) {
        return new TaskPayment(
                new TaskId(new JobId(row.getUUID("job")), row.getInteger("index")),
                new Digest(row.getString("worker")),
                row.getLong("work_units"),
                new Receipt.Prices(row.getLong("per_million"), row.getInteger("fee_basis_points")));
    }
}
