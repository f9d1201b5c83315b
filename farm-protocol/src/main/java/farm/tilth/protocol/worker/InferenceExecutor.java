package farm.tilth.protocol.worker;

import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceBatch;
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
}
