package farm.tilth.render;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.BlockGrid;
import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.AssemblyManifest;
import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.protocol.task.FrameRange;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.Layer;
import farm.tilth.protocol.task.LightPaths;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelStep;
import farm.tilth.protocol.task.Picture;
import farm.tilth.protocol.task.PictureForm;
import farm.tilth.protocol.task.PicturePlane;
import farm.tilth.protocol.task.RenderPlan;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.SceneFiles;
import farm.tilth.protocol.task.Shot;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.protocol.task.ToneMap;
import farm.tilth.protocol.worker.TaskContext;
import farm.tilth.splitter.assemble.FramePicture;
import java.awt.image.BufferedImage;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AssemblyExecutorTest {
    private static final int SIDE = 32;
    private static final int SAMPLES = 4;

    @TempDir
    private Path folder;

    private InMemoryBlobs blobs;
    private final AssemblyExecutor executor = new AssemblyExecutor();

    @BeforeEach
    void openBlobs() {
        blobs = new InMemoryBlobs(folder);
    }

    private Digest plan() {
        return plan(List.of(), List.of());
    }

    private Digest plan(List<ModelStep> steps, List<Layer> layers) {
        RenderPlan plan = new RenderPlan(
                "pathtracer-0000000000000000",
                new Shot(
                        new SceneFiles("a.glb", new TreeMap<>(Map.of("a.glb", Digest.ofText("a")))),
                        new CameraChoice.First(),
                        new FrameRange(0, 0, 24)),
                new LightPaths(SAMPLES, 0, 4),
                new Picture(SIDE, SIDE, new ToneMap(ToneMap.Curve.LINEAR, 0), layers, Optional.empty(), steps));
        return blobs.put(Json.write(plan).getBytes(StandardCharsets.UTF_8));
    }

    /** A film in which red grows to the right; half of the picture is transparent. */
    private Digest tile(TileBounds tile, SampleRange range) {
        List<ResultFile.Block> blocks = new ArrayList<>();
        for (TileBounds block : BlockGrid.blocks(tile)) {
            ByteBuffer film = ByteBuffer.allocate(block.area() * FilmFormat.BYTES_PER_PIXEL)
                    .order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < block.area(); i++) {
                int x = block.x() + i % block.width();
                int y = block.y() + i / block.width();
                long alpha = y < SIDE / 2 ? FilmFormat.ONE * range.count() : 0;
                film.putLong(alpha * x / SIDE).putLong(0).putLong(0).putLong(alpha);
            }
            blocks.add(new ResultFile.Block(1, film.array()));
        }
        return blobs.put(new ResultFile(blocks).toBytes());
    }

    private List<TaskSpec.TilePart> parts(int side, int perTask) {
        List<TaskSpec.TilePart> parts = new ArrayList<>();
        for (int y = 0; y < SIDE; y += side) {
            for (int x = 0; x < SIDE; x += side) {
                for (int s = 0; s < SAMPLES; s += perTask) {
                    TileBounds tile = new TileBounds(x, y, side, side);
                    SampleRange range = new SampleRange(s, s + perTask);
                    parts.add(new TaskSpec.TilePart(tile, range, tile(tile, range)));
                }
            }
        }
        return parts;
    }

    private AssemblyManifest run(TaskSpec spec) throws InterruptedException {
        TaskContext context = new TaskContext(new TaskId(new JobId(new UUID(0, 1)), 0), blobs, folder);
        byte[] json = executor.execute(spec, context).blocks().getFirst().bytes();
        return Json.read(new String(json, StandardCharsets.UTF_8), AssemblyManifest.class);
    }

    /** A model that gives back a grey of this brightness. */
    private static ModelStep step(int scale, ModelStep.Space space) {
        ModelDescription model = new ModelDescription(
                "m",
                Digest.ofText("m"),
                "onnx",
                List.of(),
                List.of(),
                0,
                0,
                ModelDescription.Calibration.EXACT,
                1,
                Optional.of(new PictureForm(PictureForm.Layout.NCHW, scale)));
        return new ModelStep(
                model,
                Optional.empty(),
                new TreeMap<>(Map.of("x", List.of(PicturePlane.COLOR))),
                space,
                new ModelStep.Tiling(SIDE * 2, 0, 1));
    }

    private Digest grey(int side, float brightness) {
        ByteBuffer pixels = ByteBuffer.allocate(side * side * 12).order(ByteOrder.LITTLE_ENDIAN);
        while (pixels.hasRemaining()) {
            pixels.putFloat(brightness);
        }
        return blobs.put(ResultFile.ofOne(pixels.array(), 1).toBytes());
    }

    @Test
    void frameWithStepsGoesOnAsABlobForTheFirstModel() throws Exception {
        Digest plan = plan(List.of(step(2, ModelStep.Space.LINEAR)), List.of());
        AssemblyManifest manifest = run(new TaskSpec.AssembleFrame(plan, 0, parts(SIDE, SAMPLES)));
        assertEquals(1, manifest.outputs().size());
        FramePicture picture = FramePicture.parse(
                ByteBuffer.wrap(blobs.bytes(manifest.outputs().getFirst().digest(), Long.MAX_VALUE)));
        assertEquals(SIDE, picture.width());
        assertEquals(0.5f, picture.color()[4 * SIDE / 2], 1e-6);
        assertEquals(Optional.empty(), picture.albedo());
    }

    @Test
    void pictureIsOfTheLastStepAndTheExrOfTheLastInLinearColours() throws Exception {
        List<ModelStep> steps = List.of(step(2, ModelStep.Space.LINEAR), step(2, ModelStep.Space.SRGB));
        Digest plan = plan(steps, List.of());
        List<TaskSpec.TilePart> parts = parts(SIDE, SAMPLES);
        Digest picture = run(new TaskSpec.AssembleFrame(plan, 0, parts))
                .outputs()
                .getFirst()
                .digest();
        List<Digest> results = List.of(grey(2 * SIDE, 0.25f), grey(4 * SIDE, 0.25f));
        AssemblyManifest manifest = run(new TaskSpec.FinishFrame(plan, 0, parts, picture, results));
        assertEquals(
                List.of("frame-0000.png", "frame-0000.exr"),
                manifest.outputs().stream().map(AssemblyManifest.Output::name).toList());
        BufferedImage png = ImageIO.read(new ByteArrayInputStream(
                blobs.bytes(manifest.outputs().getFirst().digest(), Long.MAX_VALUE)));
        assertEquals(4 * SIDE, png.getWidth());
        assertEquals(0xff404040, png.getRGB(3, 3), "display colours are written as they are");
        assertEquals(0, png.getRGB(3, 4 * SIDE - 1) >>> 24, "alpha is the film's");
        byte[] exr = blobs.bytes(manifest.outputs().getLast().digest(), Long.MAX_VALUE);
        ByteBuffer window = ByteBuffer.wrap(exr).order(ByteOrder.LITTLE_ENDIAN);
        int at = new String(exr, StandardCharsets.ISO_8859_1).indexOf("dataWindow\0box2i\0") + 21;
        assertEquals(2 * SIDE - 1, window.getInt(at + 8), "the EXR's width less 1");
    }

    @Test
    void theFrameIsTheSameForEverySplitAndOrder() throws InterruptedException {
        AssemblyManifest whole = run(new TaskSpec.AssembleFrame(plan(), 0, parts(SIDE, SAMPLES)));
        List<TaskSpec.TilePart> shuffled = parts(8, 1);
        Collections.shuffle(shuffled, new Random(3));
        assertEquals(whole, run(new TaskSpec.AssembleFrame(plan(), 0, shuffled)));
    }

    @Test
    void thePictureShowsTheFilm() throws InterruptedException, IOException {
        AssemblyManifest manifest = run(new TaskSpec.AssembleFrame(plan(), 7, parts(16, 2)));
        assertEquals(
                List.of("frame-0007.png", "frame-0007.exr"),
                manifest.outputs().stream().map(AssemblyManifest.Output::name).toList());
        var png = ImageIO.read(new ByteArrayInputStream(
                blobs.bytes(manifest.outputs().getFirst().digest(), Long.MAX_VALUE)));
        assertEquals(0xff000000, png.getRGB(0, 0));
        assertEquals(0xff000000 | 188 << 16, png.getRGB(SIDE / 2, 0)); // sRGB of 0.5
        assertEquals(0, png.getRGB(5, SIDE - 1) >>> 24);
    }

    @Test
    void aFrameThatLacksATileIsRefusedWithThePixel() {
        List<TaskSpec.TilePart> parts = parts(16, SAMPLES);
        parts.removeLast();
        FarmException e = assertThrows(FarmException.class, () -> run(new TaskSpec.AssembleFrame(plan(), 0, parts)));
        assertTrue(e.getMessage().contains("pixel (16, 16) has 0 of 4 samples"), e.getMessage());
    }

    @Test
    void framesBecomeAVideo() throws InterruptedException {
        AssemblyManifest frame = run(new TaskSpec.AssembleFrame(plan(), 0, parts(SIDE, SAMPLES)));
        Digest png = frame.outputs().getFirst().digest();
        AssemblyManifest video = run(new TaskSpec.AssembleVideo(plan(), List.of(png, png, png), 24));
        assertEquals("video.mp4", video.outputs().getFirst().name());
        assertTrue(video.outputs().getFirst().bytes() > 500);
    }
}
