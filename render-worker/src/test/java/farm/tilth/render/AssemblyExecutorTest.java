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
import farm.tilth.protocol.task.LightPaths;
import farm.tilth.protocol.task.Picture;
import farm.tilth.protocol.task.RenderPlan;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.SceneFiles;
import farm.tilth.protocol.task.Shot;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.protocol.task.ToneMap;
import farm.tilth.protocol.worker.TaskContext;
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
        RenderPlan plan = new RenderPlan(
                "pathtracer-0000000000000000",
                new Shot(
                        new SceneFiles("a.glb", new TreeMap<>(Map.of("a.glb", Digest.ofText("a")))),
                        new CameraChoice.First(),
                        new FrameRange(0, 0, 24)),
                new LightPaths(SAMPLES, 0, 4),
                new Picture(SIDE, SIDE, new ToneMap(ToneMap.Curve.LINEAR, 0)));
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
