package farm.tilth.api.lease;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.wire.BatchSignature;
import farm.tilth.protocol.wire.InferenceBatch;
import farm.tilth.protocol.wire.InferenceReply;
import farm.tilth.protocol.wire.ModelOrder;
import farm.tilth.protocol.wire.ModelOutcome;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;

/** The workers whose links are open on this replica. Thread-safe; nothing here blocks. */
public interface WorkerSessions {
    /** A snapshot. Workers that were found at fault, or were silent for as long as a lease lives, are not in it. */
    List<WorkerSession> connected();

    /**
     * Sends a batch over the worker's link and waits for the reply with the same batch id.
     *
     * @return the reply, or a failure: NO_WORKER when the link is closed or closes before the reply,
     *     DEADLINE_EXCEEDED after {@code timeout}, TOO_MANY_REQUESTS when too many batches wait on this link,
     *     CONFLICT when a batch of this id waits on it already
     */
    Uni<InferenceReply> ask(WorkerSession session, InferenceBatch batch, Duration timeout);

    /**
     * Waits for the worker's signature over a batch that it answered without one; it was checked against the worker's
     * key, and whether the batch is among its leaves is left to the caller. To be called when the reply comes.
     *
     * @return the signature, or a failure: RESULT_REJECTED when it is not the worker's or none is to be expected,
     *     DEADLINE_EXCEEDED after {@code timeout}, NO_WORKER when the link closes
     */
    default Uni<BatchSignature> signature(WorkerSession session, String batchId, Duration timeout) {
        return Uni.createFrom().failure(new FarmException(ErrorCode.RESULT_REJECTED, "the worker signs nothing"));
    }

    /**
     * Has the worker inspect, load or unload a model; one that it has loaded is among its session's models then.
     *
     * @return the outcome, or a failure: what the worker answered, or those of {@link #ask}
     */
    default Uni<ModelOutcome> order(WorkerSession session, ModelOrder order, Duration timeout) {
        return Uni.createFrom()
                .failure(new FarmException(ErrorCode.NO_WORKER, "the worker takes no orders about models"));
    }
}
