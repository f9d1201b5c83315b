package farm.tilth.api.job;

import farm.tilth.api.lease.Hardware;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.ModelStep;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.TaskSpec.FinishFrame;
import farm.tilth.protocol.task.TaskSpec.RunModel;
import farm.tilth.protocol.task.TaskSpec.TilePart;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What comes after a frame's tiles are merged and after each of its models: the next model, and then its files. */
final class FrameSteps {
    private FrameSteps() {}

    /**
     * A task of a frame.
     *
     * @param hardware the class that it is for
     * @param reads what workers may read for it besides the job's inputs
     */
    record Next(TaskSpec spec, String engine, Hardware hardware, long estimate, List<Digest> reads) {}

    /** The first model's task. */
    static Next first(Job job, Order.Render order, int frame, Digest picture) {
        return step(order, new RunModel(job.plan(), frame, 0, picture, Optional.empty()));
    }

    /**
     * What follows an accepted step.
     *
     * @param done the step
     * @param result its own
     * @param parts the frame's computations, in their order
     */
    static Next after(Order.Render order, RunModel done, Digest result, List<PostgresFrames.Part> parts) {
        if (done.step() + 1 < order.steps().size()) {
            return step(
                    order,
                    new RunModel(done.plan(), done.frame(), done.step() + 1, done.picture(), Optional.of(result)));
        }
        List<TilePart> tiles = new ArrayList<>();
        List<Digest> results = new ArrayList<>();
        for (PostgresFrames.Part part : parts) {
            switch (part.spec()) {
                case TaskSpec.RenderTile tile -> tiles.add(new TilePart(tile.tile(), tile.samples(), part.result()));
                case RunModel step -> results.add(part.result());
                case TaskSpec.InferBatch batch -> throw new IllegalStateException("a frame has no rows");
            }
        }
        FinishFrame finish = new FinishFrame(done.plan(), done.frame(), tiles, done.picture(), results);
        return new Next(finish, Assembly.PICTURE_ENGINE, Hardware.ANY, 1, List.of());
    }

    private static Next step(Order.Render order, RunModel task) {
        ModelStep step = order.steps().get(task.step());
        List<Digest> reads = new ArrayList<>(List.of(task.picture()));
        task.previous().ifPresent(reads::add);
        return new Next(task, step.model().engine(), order.hardware(), order.stepWorkUnits(task.step()), reads);
    }
}
