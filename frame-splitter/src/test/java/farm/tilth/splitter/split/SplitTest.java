package farm.tilth.splitter.split;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.protocol.task.EmbeddingPlan;
import farm.tilth.protocol.task.FrameRange;
import farm.tilth.protocol.task.LightPaths;
import farm.tilth.protocol.task.Picture;
import farm.tilth.protocol.task.RenderPlan;
import farm.tilth.protocol.task.SceneFiles;
import farm.tilth.protocol.task.Shot;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.ToneMap;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class SplitTest {
    private static final Digest A = Digest.ofText("a");

    private static RenderPlan plan(int width, int height, int samples, int frames) {
        return new RenderPlan(
                "engine",
                new Shot(
                        new SceneFiles("a.glb", new TreeMap<>(Map.of("a.glb", A))),
                        new CameraChoice.First(),
                        new FrameRange(3, 2 + frames, 24)),
                new LightPaths(samples, 0, 4),
                new Picture(width, height, ToneMap.DEFAULT));
    }

    @Test
    void tasksCoverEverySampleOfEveryPixelOfEveryFrameOnce() {
        SplittableRandom random = new SplittableRandom(5);
        for (int round = 0; round < 100; round++) {
            RenderPlan plan =
                    plan(random.nextInt(1, 90), random.nextInt(1, 90), random.nextInt(1, 9), random.nextInt(1, 4));
            SplitOptions options = new SplitOptions(random.nextInt(8, 40), random.nextInt(1, 10));
            List<TaskSpec.RenderTile> tasks = Split.render(plan, options);
            assertEquals(Split.taskCount(plan, options), tasks.size());
            int[][] seen = new int[plan.shot().frames().count()]
                    [plan.picture().width()
                            * plan.picture().height()
                            * plan.paths().samples()];
            for (TaskSpec.RenderTile task : tasks) {
                assertEquals(plan.digest(), task.plan());
                count(task, plan, seen[task.frame() - plan.shot().frames().first()]);
            }
            for (int[] frame : seen) {
                for (int n : frame) {
                    assertEquals(1, n);
                }
            }
        }
    }

    private static void count(TaskSpec.RenderTile task, RenderPlan plan, int[] seen) {
        for (int y = task.tile().y(); y < task.tile().y() + task.tile().height(); y++) {
            for (int x = task.tile().x(); x < task.tile().x() + task.tile().width(); x++) {
                for (int s = task.samples().first(); s < task.samples().end(); s++) {
                    seen[(y * plan.picture().width() + x) * plan.paths().samples() + s]++;
                }
            }
        }
    }

    @Test
    void aJobOfTooManyTasksIsRefusedBeforeItsListIsMade() {
        RenderPlan plan = plan(32_768, 32_768, 1, 1000);
        FarmException e = assertThrows(FarmException.class, () -> Split.render(plan, new SplitOptions(8, 1)));
        assertEquals(ErrorCode.TOO_LARGE, e.code());
    }

    @Test
    void tilesAreChosenSoThatASmallPictureCanBeShared() {
        assertEquals(64, SplitOptions.forPlan(plan(1920, 1080, 1, 1)).tileSide());
        RenderPlan small = plan(96, 96, 1, 1);
        assertTrue(Split.render(small, SplitOptions.forPlan(small)).size() >= 24);
        assertEquals(16, SplitOptions.forPlan(plan(1, 1, 1, 1)).tileSide());
    }

    @Test
    void rowsBecomeBatchesInOrder() {
        List<TaskSpec.InferBatch> batches = Split.rows(A, new EmbeddingPlan("onnx", A, A, 70), 32);
        assertEquals(
                List.of(
                        new TaskSpec.InferBatch(A, 0, 32),
                        new TaskSpec.InferBatch(A, 32, 64),
                        new TaskSpec.InferBatch(A, 64, 70)),
                batches);
    }

    @Test
    void splitsThatMakeNoSenseAreRefused() {
        assertThrows(FarmException.class, () -> new SplitOptions(7, 1));
        assertThrows(FarmException.class, () -> new SplitOptions(4096, 1));
        assertThrows(FarmException.class, () -> new SplitOptions(64, 0));
        assertThrows(FarmException.class, () -> Split.rows(A, new EmbeddingPlan("onnx", A, A, 70), 0));
    }
}
