package farm.tilth.render;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.BlockGrid;
import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.protocol.task.EnvironmentMap;
import farm.tilth.protocol.task.FrameRange;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.LightPaths;
import farm.tilth.protocol.task.Optics;
import farm.tilth.protocol.task.Picture;
import farm.tilth.protocol.task.RenderPlan;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.SceneFiles;
import farm.tilth.protocol.task.SceneReport;
import farm.tilth.protocol.task.Shot;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.TaskSpec.RenderTile;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.protocol.task.ToneMap;
import farm.tilth.protocol.worker.TaskContext;
import farm.tilth.protocol.worker.WorkerConfig;
import farm.tilth.render.loader.TestScenes;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RenderExecutorTest {
    private static final int WIDTH = 50;
    private static final int HEIGHT = 40;
    private static final SampleRange SAMPLES = new SampleRange(1, 3);

    @TempDir
    private Path folder;

    private final RenderDevice device = new RenderExecutorFactory.BestDevice(2);
    private final RenderExecutor worker = new RenderExecutor(device, false);
    private final RenderExecutor auditor = new RenderExecutor(device, true);
    private InMemoryBlobs blobs;
    private SceneFiles scene;

    @BeforeEach
    void uploadScene() {
        blobs = new InMemoryBlobs(folder);
        scene = upload("scene.glb", TestScenes.triangleGlb());
    }

    private SceneFiles upload(String name, byte[] content) {
        TreeMap<String, Digest> files = new TreeMap<>();
        files.put(name, blobs.put(content));
        return new SceneFiles(name, files);
    }

    @AfterEach
    void close() {
        worker.close();
        auditor.close();
    }

    @Test
    void everyBlockOfATileIsWhatItsAuditComputes() throws InterruptedException {
        RenderTile tile = new RenderTile(plan(device.engine()), 0, new TileBounds(7, 3, 30, 21), SAMPLES);

        ResultFile result = worker.execute(tile, context());

        assertEquals(64, result.blocks().size());
        assertTrue(result.workUnits() >= 30 * 21 * 2, "a ray for every sample");
        for (int i = 0; i < 64; i++) {
            ResultFile.Block audited = audit(tile, i);
            assertArrayEquals(result.blocks().get(i).bytes(), audited.bytes(), "block " + i);
            assertEquals(result.blocks().get(i).workUnits(), audited.workUnits(), "block " + i);
            assertEquals(BlockGrid.block(tile.tile(), i).area() * FilmFormat.BYTES_PER_PIXEL, audited.bytes().length);
        }
    }

    @Test
    void tilesAndSampleRangesMergeToTheWholePicture() throws InterruptedException {
        Digest plan = plan(device.engine());
        long[] whole = film(plan, new TileBounds(0, 0, WIDTH, HEIGHT), new SampleRange(0, 4));
        long[] merged = new long[whole.length];
        for (SampleRange samples : List.of(new SampleRange(0, 1), new SampleRange(1, 4))) {
            for (TileBounds tile : List.of(new TileBounds(0, 0, 17, HEIGHT), new TileBounds(17, 0, 33, HEIGHT))) {
                long[] part = film(plan, tile, samples);
                for (int y = 0; y < HEIGHT; y++) {
                    for (int x = 0; x < tile.width() * FilmFormat.CHANNELS; x++) {
                        merged[(y * WIDTH + tile.x()) * FilmFormat.CHANNELS + x] +=
                                part[y * tile.width() * FilmFormat.CHANNELS + x];
                    }
                }
            }
        }
        assertArrayEquals(whole, merged);
    }

    @Test
    void auditsOfOtherEnginesAreNotAccepted() {
        Digest plan = Digest.ofText("plan");
        RenderTile tile = new RenderTile(plan, 0, new TileBounds(0, 0, 8, 8), SAMPLES);
        assertTrue(auditor.accepts(new TaskSpec.AuditBlock(tile, 0)));
        assertFalse(auditor.accepts(new TaskSpec.AuditBlock(new TaskSpec.InferBatch(plan, 0, 1), 0)));
        assertFalse(auditor.accepts(tile));
        assertTrue(worker.accepts(tile));
    }

    @Test
    void sceneIsReadOnceForAllTilesOfAJob() throws InterruptedException {
        Digest plan = plan(device.engine());
        for (int i = 0; i < 4; i++) {
            worker.execute(new RenderTile(plan, 0, new TileBounds(i * 8, 0, 8, 8), SAMPLES), context());
        }
        assertEquals(1, blobs.filesAsked());
    }

    @Test
    void planOfAnotherEngineIsRefused() {
        RenderTile tile = new RenderTile(plan("pathtracer-0000"), 0, new TileBounds(0, 0, 8, 8), SAMPLES);

        FarmException refused = assertThrows(FarmException.class, () -> worker.execute(tile, context()));

        assertEquals(ErrorCode.NO_WORKER, refused.code());
        assertTrue(refused.getMessage().contains("pathtracer-0000"), refused.getMessage());
    }

    @Test
    void tileOutsideThePictureIsRefused() {
        Digest plan = plan(device.engine());
        List<RenderTile> wrong = List.of(
                new RenderTile(plan, 0, new TileBounds(WIDTH - 4, 0, 8, 8), SAMPLES),
                new RenderTile(plan, 0, new TileBounds(0, 0, 8, 8), new SampleRange(0, 5)),
                new RenderTile(plan, 2, new TileBounds(0, 0, 8, 8), SAMPLES));
        for (RenderTile tile : wrong) {
            FarmException refused = assertThrows(FarmException.class, () -> worker.execute(tile, context()));
            assertEquals(ErrorCode.INVALID_REQUEST, refused.code());
        }
        RenderTile tile = new RenderTile(plan, 0, new TileBounds(0, 0, 8, 8), SAMPLES);
        assertThrows(FarmException.class, () -> audit(tile, 64));
    }

    @Test
    void interruptedTaskEndsWithoutAResult() {
        RenderTile tile = new RenderTile(plan(device.engine()), 0, new TileBounds(0, 0, 8, 8), SAMPLES);
        Thread.currentThread().interrupt();
        assertThrows(InterruptedException.class, () -> worker.execute(tile, context()));
        assertFalse(Thread.interrupted());
    }

    @Test
    void framesOfAnAnimationShowItsMovement() throws InterruptedException {
        scene = upload("moving.glb", TestScenes.movingGlb());
        Digest plan = plan(device.engine());
        TileBounds tile = new TileBounds(0, 0, WIDTH, HEIGHT);

        ResultFile first = worker.execute(new RenderTile(plan, 0, tile, SAMPLES), context());
        ResultFile second = worker.execute(new RenderTile(plan, 1, tile, SAMPLES), context());
        ResultFile again = worker.execute(new RenderTile(plan, 0, tile, SAMPLES), context());

        assertNotEquals(Digest.of(first.toBytes()), Digest.of(second.toBytes()));
        assertEquals(Digest.of(first.toBytes()), Digest.of(again.toBytes()));
    }

    @Test
    void environmentLightsTheScene() throws InterruptedException {
        byte[] sky = "#?RADIANCE\nFORMAT=32-bit_rle_rgbe\n\n-Y 1 +X 1\n\u0080\u0080\u0080\u0081"
                .getBytes(StandardCharsets.ISO_8859_1);
        EnvironmentMap map = new EnvironmentMap(blobs.put(sky), 0, 2, true);
        TileBounds corner = new TileBounds(0, 0, 1, 1);

        ResultFile result = worker.execute(
                new RenderTile(plan(device.engine(), new CameraChoice.First(), Optional.of(map)), 0, corner, SAMPLES),
                context());

        // The corner sees the sky alone: radiance 2 in each of two samples.
        ByteBuffer film = ByteBuffer.wrap(result.blocks().getFirst().bytes()).order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(2 * 2 * FilmFormat.ONE, film.getLong(0));
        assertEquals(2 * FilmFormat.ONE, film.getLong(24));
    }

    @Test
    void faultsOfTheInputAreFinal() {
        TileBounds tile = new TileBounds(0, 0, 8, 8);
        Digest camera = plan(device.engine(), new CameraChoice.Named("nobody"), Optional.empty());
        FarmException unknown = assertThrows(
                FarmException.class, () -> worker.execute(new RenderTile(camera, 0, tile, SAMPLES), context()));
        assertEquals(ErrorCode.INVALID_REQUEST, unknown.code());
        assertFalse(unknown.code().isTransient());

        SceneFiles broken = upload("broken.glb", new byte[] {1, 2, 3});
        FarmException refused =
                assertThrows(FarmException.class, () -> auditor.execute(new TaskSpec.InspectScene(broken), context()));
        assertEquals(ErrorCode.INVALID_SCENE, refused.code());
        assertTrue(refused.getMessage().startsWith("broken.glb: "), refused.getMessage());
    }

    @Test
    void tasksOfOtherEnginesAreRefused() {
        TaskSpec rows = new TaskSpec.InferBatch(plan(device.engine()), 0, 1);
        FarmException refused = assertThrows(FarmException.class, () -> worker.execute(rows, context()));
        assertEquals(ErrorCode.INVALID_REQUEST, refused.code());
    }

    @Test
    void inspectionReportsWhatTheSceneHolds() throws InterruptedException {
        ResultFile result = auditor.execute(new TaskSpec.InspectScene(scene), context());

        String json = new String(result.blocks().getFirst().bytes(), StandardCharsets.UTF_8);
        SceneReport report = Json.read(json, SceneReport.class);
        assertEquals(device.engine(), report.engine());
        assertEquals(List.of("eye"), report.cameras());
        assertEquals(1, report.triangles());
        assertEquals(List.of(0.0, 0.0, 0.0), report.boundsMin());
        assertEquals(List.of(1.0, 1.0, 0.0), report.boundsMax());
        assertTrue(report.raysPerSample() >= 1 && report.raysPerSample() < 19, "rays " + report.raysPerSample());
        assertTrue(report.deviceBytes() > 0);
    }

    @Test
    void workerIsOfferedPaidTasksAndATrustedOneTheOthers() {
        assertEquals(Set.of("renderTile"), offered(false));
        assertEquals(
                Set.of("auditBlock", "inspectScene", "assembleFrame", "finishFrame", "assembleVideo"), offered(true));
    }

    private static Set<String> offered(boolean trusted) {
        WorkerConfig config =
                new WorkerConfig(URI.create("http://127.0.0.1:1"), "key", Path.of("."), "test", trusted, 1, 1 << 20);
        Set<String> types = new TreeSet<>();
        new RenderExecutorFactory().open(config).forEach(executor -> {
            types.addAll(executor.taskTypes());
            executor.close();
        });
        return types;
    }

    private ResultFile.Block audit(RenderTile tile, int block) throws InterruptedException {
        return auditor.execute(new TaskSpec.AuditBlock(tile, block), context())
                .blocks()
                .getFirst();
    }

    /** The sums of a tile, put together from its blocks. */
    private long[] film(Digest plan, TileBounds tile, SampleRange samples) throws InterruptedException {
        ResultFile result = worker.execute(new RenderTile(plan, 0, tile, samples), context());
        long[] film = new long[tile.area() * FilmFormat.CHANNELS];
        for (int i = 0; i < result.blocks().size(); i++) {
            TileBounds block = BlockGrid.block(tile, i);
            ByteBuffer bytes = ByteBuffer.wrap(result.blocks().get(i).bytes()).order(ByteOrder.LITTLE_ENDIAN);
            for (int y = block.y() - tile.y(); y < block.y() - tile.y() + block.height(); y++) {
                int from = (y * tile.width() + block.x() - tile.x()) * FilmFormat.CHANNELS;
                for (int k = 0; k < block.width() * FilmFormat.CHANNELS; k++) {
                    film[from + k] = bytes.getLong();
                }
            }
        }
        return film;
    }

    private Digest plan(String engine) {
        return plan(engine, new CameraChoice.First(), Optional.empty());
    }

    private Digest plan(String engine, CameraChoice camera, Optional<EnvironmentMap> environment) {
        Shot shot = new Shot(
                scene,
                Optional.empty(),
                camera,
                Optics.DEFAULT,
                environment,
                Optional.empty(),
                new FrameRange(0, 1, 24));
        Picture picture = new Picture(WIDTH, HEIGHT, ToneMap.DEFAULT);
        RenderPlan plan = new RenderPlan(engine, shot, new LightPaths(4, 5, 3), picture);
        return blobs.put(Json.write(plan).getBytes(StandardCharsets.UTF_8));
    }

    private TaskContext context() {
        return new TaskContext(new TaskId(new JobId(new UUID(1, 2)), 0), blobs, folder);
    }
}
