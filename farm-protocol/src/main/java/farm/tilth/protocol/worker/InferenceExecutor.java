package farm.tilth.protocol.worker;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelPackage;
import farm.tilth.protocol.task.ModelReport;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceBatch;
import java.nio.file.Path;
import java.util.List;

/** A task executor that also answers online calls. {@link #answer} runs on the device's thread, between tasks. */
public interface InferenceExecutor extends TaskExecutor {
    /** The models that are ready without fetching anything. */
    List<ModelDescription> models();

    /**
     * One answer per call, in order; a call that cannot be answered has a {@code CallError} and does not disturb the
     * others. The commitments are left empty: the loop fills them in.
     */
    List<InferenceAnswer> answer(InferenceBatch batch) throws InterruptedException;

    /**
     * Tries a model in a process of its own, before the farm serves it. From a thread of its own.
     *
     * @param scratch an empty folder for it
     * @throws farm.tilth.protocol.FarmException with INVALID_MODEL when it is broken, not allowed or cannot be run
     */
    default ModelReport inspect(ModelPackage model, BlobStore blobs, Path scratch) throws InterruptedException {
        throw new FarmException(ErrorCode.INVALID_REQUEST, "this worker does not inspect models");
    }

    /**
     * Loads a model, which is among {@link #models} then. From any thread; safe to repeat.
     *
     * @return the versions that left the memory to make room
     * @throws farm.tilth.protocol.FarmException with OUT_OF_RESOURCES when it does not fit this worker
     */
    default List<Digest> load(ModelPackage model, ModelDescription description, BlobStore blobs)
            throws InterruptedException {
        throw new FarmException(ErrorCode.INVALID_REQUEST, "this worker does not load models");
    }

    /** Gives a loaded model's memory back. From any thread; safe to repeat. */
    default void unload(Digest version) {}
}
