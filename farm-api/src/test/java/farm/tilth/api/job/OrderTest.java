package farm.tilth.api.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.lease.Hardware;
import farm.tilth.api.lease.NewTask;
import farm.tilth.api.lease.WorkerSession;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.protocol.task.EmbeddingPlan;
import farm.tilth.protocol.task.FrameRange;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.LightPaths;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.Picture;
import farm.tilth.protocol.task.RenderPlan;
import farm.tilth.protocol.task.SceneFiles;
import farm.tilth.protocol.task.Shot;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.ToneMap;
import farm.tilth.splitter.split.SplitOptions;
import farm.tilth.verifier.comparison.BlockComparison;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class OrderTest {
    private static final JobId JOB = new JobId(UUID.fromString("00000000-0000-0000-0000-000000000001"));
    private static final Digest FILE = Digest.ofText("file");
    private static final SceneFiles SCENE =
            new SceneFiles("main.glb", new TreeMap<>(java.util.Map.of("main.glb", FILE)));
    private static final Order.Render RENDER = new Order.Render(
            new RenderPlan(
                    "engine-1",
                    new Shot(SCENE, new CameraChoice.First(), new FrameRange(0, 1, 24)),
                    new LightPaths(4, 0, 1),
                    new Picture(64, 32, ToneMap.DEFAULT)),
            new SplitOptions(32, 2),
            2.5,
            Hardware.GPU);
    private static final ModelDescription MODEL = new ModelDescription(
            "model",
            Digest.ofText("model"),
            "onnx-1",
            List.of(),
            List.of(),
            8,
            16,
            ModelDescription.Calibration.EXACT,
            1000);
    private static final Order.Embed EMBED =
            new Order.Embed(new EmbeddingPlan("onnx-1", MODEL.version(), FILE, 130), MODEL, 64, Hardware.CPU);

    @Test
    void rowsMayDifferByWhatProcessorsRoundAndByNoMore() {
        TaskSpec.Computation batch =
                (TaskSpec.Computation) EMBED.tasks(JOB).getFirst().spec();
        BlockComparison rule = EMBED.comparison(batch);
        assertTrue(rule.compare(row(1, 1 + 1e-6f), row(1, 1)).accepted());
        assertFalse(rule.compare(row(1, 1 + 1e-4f), row(1, 1)).accepted());
        assertFalse(rule.compare(row(1, -1), row(1, 1)).accepted());
    }

    private static ResultFile.Block row(float... numbers) {
        ByteBuffer bytes = ByteBuffer.allocate(Float.BYTES * numbers.length).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(numbers);
        return new ResultFile.Block(1, bytes.array());
    }

    @Test
    void everyOrderSurvivesItsStorage() {
        for (Order order : List.of(RENDER, EMBED, new Order.Inspect(SCENE))) {
            assertEquals(order, Json.read(Json.write(order), Order.class));
            assertEquals(
                    order.tasks(JOB), Json.read(Json.write(order), Order.class).tasks(JOB));
            assertEquals(order.taskCount(), order.tasks(JOB).size());
        }
    }

    @Test
    void framesAreSplitIntoTilesAndSampleRanges() {
        List<NewTask> tasks = RENDER.tasks(JOB);
        assertEquals(2 * 2 * 2, tasks.size());
        assertEquals(0, tasks.getFirst().id().index());
        assertEquals(7, tasks.getLast().id().index());
        assertEquals(Optional.of(1), tasks.getLast().frame());
        assertEquals(Math.round(32 * 32 * 2 * 2.5), tasks.getFirst().estimate());
        assertEquals(Optional.of(RENDER.planDigest()), tasks.getFirst().plan());
    }

    @Test
    void tasksAreForTheHardwareOfTheirOrder() {
        assertTrue(RENDER.tasks(JOB).stream().allMatch(task -> task.hardware() == Hardware.GPU));
        assertTrue(EMBED.tasks(JOB).stream().allMatch(task -> task.hardware() == Hardware.CPU));
        assertEquals(
                Hardware.ANY, new Order.Inspect(SCENE).tasks(JOB).getFirst().hardware());
    }

    @Test
    void orderThatWasStoredBeforeThereWereClassesIsForAny() {
        String before = Json.write(EMBED).replace(",\"hardware\":\"cpu\"", "").replace("\"hardware\":\"cpu\",", "");
        assertEquals(Hardware.ANY, Json.read(before, Order.class).hardware());
    }

    @Test
    void estimateNeverExceedsTheCeiling() {
        assertTrue(RENDER.estimatedWorkUnits() <= RENDER.maxWorkUnits());
        assertEquals(64 * 32 * 4 * 2 * 5, RENDER.maxWorkUnits());
        assertEquals(130L * 16 * 1000, EMBED.maxWorkUnits());
        assertTrue(EMBED.estimatedWorkUnits() <= EMBED.maxWorkUnits());
    }

    @Test
    void rowsAreBatchedAndAssembledAsFrameZero() {
        List<NewTask> tasks = EMBED.tasks(JOB);
        assertEquals(3, tasks.size());
        TaskSpec.InferBatch last = (TaskSpec.InferBatch) tasks.getLast().spec();
        assertEquals(130, last.endRow());
        assertEquals(Optional.of(0), tasks.getLast().frame());
        assertEquals(2, EMBED.shape(last).blocks().size());
        assertEquals(8 * 4, EMBED.shape(last).blocks().getFirst().bytes());
        assertEquals(Set.of(FILE), EMBED.inputs());
    }

    @Test
    void inspectionMayBeDoneByAnyEngine() {
        NewTask task = new Order.Inspect(SCENE).tasks(JOB).getFirst();
        assertEquals(WorkerSession.ANY_ENGINE, task.engine());
        assertTrue(task.spec().trusted());
    }

    @Test
    void workersReasonBecomesTheJobsError() {
        assertEquals(
                new Job.Failure(ErrorCode.INVALID_SCENE, "mesh 3: no triangles"),
                Job.Failure.parse("INVALID_SCENE: mesh 3: no triangles"));
        assertEquals(
                ErrorCode.INTERNAL,
                Job.Failure.parse("its worker was not heard of").code());
        assertEquals(ErrorCode.INTERNAL, Job.Failure.parse("WHAT: ever").code());
    }
}
