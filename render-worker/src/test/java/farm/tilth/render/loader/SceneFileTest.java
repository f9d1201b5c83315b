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
import farm.tilth.render.scene.Camera;
import farm.tilth.render.scene.Mesh;
import farm.tilth.render.scene.SceneLimits;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SceneFileTest {
    @Test
    void glbAndGltfWithDataUriAndGltfWithFileAreTheSameScene() {
        Mesh glb = TestScenes.pose(TestScenes.load(TestScenes.triangle().glb())).mesh();
        Mesh embedded =
                TestScenes.pose(TestScenes.load(TestScenes.triangle().gltf())).mesh();
        GltfBuilder apart = TestScenes.triangle();
        byte[] binary = apart.binary();
        apart.root()
                .putArray("buffers")
                .addObject()
                .put("byteLength", binary.length)
                .put("uri", "my%20data/./b+1.bin");
        Mesh files = TestScenes.pose(TestScenes.load(
                        Map.of("scene.gltf", json(apart), "my data/b+1.bin", binary),
                        "scene.gltf",
                        SceneLimits.DEFAULT))
                .mesh();

        assertArrayEquals(TestScenes.TRIANGLE, glb.positions());
        assertArrayEquals(glb.positions(), embedded.positions());
        assertArrayEquals(glb.positions(), files.positions());
        assertArrayEquals(new int[] {0, 1, 2}, glb.indices());
        assertEquals(1, glb.triangleCount());
    }

    @Test
    void nodesPlaceTheirMeshes() {
        GltfBuilder builder = TestScenes.triangle();
        ObjectNode child = builder.node("child").put("mesh", 0);
        GltfBuilder.numbers(child, "scale", 2, 2, 2);
        GltfBuilder.numbers(child, "rotation", 0, 0, Math.sqrt(0.5), Math.sqrt(0.5));
        GltfBuilder.numbers(builder.node("parent"), "matrix", 1, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1, 0, 5, 6, 7, 1);
        ((ObjectNode) builder.root().withArray("nodes").get(3))
                .putArray("children")
                .add(2);
        builder.root().remove("scenes");
        builder.scene(List.of(3));

        Mesh mesh = TestScenes.pose(TestScenes.load(builder.glb())).mesh();

        assertArrayEquals(new float[] {5, 6, 7, 5, 8, 7, 3, 6, 7}, mesh.positions(), 1e-6f);
        assertArrayEquals(new float[] {0, 0, 1, 0, 0, 1, 0, 0, 1}, mesh.normals(), 1e-6f);
    }

    @Test
    void mirroringNodeTurnsTheWindingSoThatNormalAndFrontAgree() {
        GltfBuilder builder = TestScenes.triangle();
        GltfBuilder.numbers((ObjectNode) builder.root().withArray("nodes").get(0), "scale", -1, 1, 1);

        Mesh mesh = TestScenes.pose(TestScenes.load(builder.glb())).mesh();

        assertArrayEquals(new int[] {0, 2, 1}, mesh.indices());
        assertEquals(1, mesh.normals()[2]);
        assertEquals(1, FlatNormals.of(mesh.positions(), mesh.indices(), 0)[2]);
    }

    @Test
    void missingNormalsAreFlat() {
        GltfBuilder builder = TestScenes.triangle();
        attributes(builder).remove("NORMAL");

        Mesh mesh = TestScenes.pose(TestScenes.load(builder.glb())).mesh();

        assertArrayEquals(new float[] {0, 0, 1, 0, 0, 1, 0, 0, 1}, mesh.normals());
    }

    @Test
    void firstCameraIsTheFilesOwn() {
        Camera camera =
                TestScenes.pose(TestScenes.load(TestScenes.triangle().glb())).camera();

        assertArrayEquals(new float[] {0.5f, 0.5f, 3}, camera.position());
        assertArrayEquals(new float[] {0, 0, -1}, camera.forward());
        assertEquals((float) StrictMath.tan(0.4), camera.tanHalfHeight());
    }

    @Test
    void unknownCameraListsTheOnesThereAre() {
        SceneFile file = TestScenes.load(TestScenes.triangle().glb());

        FarmException refused = assertThrows(
                FarmException.class, () -> file.pose(new CameraChoice.Named("front"), 1, Optional.empty(), 0));

        assertEquals(ErrorCode.INVALID_REQUEST, refused.code());
        assertTrue(refused.getMessage().contains("eye"), refused.getMessage());
    }

    @Test
    void missingFileIsNamed() {
        GltfBuilder builder = TestScenes.triangle();
        builder.root().putArray("buffers").addObject().put("byteLength", 100).put("uri", "mesh.bin");

        FarmException refused = assertThrows(FarmException.class, () -> TestScenes.load(json(builder)));

        assertEquals(
                "buffers[0].uri: the file 'mesh.bin' of the buffer is missing; upload it with the scene",
                refused.getMessage());
    }

    private static ObjectNode attributes(GltfBuilder builder) {
        return (ObjectNode) builder.root().at("/meshes/0/primitives/0/attributes");
    }

    private static byte[] json(GltfBuilder builder) {
        return builder.root().toString().getBytes(StandardCharsets.UTF_8);
    }
}
