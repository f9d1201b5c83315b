package farm.tilth.api.inference;

import farm.tilth.api.lease.PostgresWorkers;
import farm.tilth.protocol.Digest;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Optional;

/** The keys that workers showed when they joined. */
@ApplicationScoped
class StoredWorkerKeys implements WorkerKeys {
    private final PostgresWorkers workers;

    StoredWorkerKeys(PostgresWorkers workers) {
        this.workers = workers;
    }

    @Override
    public Uni<Optional<byte[]>> publicKey(Digest worker) {
        return workers.publicKey(worker);
    }
}
