package farm.tilth.render.loader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.render.sample.GltfBuilder;
import farm.tilth.render.scene.Exposure;
import farm.tilth.render.scene.Instance;
import farm.tilth.render.scene.Placement;
import farm.tilth.render.scene.Scene;
import farm.tilth.render.scene.SceneLimits;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What is copied into the world, and what is kept once and placed by instances. */
class ArrangementTest {
    private static final int SIDE = 128;
    private static final int TRIANGLES = 2 * SIDE * SIDE;

    @Test
    void largeMeshInSeveralPlacesIsKeptOnce() {
        Scene scene = pose(grid(4, -1));
        assertEquals(TRIANGLES, scene.mesh().triangleCount());
        assertEquals(4, scene.instances().size());
        assertEquals(4L * TRIANGLES, scene.placedTriangles());
        assertEquals(0, scene.worldTriangles());
        assertEquals(6.0, scene.instances().get(3).toWorld()[12]);
    }

    @Test
    void smallMeshAndLoneMeshAreCopied() {
        assertTrue(pose(grid(1, -1)).instances().isEmpty());
        GltfBuilder small = TestScenes.triangle();
        small.node("again").put("mesh", 0);
        TestScenes.showAll(small);
        assertEquals(2, pose(small).mesh().triangleCount());
    }

    @Test
    void whatShinesIsCopiedSoThatItsLightIsSampled() {
        GltfBuilder builder = grid(2, 0);
        GltfBuilder.numbers(builder.add("materials"), "emissiveFactor", 1, 1, 1);
        Scene scene = pose(builder);
        assertTrue(scene.instances().isEmpty());
        assertEquals(2 * TRIANGLES, scene.worldTriangles());
    }

    @Test
    void transformWithoutAnInverseIsCopied() {
        GltfBuilder builder = grid(3, -1);
        GltfBuilder.numbers((ObjectNode) builder.root().at("/nodes/1"), "scale", 1, 0, 1);
        Scene scene = pose(builder);
        assertEquals(2, scene.instances().size());
        assertEquals(TRIANGLES, scene.worldTriangles());
    }

    @Test
    void sharedTrianglesCountOnceAgainstTheLimit() {
        SceneLimits d = SceneLimits.DEFAULT;
        SceneLimits few = new SceneLimits(
                d.fileBytes(), d.jsonBytes(), d.objects(), d.values(), TRIANGLES, d.imagePixels(), d.scenePixels());
        assertEquals(5, pose(load(grid(5, -1), few)).instances().size());
        FarmException e = assertThrows(FarmException.class, () -> load(mirrorless(grid(5, -1)), few));
        assertEquals(ErrorCode.TOO_LARGE, e.code());
    }

    @Test
    void whatIsSeenIsTheObjectOfItsNode() {
        Scene placed = pose(grid(4, -1));
        for (int i = 0; i < 4; i++) {
            assertEquals(i, placed.instances().get(i).object());
        }
        Scene copied = pose(TestScenes.everything());
        List<Placement.Part> parts = copied.placement().parts();
        assertEquals(0, parts.getFirst().firstTriangle());
        for (Placement.Part part : parts) {
            assertTrue(part.firstTriangle() < copied.worldTriangles(), part.toString());
        }
    }

    @Test
    void boxHoldsEveryInstance() {
        Bounds bounds = TestScenes.load(grid(4, -1).glb()).bounds();
        assertArrayEquals(new double[] {0, 0, 0}, bounds.min(), 1e-6);
        assertArrayEquals(new double[] {7, 1, 0}, bounds.max(), 1e-6);
    }

    @Test
    void nodeThatMovesWhileTheShutterIsOpenIsAnInstance() {
        SceneFile file = TestScenes.load(TestScenes.movingGlb());
        Scene still = file.pose(new CameraChoice.First(), 1, Optional.of(0), 1 / 24.0);
        assertTrue(still.instances().isEmpty());
        Exposure exposure = new Exposure(1 / 24.0, 1 / 48.0, 1 / 16.0);
        Scene moving = file.pose(new CameraChoice.First(), 1, Optional.of(0), exposure);
        assertEquals(0, moving.worldTriangles());
        Instance instance = moving.instances().getFirst();
        assertTrue(instance.moves());
        assertEquals(0.25, instance.toWorld()[12], 1e-6);
        assertEquals(0.75, instance.toWorldAtClose()[12], 1e-6);
        assertArrayEquals(TestScenes.TRIANGLE, moving.mesh().positions());
    }

    /** All nodes lose their inverse. */
    private static GltfBuilder mirrorless(GltfBuilder builder) {
        builder.root().get("nodes").forEach(node -> GltfBuilder.numbers((ObjectNode) node, "scale", 1, 1, 0));
        return builder;
    }

    private static Scene pose(GltfBuilder builder) {
        return pose(TestScenes.load(builder.glb()));
    }

    private static Scene pose(SceneFile file) {
        return file.pose(new CameraChoice.First(), 1, Optional.empty(), 0);
    }

    private static SceneFile load(GltfBuilder builder, SceneLimits limits) {
        return TestScenes.load(Map.of("a.glb", builder.glb()), "a.glb", limits);
    }

    /** A square of many triangles at so many nodes, two units apart. */
    private static GltfBuilder grid(int nodes, int material) {
        GltfBuilder builder = new GltfBuilder();
        float[] positions = new float[3 * (SIDE + 1) * (SIDE + 1)];
        int[] indices = new int[3 * TRIANGLES];
        for (int i = 0; i < positions.length / 3; i++) {
            positions[3 * i] = i % (SIDE + 1) / (float) SIDE;
            positions[3 * i + 1] = i / (SIDE + 1) / (float) SIDE;
        }
        for (int q = 0; q < SIDE * SIDE; q++) {
            int a = q / SIDE * (SIDE + 1) + q % SIDE;
            int[] corners = {a, a + 1, a + SIDE + 1, a + 1, a + SIDE + 2, a + SIDE + 1};
            System.arraycopy(corners, 0, indices, 6 * q, 6);
        }
        int mesh = builder.mesh(GltfBuilder.primitive(
                builder.unsigned(4, "SCALAR", indices), material, "POSITION", builder.floats("VEC3", positions)));
        for (int i = 0; i < nodes; i++) {
            GltfBuilder.numbers(builder.node("n" + i).put("mesh", mesh), "translation", 2 * i, 0, 0);
        }
        builder.scene(IntStream.range(0, nodes).boxed().toList());
        return builder;
    }
}
