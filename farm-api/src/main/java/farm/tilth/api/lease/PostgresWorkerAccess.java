package farm.tilth.api.lease;

import farm.tilth.api.upload.WorkerAccess;
import farm.tilth.protocol.Digest;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/**
 * A worker reads the inputs of the jobs of which it holds a task. A trusted worker is the operator's own; it reads what
 * any job of which it holds a task has come to, for it puts that together. Models that the farm serves are read by
 * every worker, for each may be asked to run them; one that is not inspected yet by trusted workers alone.
 */
@ApplicationScoped
class PostgresWorkerAccess implements WorkerAccess {
    private static final String MAY_READ = """
            SELECT EXISTS (
                SELECT FROM task t JOIN worker w ON w.id = t.worker
                WHERE t.worker = $1 AND t.state = 'LEASED' AND w.account = $2
                  AND (EXISTS (SELECT FROM job_input i WHERE i.job = t.job AND i.blob = $3)
                    OR w.trusted AND t.trusted AND (
                        EXISTS (SELECT FROM task r WHERE r.job = t.job AND r.result = $3)
                        OR EXISTS (SELECT FROM job_output o WHERE o.job = t.job AND o.digest = $3))))
            OR EXISTS (
                SELECT FROM worker w, model_file f JOIN model m ON m.version = f.version
                WHERE w.id = $1 AND w.account = $2 AND f.blob = $3
                  AND (m.state = 'READY' OR w.trusted AND m.state = 'INSPECTING'))""";

    private final Pool pool;

    PostgresWorkerAccess(Pool pool) {
        this.pool = pool;
    }

    @Override
    public Uni<Boolean> mayRead(Digest worker, UUID account, Digest blob) {
        return pool.preparedQuery(MAY_READ)
                .execute(Tuple.of(worker.hex(), account, blob.hex()))
                .map(rows -> rows.iterator().next().getBoolean(0));
    }
}
