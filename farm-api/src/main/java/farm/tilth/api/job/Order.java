package farm.tilth.api.job;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import farm.tilth.api.lease.Hardware;
import farm.tilth.api.lease.NewTask;
import farm.tilth.api.lease.WorkerSession;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.EmbeddingPlan;
import farm.tilth.protocol.task.EnvironmentMap;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelStep;
import farm.tilth.protocol.task.RenderPlan;
import farm.tilth.protocol.task.SceneFiles;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.splitter.split.Split;
import farm.tilth.splitter.split.SplitOptions;
import farm.tilth.verifier.commitment.ResultShape;
import farm.tilth.verifier.comparison.BlockComparison;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.ToLongFunction;

/** A request that was found good, with all that the later steps need to know: nothing is looked up again. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "type")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Order.Render.class, name = "render"),
    @JsonSubTypes.Type(value = Order.Embed.class, name = "embed"),
    @JsonSubTypes.Type(value = Order.Inspect.class, name = "inspect")
})
public sealed interface Order {
    /** The kind of its job. */
    @JsonIgnore
    JobKind kind();

    /** The blob that workers read to know what is computed. */
    @JsonIgnore
    String planText();

    /** The name of that blob. */
    @JsonIgnore
    default Digest planDigest() {
        return Digest.ofText(planText());
    }

    /** What workers may read besides the plan. */
    @JsonIgnore
    Set<Digest> inputs();

    /** The most work that it can be. */
    @JsonIgnore
    long maxWorkUnits();

    /** About how much work it is. */
    @JsonIgnore
    long estimatedWorkUnits();

    /** How much work its model steps are, in the work units of models; they have a price of their own. */
    @JsonIgnore
    default long modelWorkUnits() {
        return 0;
    }

    /** The class of hardware that its computations are for. */
    Hardware hardware();

    /** The numbers of what is assembled on its own. */
    @JsonIgnore
    List<Integer> frames();

    /** How many tasks {@link #tasks} makes. */
    @JsonIgnore
    long taskCount();

    /** Its tasks, always the same. */
    List<NewTask> tasks(JobId job);

    /** What the result of one of its computations looks like. */
    ResultShape shape(TaskSpec.Computation task);

    /** By which rule a block of one of its computations is held against the recomputed one. */
    default BlockComparison comparison(TaskSpec.Computation task) {
        return new BlockComparison.Exact();
    }

    /**
     * Frames of a scene.
     *
     * @param raysPerSample as the inspection measured it
     */
    record Render(RenderPlan plan, SplitOptions options, double raysPerSample, Hardware hardware) implements Order {
        public Render {
            hardware = hardware == null ? Hardware.ANY : hardware;
        }

        @Override
        public JobKind kind() {
            return JobKind.RENDER;
        }

        @Override
        public String planText() {
            return Json.write(plan);
        }

        @Override
        public Set<Digest> inputs() {
            Set<Digest> inputs = new HashSet<>(plan.shot().scene().files().values());
            plan.shot().environment().map(EnvironmentMap::file).ifPresent(inputs::add);
            return inputs;
        }

        @Override
        public long maxWorkUnits() {
            return plan.maxWorkUnits();
        }

        @Override
        public long estimatedWorkUnits() {
            double samples = plan.sampleCount();
            return Math.min(maxWorkUnits(), Math.max(1, Math.round(samples * raysPerSample)));
        }

        @Override
        public List<Integer> frames() {
            List<Integer> frames = new ArrayList<>();
            for (int frame = plan.shot().frames().first();
                    frame <= plan.shot().frames().last();
                    frame++) {
                frames.add(frame);
            }
            return frames;
        }

        @Override
        public long taskCount() {
            return Split.taskCount(plan, options) + (long) frames().size() * steps().size();
        }

        /** The models that every frame goes through. */
        @JsonIgnore
        public List<ModelStep> steps() {
            return plan.picture().steps();
        }

        @Override
        public long modelWorkUnits() {
            long perFrame = 0;
            for (int step = 0; step < steps().size(); step++) {
                perFrame = Math.addExact(perFrame, stepWorkUnits(step));
            }
            return Math.multiplyExact(perFrame, (long) frames().size());
        }

        /** What a step of one frame costs, in the work units of models. */
        long stepWorkUnits(int step) {
            return stepShape(step).blocks().stream()
                    .mapToLong(ResultShape.Block::maxWorkUnits)
                    .reduce(0, Math::addExact);
        }

        private ResultShape stepShape(int step) {
            return ResultShape.ofStep(step, plan.picture());
        }

        @Override
        public List<NewTask> tasks(JobId job) {
            return new Numbering(job, plan.engine(), hardware).tasks(Split.render(plan, options), this::estimate);
        }

        private long estimate(TaskSpec.RenderTile tile) {
            double samples = (double) tile.tile().area() * tile.samples().count();
            return Math.max(1, Math.round(samples * raysPerSample));
        }

        @Override
        public ResultShape shape(TaskSpec.Computation task) {
            return switch (task) {
                case TaskSpec.RenderTile tile -> ResultShape.of(tile, plan);
                case TaskSpec.RunModel model -> stepShape(model.step());
                case TaskSpec.InferBatch batch -> throw new IllegalArgumentException("a render job has no rows");
            };
        }

        @Override
        public BlockComparison comparison(TaskSpec.Computation task) {
            return task instanceof TaskSpec.RunModel run
                    ? new BlockComparison.Relative(
                            steps().get(run.step()).model().calibration().betweenMachines())
                    : new BlockComparison.Exact();
        }
    }

    /** Embeddings of rows. */
    record Embed(EmbeddingPlan plan, ModelDescription model, int rowsPerTask, Hardware hardware) implements Order {
        /** A text is about so many tokens, for estimates. */
        private static final int TYPICAL_TOKENS = 32;

        public Embed {
            hardware = hardware == null ? Hardware.ANY : hardware;
        }

        @Override
        public JobKind kind() {
            return JobKind.EMBED;
        }

        @Override
        public String planText() {
            return Json.write(plan);
        }

        @Override
        public Set<Digest> inputs() {
            return Set.of(plan.input());
        }

        @Override
        public long maxWorkUnits() {
            return Math.multiplyExact(
                    Math.multiplyExact((long) plan.rows(), Math.max(1, model.maxTokens())), model.workUnitsPerToken());
        }

        @Override
        public long estimatedWorkUnits() {
            return Math.min(maxWorkUnits(), plan.rows() * unitsPerRow());
        }

        private long unitsPerRow() {
            return Math.max(1, Math.min(TYPICAL_TOKENS, model.maxTokens())) * model.workUnitsPerToken();
        }

        @Override
        public List<Integer> frames() {
            return List.of(0);
        }

        @Override
        public long taskCount() {
            return Math.ceilDiv(plan.rows(), rowsPerTask);
        }

        @Override
        public List<NewTask> tasks(JobId job) {
            List<TaskSpec.InferBatch> batches = Split.rows(planDigest(), plan, rowsPerTask);
            return new Numbering(job, plan.engine(), hardware)
                    .tasks(batches, b -> (b.endRow() - b.firstRow()) * unitsPerRow());
        }

        @Override
        public ResultShape shape(TaskSpec.Computation task) {
            return ResultShape.of((TaskSpec.InferBatch) task, model);
        }

        @Override
        public BlockComparison comparison(TaskSpec.Computation task) {
            return new BlockComparison.Relative(model.calibration().betweenMachines());
        }
    }

    /** The inspection of a scene. */
    record Inspect(SceneFiles scene) implements Order {
        @JsonIgnore
        @Override
        public Hardware hardware() {
            return Hardware.ANY;
        }

        @Override
        public JobKind kind() {
            return JobKind.INSPECT;
        }

        @Override
        public String planText() {
            return Json.write(scene);
        }

        @Override
        public Set<Digest> inputs() {
            return Set.copyOf(scene.files().values());
        }

        @Override
        public long maxWorkUnits() {
            return 0;
        }

        @Override
        public long estimatedWorkUnits() {
            return 0;
        }

        @Override
        public List<Integer> frames() {
            return List.of();
        }

        @Override
        public long taskCount() {
            return 1;
        }

        @Override
        public List<NewTask> tasks(JobId job) {
            return new Numbering(job, WorkerSession.ANY_ENGINE, hardware())
                    .tasks(List.of(new TaskSpec.InspectScene(scene)), s -> 1);
        }

        @Override
        public ResultShape shape(TaskSpec.Computation task) {
            throw new IllegalArgumentException("an inspection has no computations");
        }
    }

    /** What the tasks of one split have in common. */
    record Numbering(JobId job, String engine, Hardware hardware) {
        <T extends TaskSpec> List<NewTask> tasks(List<T> specs, ToLongFunction<T> estimate) {
            List<NewTask> tasks = new ArrayList<>(specs.size());
            for (T spec : specs) {
                TaskId id = new TaskId(job, tasks.size());
                tasks.add(new NewTask(id, spec, engine, hardware, estimate.applyAsLong(spec)));
            }
            return tasks;
        }
    }
}
