package farm.tilth.protocol.task;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class PlanJsonTest {
    private static final Digest A = Digest.ofText("a");

    private static RenderPlan plan(int samples) {
        Shot shot = new Shot(
                new SceneFiles("scene.gltf", new TreeMap<>(Map.of("scene.gltf", A, "tex/wood.png", A))),
                Optional.empty(),
                new CameraChoice.Placed(List.of(0.0, 1.0, 5.0), List.of(0.0, 0.0, 0.0), List.of(0.0, 1.0, 0.0), 45),
                Optics.DEFAULT,
                Optional.of(new EnvironmentMap(A, 90, 1, false)),
                Optional.empty(),
                new FrameRange(0, 3, 24));
        Picture picture = new Picture(640, 360, ToneMap.DEFAULT);
        return new RenderPlan("pathtracer-0123456789abcdef", shot, new LightPaths(samples, 7, 8), picture);
    }

    @Test
    void aPlanReadsBackEqualAndKeepsItsDigest() {
        RenderPlan plan = plan(64);
        RenderPlan back = Json.read(Json.write(plan), RenderPlan.class);
        assertEquals(plan, back);
        assertEquals(plan.digest(), back.digest());
        assertNotEquals(plan.digest(), plan(65).digest());
    }

    @Test
    void everySpecificationReadsBackEqual() {
        TaskSpec.RenderTile tile = new TaskSpec.RenderTile(A, 2, new TileBounds(64, 0, 64, 32), new SampleRange(0, 16));
        List<TaskSpec> specs = List.of(
                tile,
                new TaskSpec.InferBatch(A, 0, 32),
                new TaskSpec.AuditBlock(tile, 63),
                new TaskSpec.InspectScene(plan(1).shot().scene()),
                new TaskSpec.AssembleFrame(A, 2, List.of(new TaskSpec.TilePart(tile.tile(), tile.samples(), A))),
                new TaskSpec.AssembleVideo(A, List.of(A, A), 24),
                new TaskSpec.AssembleRows(A, List.of(new TaskSpec.BatchPart(0, 32, A))));
        for (TaskSpec spec : specs) {
            String json = Json.write(spec);
            assertEquals(spec, Json.read(json, TaskSpec.class), json);
            assertTrue(json.contains("\"type\":\"" + spec.type() + "\""), json);
        }
    }

    @Test
    void aWrongValueIsRefusedWithItsName() {
        String json = Json.write(plan(64)).replace("\"samples\":64", "\"samples\":0");
        FarmException e = assertThrows(FarmException.class, () -> Json.read(json, RenderPlan.class));
        assertEquals(ErrorCode.INVALID_REQUEST, e.code());
        assertTrue(e.getMessage().contains("the number of samples is 0"), e.getMessage());
    }

    @Test
    void limitsOfLightPathsAreCheckedByName() {
        for (String[] wrong : new String[][] {
            {"\"diffuse\":64", "\"diffuse\":0", "diffuse bounces is 0"},
            {"\"glossy\":64", "\"glossy\":65", "glossy bounces is 65"},
            {"\"total\":8", "\"total\":-1", "number of bounces is -1"},
            {"\"seed\":7", "\"seed\":7,\"indirectClamp\":0", "indirectClamp is 0"}
        }) {
            String json = Json.write(plan(64)).replace(wrong[0], wrong[1]);
            FarmException e = assertThrows(FarmException.class, () -> Json.read(json, RenderPlan.class), json);
            assertTrue(e.getMessage().contains(wrong[2]), e.getMessage());
        }
    }

    @Test
    void aPathThatLeavesTheSceneIsRefused() {
        for (String path : List.of("../x", "/etc/passwd", "a//b", "a/./b", "c:\\x", "a\u0000b", "")) {
            TreeMap<String, Digest> files = new TreeMap<>(Map.of("main.glb", A, path, A));
            assertThrows(FarmException.class, () -> new SceneFiles("main.glb", files), path);
        }
    }

    @Test
    void theCeilingOfAPlanCountsEveryRayThatItsSamplesMayTrace() {
        assertEquals(640L * 360 * 64 * 4 * (1 + 2 * 9), plan(64).maxWorkUnits());
    }

    @Test
    void taskIdsReadBackAndRefuseWhatIsNotOne() {
        TaskId id = TaskId.parse("00000000-0000-4000-8000-000000000001/17");
        assertEquals(17, id.index());
        assertEquals("00000000-0000-4000-8000-000000000001/17", id.toString());
        for (String wrong : List.of(
                "",
                "x",
                "00000000-0000-4000-8000-000000000001",
                "00000000-0000-4000-8000-000000000001/-1",
                "00000000-0000-4000-8000-000000000001/01",
                "1-1-1-1-1/1")) {
            assertThrows(FarmException.class, () -> TaskId.parse(wrong), wrong);
        }
    }
}
