package farm.tilth.api.lease;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.task.TaskSpec;
import java.util.Optional;

/**
 * A task that is to be queued.
 *
 * @param engine the only program that may execute it
 * @param hardware the class that it is for
 * @param estimate about how many work units it costs; positive, for the size of a lease only
 * @param audit set when the task checks another one
 */
public record NewTask(
        TaskId id, TaskSpec spec, String engine, Hardware hardware, long estimate, Optional<AuditOf> audit) {
    public NewTask {
        if (estimate < 1) {
            throw new IllegalArgumentException("a task costs something");
        }
        if (spec.trusted() && hardware != Hardware.ANY) {
            throw new IllegalArgumentException("trusted workers are of any class");
        }
    }

    /** A task that checks no other. */
    public NewTask(TaskId id, TaskSpec spec, String engine, Hardware hardware, long estimate) {
        this(id, spec, engine, hardware, estimate, Optional.empty());
    }

    /**
     * What an audit checks.
     *
     * @param task the index of the checked task in the same job
     * @param worker who computed it, and so may not have the audit
     */
    public record AuditOf(int task, Digest worker) {}

    /** The plan that a worker must hold to do a task, if it needs one. */
    static Optional<Digest> planOf(TaskSpec spec) {
        return switch (spec) {
            case TaskSpec.Computation computation -> Optional.of(computation.plan());
            case TaskSpec.AuditBlock check -> Optional.of(check.of().plan());
            case TaskSpec.AssembleFrame frame -> Optional.of(frame.plan());
            case TaskSpec.FinishFrame frame -> Optional.of(frame.plan());
            case TaskSpec.AssembleVideo video -> Optional.of(video.plan());
            case TaskSpec.AssembleRows rows -> Optional.of(rows.plan());
            case TaskSpec.InspectScene scene -> Optional.empty();
        };
    }

    /** The plan of this task. */
    public Optional<Digest> plan() {
        return planOf(spec);
    }

    /** The frame that it is a part of or assembles; 0 for rows; empty for what belongs to no frame. */
    public Optional<Integer> frame() {
        return switch (spec) {
            case TaskSpec.RenderTile tile -> Optional.of(tile.frame());
            case TaskSpec.AssembleFrame assembly -> Optional.of(assembly.frame());
            case TaskSpec.FinishFrame finish -> Optional.of(finish.frame());
            case TaskSpec.RunModel step -> Optional.of(step.frame());
            case TaskSpec.InferBatch batch -> Optional.of(0);
            case TaskSpec.AssembleRows rows -> Optional.of(0);
            default -> Optional.empty();
        };
    }
}
