package farm.tilth.api.verify;

import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.verifier.commitment.ResultShape;

/** Knows from a job's order what a result of it must look like. Blocks. */
public interface Shapes {
    /** The shape of a computation's result. */
    ResultShape of(JobId job, TaskSpec.Computation task);
}
