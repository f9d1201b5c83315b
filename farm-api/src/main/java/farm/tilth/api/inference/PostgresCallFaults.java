package farm.tilth.api.inference;

import farm.tilth.api.lease.OpenLinks;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.wire.InferenceAnswer;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.UUID;

/** Faults of online calls, with all that proves them, and the worker's standing in one transaction. */
@ApplicationScoped
class PostgresCallFaults implements CallFaults {
    private static final String FAULT = """
            INSERT INTO call_fault (call, worker, found_at, model, row, asked, answered, recomputed)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING""";

    private static final String AT_FAULT = "UPDATE worker SET at_fault_at = coalesce(at_fault_at, $2) WHERE id = $1";

    private final Pool pool;
    private final OpenLinks links;
    private final InstantSource clock;

    PostgresCallFaults(Pool pool, OpenLinks links, InstantSource clock) {
        this.pool = pool;
        this.links = links;
        this.clock = clock;
    }

    @Override
    public Uni<Void> found(Digest worker, CallSample sample, InferenceAnswer recomputed) {
        OffsetDateTime now = clock.instant().atOffset(ZoneOffset.UTC);
        Tuple evidence = Tuple.from(new Object[] {
            UUID.fromString(sample.answered().answer().getCallId()),
            worker.hex(),
            now,
            sample.model().version().hex(),
            sample.row(),
            Buffer.buffer(sample.call().toByteArray()),
            Buffer.buffer(sample.answered().sealed().toByteArray()),
            Buffer.buffer(recomputed.toByteArray())
        });
        return pool.withTransaction(transaction -> transaction
                        .preparedQuery(FAULT)
                        .execute(evidence)
                        .chain(() -> transaction.preparedQuery(AT_FAULT).execute(Tuple.of(worker.hex(), now))))
                .invoke(() -> links.expel(
                        worker,
                        "an answer of this worker was recomputed and is another one; the farm's operator can clear it"))
                .replaceWithVoid();
    }
}
