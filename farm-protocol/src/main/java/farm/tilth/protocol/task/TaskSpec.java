package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.check;
import static farm.tilth.protocol.task.Checks.checkRange;
import static farm.tilth.protocol.task.Checks.present;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.annotation.JsonTypeName;
import farm.tilth.protocol.Digest;
import java.util.List;
import java.util.Optional;

/**
 * What a worker is to do. A task's result is a function of its specification, to the bit. Specifications travel as
 * JSON; {@code type} tells them apart.
 */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(TaskSpec.RenderTile.class),
    @JsonSubTypes.Type(TaskSpec.InferBatch.class),
    @JsonSubTypes.Type(TaskSpec.RunModel.class),
    @JsonSubTypes.Type(TaskSpec.AuditBlock.class),
    @JsonSubTypes.Type(TaskSpec.InspectScene.class),
    @JsonSubTypes.Type(TaskSpec.AssembleFrame.class),
    @JsonSubTypes.Type(TaskSpec.FinishFrame.class),
    @JsonSubTypes.Type(TaskSpec.AssembleVideo.class),
    @JsonSubTypes.Type(TaskSpec.AssembleRows.class)
})
public sealed interface TaskSpec {
    /** The name of the type on the wire, in the database and in {@code Engine.task_types}. */
    @JsonIgnore
    default String type() {
        return getClass().getAnnotation(JsonTypeName.class).value();
    }

    /** Whether only a trusted worker may do it. Such tasks have no commitment challenge of their own. */
    @JsonIgnore
    default boolean trusted() {
        return !(this instanceof Computation);
    }

    /** A task that any worker may do, and that is audited and paid. */
    sealed interface Computation extends TaskSpec permits RenderTile, InferBatch, RunModel {
        /** The digest of the plan that the task is a part of. */
        Digest plan();
    }

    /** Render some samples of a tile. Result: one block per rectangle of {@code BlockGrid}, each a film of its pixels. */
    @JsonTypeName("renderTile")
    record RenderTile(Digest plan, int frame, TileBounds tile, SampleRange samples) implements Computation {
        public RenderTile {
            present(plan, "the plan");
            present(tile, "the tile");
            present(samples, "the sample range");
            check(frame >= 0, "the frame is negative");
        }
    }

    /** Run a model on some rows of the job's input. Result: one block per row. */
    @JsonTypeName("inferBatch")
    record InferBatch(Digest plan, int firstRow, int endRow) implements Computation {
        public InferBatch {
            present(plan, "the plan");
            check(firstRow >= 0 && endRow > firstRow, "the batch is empty");
        }
    }

    /**
     * Run a step's model on a frame. Result: one block for each of {@code PictureTiles}.
     *
     * @param step the number of the step in the plan, from 0
     * @param picture the merged frame, a blob of {@code FramePicture}
     * @param previous the accepted result of the step before; absent for the first
     */
    @JsonTypeName("runModel")
    record RunModel(Digest plan, int frame, int step, Digest picture, Optional<Digest> previous)
            implements Computation {
        public RunModel {
            present(plan, "the plan");
            present(picture, "the picture");
            previous = previous == null ? Optional.empty() : previous;
            check(frame >= 0, "the frame is negative");
            checkRange(step, 0, ModelStep.MAX_STEPS - 1, "the step");
            check(previous.isPresent() == (step > 0), "every step but the first goes on from another");
        }
    }

    /** Recompute one block of a computation, to compare it. Result: that block alone. */
    @JsonTypeName("auditBlock")
    record AuditBlock(Computation of, int block) implements TaskSpec {
        public AuditBlock {
            present(of, "the audited task");
            check(block >= 0, "the block is negative");
        }
    }

    /** Read a scene and say what is in it. Result: one block, the JSON of {@link SceneReport}. */
    @JsonTypeName("inspectScene")
    record InspectScene(SceneFiles scene) implements TaskSpec {
        public InspectScene {
            present(scene, "the scene");
        }
    }

    /**
     * Merge the tiles of a frame and write its pictures; or, where models follow, the blob that they read. Result: one block, the JSON of
     * {@link AssemblyManifest}.
     */
    @JsonTypeName("assembleFrame")
    record AssembleFrame(Digest plan, int frame, List<TilePart> parts) implements TaskSpec {
        public AssembleFrame {
            present(plan, "the plan");
            parts = List.copyOf(present(parts, "the parts"));
            check(!parts.isEmpty(), "the frame has no parts");
        }
    }

    /**
     * Write the pictures of a frame that went through all of its plan's steps. Result: one block, the JSON of
     * {@link AssemblyManifest}.
     *
     * @param parts of which layers are written that no model changes
     * @param picture the merged frame, a blob of {@code FramePicture}
     * @param results of the steps, in their order
     */
    @JsonTypeName("finishFrame")
    record FinishFrame(Digest plan, int frame, List<TilePart> parts, Digest picture, List<Digest> results)
            implements TaskSpec {
        public FinishFrame {
            present(plan, "the plan");
            parts = List.copyOf(present(parts, "the parts"));
            present(picture, "the picture");
            results = List.copyOf(present(results, "the results"));
            check(!results.isEmpty(), "the frame went through no step");
        }
    }

    /** Encode the frames' PNG files, in order, as a video. Result: one block, the JSON of {@link AssemblyManifest}. */
    @JsonTypeName("assembleVideo")
    record AssembleVideo(Digest plan, List<Digest> frames, double framesPerSecond) implements TaskSpec {
        public AssembleVideo {
            present(plan, "the plan");
            frames = List.copyOf(present(frames, "the frames"));
            checkRange(frames.size(), 1, FrameRange.MAX_FRAMES, "the number of frames");
        }
    }

    /** Write the rows of all batches, in order, as JSON lines. Result: one block, the JSON of {@link AssemblyManifest}. */
    @JsonTypeName("assembleRows")
    record AssembleRows(Digest plan, List<BatchPart> parts) implements TaskSpec {
        public AssembleRows {
            present(plan, "the plan");
            parts = List.copyOf(present(parts, "the parts"));
            check(!parts.isEmpty(), "the job has no batches");
        }
    }

    /** The accepted result file of some samples of a tile. */
    record TilePart(TileBounds tile, SampleRange samples, Digest result) {}

    /** The accepted result file of some rows. */
    record BatchPart(int firstRow, int endRow, Digest result) {}
}
