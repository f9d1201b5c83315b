package farm.tilth.api.verify;

import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.verifier.commitment.ResultShape;
import farm.tilth.verifier.comparison.BlockComparison;

/** Knows from a job's order what a result of it must look like. Blocks. */
public interface Shapes {
    /** The shape of a computation's result. */
    ResultShape of(JobId job, TaskSpec.Computation task);

    /** By which rule a block of a computation is held against the recomputed one. */
    BlockComparison comparison(JobId job, TaskSpec.Computation task);
}
