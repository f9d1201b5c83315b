package farm.tilth.api.job;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelDescription.Calibration;
import farm.tilth.protocol.task.ModelDescription.TensorDescription;
import farm.tilth.protocol.task.PictureForm;
import farm.tilth.protocol.task.PictureForm.Layout;
import farm.tilth.protocol.task.RenderPlan;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.TaskSpec.AuditBlock;
import farm.tilth.protocol.task.TaskSpec.RunModel;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceBatch;
import farm.tilth.protocol.worker.InferenceExecutor;
import farm.tilth.protocol.worker.TaskContext;
import farm.tilth.verifier.commitment.ResultShape;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;

/**
 * The steps of render jobs without any model: each block says from which picture it is.
 *
 * @param honest or else every number is a 1
 * @param firstDone falls when a step was done
 */
record FakeSteps(boolean trusted, boolean honest, CountDownLatch firstDone) implements InferenceExecutor {
    static final ModelDescription DENOISER = model("step-denoiser", 3, 1, -1);
    static final ModelDescription GUIDED = model("step-guided", 9, 1, -1);
    static final ModelDescription UPSCALER = model("step-upscaler", 3, 2, -1);
    static final ModelDescription SQUARE = model("step-square", 3, 1, 24);
    static final ModelDescription CLASSIFIER = new ModelDescription(
            "step-classifier",
            Digest.ofText("step-classifier"),
            "onnx-steps",
            List.of(new TensorDescription("x", "FP32", List.of(1L, 3L, 8L, 8L))),
            List.of(new TensorDescription("y", "FP32", List.of(1L, 10L))),
            0,
            0,
            Calibration.DEPENDENT,
            1);

    private static ModelDescription model(String name, long channels, int scale, long side) {
        List<Long> shape = List.of(1L, channels, side, side);
        return new ModelDescription(
                name,
                Digest.ofText(name),
                "onnx-steps",
                List.of(new TensorDescription("x", "FP32", shape)),
                List.of(new TensorDescription("y", "FP32", List.of(1L, 3L, -1L, -1L))),
                0,
                0,
                Calibration.DEPENDENT,
                1_000_000,
                Optional.of(new PictureForm(Layout.NCHW, scale)));
    }

    @Override
    public List<ModelDescription> models() {
        return List.of(DENOISER, GUIDED, UPSCALER, SQUARE, CLASSIFIER);
    }

    @Override
    public List<InferenceAnswer> answer(InferenceBatch batch) {
        return List.of();
    }

    @Override
    public String engine() {
        return DENOISER.engine();
    }

    @Override
    public String device() {
        return "none";
    }

    @Override
    public Set<String> taskTypes() {
        return Set.of(trusted ? "auditBlock" : "runModel");
    }

    @Override
    public ResultFile execute(TaskSpec spec, TaskContext context) throws InterruptedException {
        return switch (spec) {
            case RunModel step -> {
                ResultFile result = new ResultFile(blocks(step, context));
                firstDone.countDown();
                yield result;
            }
            case AuditBlock(RunModel step, int block) ->
                new ResultFile(List.of(blocks(step, context).get(block)));
            default -> throw new IllegalArgumentException(spec.type());
        };
    }

    private List<ResultFile.Block> blocks(RunModel step, TaskContext context) throws InterruptedException {
        String json = new String(context.blobs().bytes(step.plan(), 1 << 20), StandardCharsets.UTF_8);
        RenderPlan plan = Json.read(json, RenderPlan.class);
        byte[] from = context.blobs().bytes(step.previous().orElse(step.picture()), 1 << 24);
        byte mark = (byte) (honest ? Math.abs(Arrays.hashCode(from) % 60) : 61);
        return ResultShape.ofStep(step.step(), plan.picture()).blocks().stream()
                .map(block -> {
                    byte[] bytes = new byte[block.bytes()];
                    Arrays.fill(bytes, mark);
                    return new ResultFile.Block(block.maxWorkUnits(), bytes);
                })
                .toList();
    }

    @Override
    public void close() {}
}
