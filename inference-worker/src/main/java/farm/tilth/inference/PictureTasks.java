package farm.tilth.inference;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.PictureTiles;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.ModelStep;
import farm.tilth.protocol.task.RenderPlan;
import farm.tilth.protocol.task.TaskSpec.RunModel;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.protocol.wire.Tensor;
import farm.tilth.protocol.worker.TaskContext;
import farm.tilth.splitter.assemble.FramePicture;
import farm.tilth.splitter.assemble.StagedPicture;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** The steps of render jobs: a model goes over a frame, tile by tile; one block per tile. */
final class PictureTasks {
    private static final long MAX_PLAN_BYTES = 16 << 20;
    private static final long MAX_STEP_BYTES = Integer.MAX_VALUE;

    private final String engine;
    private final StepModels models;

    PictureTasks(String engine, StepModels models) {
        this.engine = engine;
        this.models = models;
    }

    ResultFile run(RunModel task, TaskContext context) throws InterruptedException {
        return tiles(task, context, -1);
    }

    /** One tile alone. */
    ResultFile recompute(RunModel task, int block, TaskContext context) throws InterruptedException {
        return tiles(task, context, block);
    }

    /** The tile of that number, or all when it is negative. */
    private ResultFile tiles(RunModel task, TaskContext context, int only) throws InterruptedException {
        RenderPlan plan = plan(task, context);
        ModelStep step = plan.picture().steps().get(task.step());
        StagedPicture picture;
        FramePicture frame = frame(task.picture(), context);
        if (task.previous().isEmpty()) {
            picture = StagedPicture.of(frame);
        } else {
            ResultFile previous =
                    ResultFile.parse(context.blobs().bytes(task.previous().get(), MAX_STEP_BYTES));
            picture = StagedPicture.after(plan.picture(), frame, task.step() - 1, previous);
        }
        StagedPicture shown = picture.in(step.space(), plan.picture().toneMap());
        PictureTiles tiles = new PictureTiles(shown.width(), shown.height(), step.tiling());
        if (only >= tiles.count()) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "the frame has no tile " + only);
        }
        List<TileBounds> wanted = only < 0 ? tiles.tiles() : List.of(tiles.tile(only));
        StepTensors tensors = new StepTensors(step, shown, frame);
        return models.model(step, context.blobs()).use(model -> run(model, tensors, wanted));
    }

    private static ResultFile run(LoadedModel model, StepTensors tensors, List<TileBounds> tiles)
            throws InterruptedException {
        List<ResultFile.Block> blocks = new ArrayList<>(tiles.size());
        for (TileBounds tile : tiles) {
            if (Thread.interrupted()) {
                throw BatchTasks.leaseLost();
            }
            List<Tensor> outputs = model.onnx().run(tensors.inputs(tile));
            blocks.add(tensors.block(tile, outputs.getFirst()));
        }
        return new ResultFile(blocks);
    }

    private RenderPlan plan(RunModel task, TaskContext context) throws InterruptedException {
        String json = new String(context.blobs().bytes(task.plan(), MAX_PLAN_BYTES), StandardCharsets.UTF_8);
        RenderPlan plan = Json.read(json, RenderPlan.class);
        List<ModelStep> steps = plan.picture().steps();
        if (task.step() >= steps.size()
                || !steps.get(task.step()).model().engine().equals(engine)) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    "the plan has no step " + task.step() + " for the engine " + engine + "; its steps are for "
                            + IntStream.range(0, steps.size())
                                    .mapToObj(i -> steps.get(i).model().engine())
                                    .toList());
        }
        return plan;
    }

    private static FramePicture frame(Digest picture, TaskContext context) throws InterruptedException {
        try (FileChannel file = FileChannel.open(context.blobs().file(picture))) {
            return FramePicture.parse(file.map(MapMode.READ_ONLY, 0, file.size()));
        } catch (ClosedByInterruptException e) {
            throw BatchTasks.leaseLost();
        } catch (IOException e) {
            throw new FarmException(
                    ErrorCode.UNAVAILABLE, "the worker cannot read the frame in its cache: " + e.getMessage(), e);
        }
    }
}
