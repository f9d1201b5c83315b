package farm.tilth.render;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.AssemblyManifest;
import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.protocol.task.Denoiser;
import farm.tilth.protocol.task.FrameRange;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.Layer;
import farm.tilth.protocol.task.Lens;
import farm.tilth.protocol.task.LightPaths;
import farm.tilth.protocol.task.Optics;
import farm.tilth.protocol.task.Picture;
import farm.tilth.protocol.task.PixelFilter;
import farm.tilth.protocol.task.RenderPlan;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.SceneFiles;
import farm.tilth.protocol.task.Shot;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.protocol.task.ToneMap;
import farm.tilth.protocol.worker.TaskContext;
import farm.tilth.render.loader.TestScenes;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.UUID;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A frame with all that a plan can ask for, from its tiles over their audits to its files. */
class LayeredFrameTest {
    private static final int SIDE = 24;
    private static final int SAMPLES = 4;

    @TempDir
    private Path folder;

    private final RenderDevice device = new RenderExecutorFactory.BestDevice(1);
    private InMemoryBlobs blobs;
    private Digest plan;

    @BeforeEach
    void order() {
        blobs = new InMemoryBlobs(folder);
        TreeMap<String, Digest> files = new TreeMap<>(Map.of("scene.glb", blobs.put(TestScenes.triangleGlb())));
        Shot shot = new Shot(
                new SceneFiles("scene.glb", files),
                Optional.empty(),
                new CameraChoice.First(),
                new Optics(Optional.of(new Lens(0.05, 2)), Optional.empty(), PixelFilter.TENT),
                Optional.empty(),
                Optional.empty(),
                new FrameRange(0, 0, 24));
        Picture picture = new Picture(
                SIDE,
                SIDE,
                new ToneMap(ToneMap.Curve.AGX, 0, Optional.empty(), Optional.of(16)),
                List.of(Layer.MATERIAL, Layer.ALBEDO),
                Optional.of(new Denoiser.Guided()));
        RenderPlan ordered = new RenderPlan(device.engine(), shot, new LightPaths(SAMPLES, 5, 3), picture);
        plan = blobs.put(Json.write(ordered).getBytes(StandardCharsets.UTF_8));
    }

    private TaskContext context() {
        return new TaskContext(new TaskId(new JobId(new UUID(1, 2)), 0), blobs, folder);
    }

    /** The frame from tiles of a width and ranges of so many samples. */
    private AssemblyManifest frame(int tileWidth, int perTask) throws InterruptedException {
        List<TaskSpec.TilePart> parts = new ArrayList<>();
        try (RenderExecutor worker = new RenderExecutor(device, false);
                AssemblyExecutor assembly = new AssemblyExecutor()) {
            for (int x = 0; x < SIDE; x += tileWidth) {
                for (int s = 0; s < SAMPLES; s += perTask) {
                    TileBounds tile = new TileBounds(x, 0, tileWidth, SIDE);
                    SampleRange samples = new SampleRange(s, s + perTask);
                    ResultFile result = worker.execute(new TaskSpec.RenderTile(plan, 0, tile, samples), context());
                    parts.add(new TaskSpec.TilePart(tile, samples, blobs.put(result.toBytes())));
                }
            }
            byte[] json = assembly.execute(new TaskSpec.AssembleFrame(plan, 0, parts), context())
                    .blocks()
                    .getFirst()
                    .bytes();
            return Json.read(new String(json, StandardCharsets.UTF_8), AssemblyManifest.class);
        }
    }

    @Test
    void everySplitGivesTheSameFiles() throws InterruptedException {
        AssemblyManifest whole = frame(SIDE, SAMPLES);
        assertEquals(whole, frame(8, 1));
        assertEquals(whole, frame(12, 2));
    }

    @Test
    void anAuditRecomputesTheLayers() throws InterruptedException {
        TaskSpec.RenderTile tile =
                new TaskSpec.RenderTile(plan, 0, new TileBounds(3, 5, 16, 16), new SampleRange(1, 4));
        try (RenderExecutor worker = new RenderExecutor(device, false);
                RenderExecutor auditor = new RenderExecutor(device, true)) {
            ResultFile result = worker.execute(tile, context());
            for (int block : new int[] {0, 31, 63}) {
                ResultFile audited = auditor.execute(new TaskSpec.AuditBlock(tile, block), context());
                assertArrayEquals(
                        result.blocks().get(block).bytes(),
                        audited.blocks().getFirst().bytes());
            }
        }
    }

    @Test
    void theFilesHoldWhatWasOrdered() throws InterruptedException, IOException {
        AssemblyManifest manifest = frame(SIDE, SAMPLES);
        byte[] png = blobs.bytes(manifest.outputs().getFirst().digest(), Long.MAX_VALUE);
        assertEquals(
                16, ImageIO.read(new ByteArrayInputStream(png)).getColorModel().getComponentSize(0));
        byte[] exr = blobs.bytes(manifest.outputs().get(1).digest(), Long.MAX_VALUE);
        String header = new String(exr, 0, 400, StandardCharsets.ISO_8859_1);
        assertTrue(header.contains("albedo.G") && header.contains("material.id"), header);
        assertTrue(!header.contains("normal.X"), "only the denoiser reads the normal");
    }
}
