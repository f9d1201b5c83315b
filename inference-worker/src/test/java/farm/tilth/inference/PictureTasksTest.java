package farm.tilth.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.inference.model.OnnxFile;
import farm.tilth.inference.model.OnnxRuntime;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.protocol.task.FrameRange;
import farm.tilth.protocol.task.LightPaths;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelDescription.Calibration;
import farm.tilth.protocol.task.ModelDescription.TensorDescription;
import farm.tilth.protocol.task.ModelPackage;
import farm.tilth.protocol.task.ModelStep;
import farm.tilth.protocol.task.ModelStep.Space;
import farm.tilth.protocol.task.ModelStep.Tiling;
import farm.tilth.protocol.task.Picture;
import farm.tilth.protocol.task.PictureForm;
import farm.tilth.protocol.task.PictureForm.Layout;
import farm.tilth.protocol.task.PicturePlane;
import farm.tilth.protocol.task.RenderPlan;
import farm.tilth.protocol.task.SceneFiles;
import farm.tilth.protocol.task.Shot;
import farm.tilth.protocol.task.TaskSpec.AuditBlock;
import farm.tilth.protocol.task.TaskSpec.RunModel;
import farm.tilth.protocol.task.ToneMap;
import farm.tilth.splitter.assemble.FramePicture;
import farm.tilth.splitter.assemble.StagedPicture;
import farm.tilth.splitter.assemble.ToneMapper;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Models go over frames as steps of render jobs do, and the pixels are compared with plain loops. */
class PictureTasksTest {
    private static final int WIDTH = 70;
    private static final int HEIGHT = 45;
    private static final Tiling WHOLE = new Tiling(80, 0, 1);
    private static final List<PicturePlane> COLOR = List.of(PicturePlane.COLOR);

    @TempDir
    Path folder;

    private final OnnxRuntime runtime = OnnxRuntime.start(BundledModel.DATA, 1);
    private final FramePicture frame = frame(new Random(7));
    private InMemoryBlobs blobs;
    private OnnxExecutor executor;

    @BeforeEach
    void open() {
        blobs = new InMemoryBlobs(folder);
        executor = executor(false);
    }

    @AfterEach
    void close() {
        executor.close();
    }

    private OnnxExecutor executor(boolean trusted) {
        ModelShelf shelf = new ModelShelf(runtime, List.of(), folder.resolve("models"), 1 << 20);
        return new OnnxExecutor(runtime, shelf, folder.resolve("steps-" + trusted), trusted);
    }

    @Test
    void modelSeesAllThreePlanesOfTheFrame() throws Exception {
        ModelStep step = step(
                OnnxFile.guided(),
                9,
                Layout.NCHW,
                1,
                Space.LINEAR,
                new Tiling(80, 0, 16),
                List.of(PicturePlane.values()));
        float[] rgba = run(List.of(step)).rgba();
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            for (int c = 0; c < 3; c++) {
                float expected = 0.5f * frame.color()[4 * i + c]
                        + 0.25f * frame.albedo().orElseThrow()[3 * i + c]
                        + 0.125f * frame.normal().orElseThrow()[3 * i + c];
                assertEquals(expected, rgba[4 * i + c], 1e-5);
            }
            assertEquals(frame.color()[4 * i + 3], rgba[4 * i + 3], "alpha is kept");
        }
    }

    @Test
    void tilesOfALocalModelGiveTheWholeFramesPicture() throws Exception {
        float[] whole = run(List.of(blur(WHOLE))).rgba();
        float[] tiled = run(List.of(blur(new Tiling(24, 8, 1)))).rgba();
        assertArrayEquals(whole, tiled, 1e-5f);
        for (int y = 0; y < HEIGHT; y++) {
            for (int x = 0; x < WIDTH; x++) {
                assertEquals(mean(x, y), whole[4 * (y * WIDTH + x)], 1e-5);
            }
        }
    }

    /** Of the red of 3 × 3 pixels, black around the frame. */
    private float mean(int x, int y) {
        float sum = 0;
        for (int v = Math.max(0, y - 1); v <= Math.min(HEIGHT - 1, y + 1); v++) {
            for (int u = Math.max(0, x - 1); u <= Math.min(WIDTH - 1, x + 1); u++) {
                sum += frame.color()[4 * (v * WIDTH + u)];
            }
        }
        return sum / 9;
    }

    @Test
    void stepsFollowEachOtherAndTheLastEnlarges() throws Exception {
        StagedPicture end = run(List.of(blur(WHOLE), upscaler(new Tiling(32, 4, 16))));
        assertEquals(2 * WIDTH, end.width());
        assertEquals(2 * HEIGHT, end.height());
        for (int y = 0; y < end.height(); y++) {
            for (int x = 0; x < end.width(); x++) {
                assertEquals(mean(x / 2, y / 2), end.rgba()[4 * (y * end.width() + x)], 1e-5);
            }
        }
    }

    @Test
    void modelOfDisplayColoursIsGivenWhatAScreenShows() throws Exception {
        ModelStep step = step(OnnxFile.negative(), 3, Layout.NHWC, 1, Space.SRGB, new Tiling(80, 0, 16), COLOR);
        float[] rgba = run(List.of(step)).rgba();
        ToneMapper mapper = new ToneMapper(ToneMap.DEFAULT);
        double[] shown = new double[4];
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            mapper.display(frame.color(), i, shown);
            assertEquals(1 - shown[1], rgba[4 * i + 1], 1e-6);
            assertEquals(shown[3], rgba[4 * i + 3], 1e-6);
        }
    }

    @Test
    void auditOfATileGivesItsBlockToTheBit() throws Exception {
        ModelStep step = blur(new Tiling(24, 8, 16));
        RunModel task = task(List.of(step), 0, Optional.empty());
        ResultFile result = executor.execute(task, blobs.context());
        assertTrue(result.blocks().size() > 6, "tiles " + result.blocks().size());
        try (OnnxExecutor auditor = executor(true)) {
            for (int block = 0; block < result.blocks().size(); block++) {
                AuditBlock audit = new AuditBlock(task, block);
                assertTrue(auditor.accepts(audit));
                ResultFile.Block again =
                        auditor.execute(audit, blobs.context()).blocks().getFirst();
                assertArrayEquals(result.blocks().get(block).bytes(), again.bytes());
                assertEquals(result.blocks().get(block).workUnits(), again.workUnits());
            }
            AuditBlock none = new AuditBlock(task, result.blocks().size());
            assertEquals(
                    ErrorCode.INVALID_REQUEST,
                    assertThrows(FarmException.class, () -> auditor.execute(none, blobs.context()))
                            .code());
        }
        long pixels = 32 * 32;
        assertEquals(
                Math.ceilDiv(3 * pixels, 1024) * 5, result.blocks().getFirst().workUnits());
    }

    @Test
    void modelThatGivesBackAnotherSizeIsNamed() {
        ModelStep step = step(OnnxFile.upscaler(), 3, Layout.NCHW, 1, Space.LINEAR, WHOLE, COLOR);
        FarmException e = assertThrows(FarmException.class, () -> run(List.of(step)));
        assertEquals(ErrorCode.INVALID_MODEL, e.code());
        assertTrue(e.getMessage().contains("[1, 3, 90, 140], expected was FP32 of [1, 3, 45, 70]"), e.getMessage());
    }

    @Test
    void manyModelsTakeTurnsInTheMemory() throws Exception {
        float[] once = run(List.of(blur(WHOLE), upscaler(WHOLE))).rgba();
        ModelStep guided =
                step(OnnxFile.guided(), 9, Layout.NCHW, 1, Space.LINEAR, WHOLE, List.of(PicturePlane.values()));
        run(List.of(guided));
        assertArrayEquals(once, run(List.of(blur(WHOLE), upscaler(WHOLE))).rgba());
    }

    private ModelStep blur(Tiling tiling) {
        return step(OnnxFile.blur(), 3, Layout.NCHW, 1, Space.LINEAR, tiling, COLOR);
    }

    private ModelStep upscaler(Tiling tiling) {
        return step(OnnxFile.upscaler(), 3, Layout.NCHW, 2, Space.LINEAR, tiling, COLOR);
    }

    private ModelStep step(
            byte[] onnx,
            int channels,
            Layout layout,
            int scale,
            Space space,
            Tiling tiling,
            List<PicturePlane> planes) {
        ModelPackage files = new ModelPackage(
                "model",
                "model.onnx",
                new TreeMap<>(Map.of("model.onnx", blobs.put(onnx))),
                Optional.empty(),
                0,
                List.of(),
                Optional.empty());
        List<Long> open = layout == Layout.NCHW ? List.of(1L, (long) channels, -1L, -1L) : List.of(1L, -1L, -1L, 3L);
        ModelDescription model = new ModelDescription(
                "model",
                files.version(),
                runtime.engine(),
                List.of(new TensorDescription("x", "FP32", open)),
                List.of(new TensorDescription("y", "FP32", open)),
                0,
                0,
                Calibration.DEPENDENT,
                5,
                Optional.of(new PictureForm(layout, scale)));
        return new ModelStep(model, Optional.of(files), new TreeMap<>(Map.of("x", planes)), space, tiling);
    }

    /** The frame after all steps, each of which reads the result of the one before. */
    private StagedPicture run(List<ModelStep> steps) throws InterruptedException {
        Optional<Digest> previous = Optional.empty();
        for (int i = 0; i < steps.size(); i++) {
            ResultFile result = executor.execute(task(steps, i, previous), blobs.context());
            previous = Optional.of(blobs.put(result.toBytes()));
        }
        ResultFile last = ResultFile.parse(blobs.bytes(previous.orElseThrow(), Long.MAX_VALUE));
        return StagedPicture.after(picture(steps), frame, steps.size() - 1, last);
    }

    private RunModel task(List<ModelStep> steps, int step, Optional<Digest> previous) {
        RenderPlan plan = new RenderPlan(
                "engine",
                new Shot(
                        new SceneFiles("a.glb", new TreeMap<>(Map.of("a.glb", Digest.ofText("a")))),
                        new CameraChoice.First(),
                        new FrameRange(0, 0, 24)),
                new LightPaths(1, 0, 1),
                picture(steps));
        return new RunModel(blobs.put(Json.write(plan)), 0, step, blobs.put(frame.toBytes()), previous);
    }

    private static Picture picture(List<ModelStep> steps) {
        return new Picture(WIDTH, HEIGHT, ToneMap.DEFAULT).through(steps);
    }

    private static FramePicture frame(Random random) {
        float[] color = new float[4 * WIDTH * HEIGHT];
        for (int i = 0; i < color.length; i++) {
            color[i] = i % 4 == 3 ? 0.5f + random.nextFloat() / 2 : 4 * random.nextFloat() * random.nextFloat();
        }
        return new FramePicture(WIDTH, HEIGHT, color, Optional.of(floats(random, 3)), Optional.of(floats(random, 3)));
    }

    private static float[] floats(Random random, int channels) {
        float[] values = new float[channels * WIDTH * HEIGHT];
        for (int i = 0; i < values.length; i++) {
            values[i] = random.nextFloat();
        }
        return values;
    }
}
