package farm.tilth.render.loader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.render.sample.GltfBuilder;
import farm.tilth.render.scene.Mesh;
import java.util.List;
import org.junit.jupiter.api.Test;

class MeshPartsTest {
    private static final float[] SQUARE = {0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0};

    @Test
    void stripsAndFansKeepTheirWinding() {
        assertArrayEquals(new float[] {1, 1}, areas(mode(5, 0, 0, 0, 1, 0, 0, 0, 1, 0, 1, 1, 0)));
        assertArrayEquals(new float[] {1, 1}, areas(mode(6, SQUARE)));
    }

    @Test
    void verticesThatNoTriangleUsesAreDropped() {
        GltfBuilder builder = new GltfBuilder();
        int positions = builder.floats("VEC3", 9, 9, 9, 0, 0, 0, 1, 0, 0, 8, 8, 8, 0, 1, 0);
        int normals = builder.floats("VEC3", 0, 0, 2, 0, 0, 2, 0, 0, 2, 0, 0, 2, 0, 0, 2);
        int indices = builder.unsigned(1, "SCALAR", 1, 2, 4);

        Mesh mesh = mesh(builder, GltfBuilder.primitive(indices, -1, "POSITION", positions, "NORMAL", normals));

        assertArrayEquals(TestScenes.TRIANGLE, mesh.positions());
        assertArrayEquals(new int[] {0, 1, 2}, mesh.indices());
        assertArrayEquals(new float[] {0, 0, 1, 0, 0, 1, 0, 0, 1}, mesh.normals());
    }

    @Test
    void quantisedAndNormalisedComponentsAreRead() {
        GltfBuilder builder = TestScenes.triangle();
        byte[] shorts = {0, 0, 0, 0, 0, 0, (byte) 0xff, 0x7f, 0, 0, 0, 0, 0, 0, 1, (byte) 0x80, 0, 0};
        int positions = builder.accessor(shorts, 5122, "VEC3", 3);
        last(builder).put("normalized", true);
        int colors = builder.accessor(new byte[] {(byte) 255, 51, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0}, 5121, "VEC3", 3);
        last(builder).put("normalized", true);
        ((ObjectNode) builder.root().at("/bufferViews/" + builder.last("bufferViews"))).put("byteStride", 4);
        ((ObjectNode) builder.root().at("/meshes/0/primitives/0/attributes"))
                .put("POSITION", positions)
                .put("COLOR_0", colors);

        Mesh mesh = TestScenes.pose(TestScenes.load(builder.glb())).mesh();

        assertArrayEquals(new float[] {0, 0, 0, 1, 0, 0, 0, -1, 0}, mesh.positions());
        assertArrayEquals(new float[] {1, 0.2f, 0, 1}, java.util.Arrays.copyOf(mesh.colors(), 4));
    }

    @Test
    void sparseValuesReplaceTheOnesBelow() {
        GltfBuilder builder = TestScenes.triangle();
        int indices = builder.view(new byte[] {1});
        int values = builder.view(new byte[] {0, 0, 0, 64, 0, 0, 0, 0, 0, 0, 0, 0});
        ObjectNode sparse = ((ObjectNode) builder.root().at("/accessors/0"))
                .putObject("sparse")
                .put("count", 1);
        sparse.putObject("indices").put("bufferView", indices).put("componentType", 5121);
        sparse.putObject("values").put("bufferView", values);

        Mesh mesh = TestScenes.pose(TestScenes.load(builder.glb())).mesh();

        assertArrayEquals(new float[] {0, 0, 0, 2, 0, 0, 0, 1, 0}, mesh.positions());
    }

    @Test
    void morphTargetsMoveTextureCoordinatesAndColors() {
        GltfBuilder builder = TestScenes.triangle();
        ObjectNode primitive = (ObjectNode) builder.root().at("/meshes/0/primitives/0");
        int colors = builder.floats("VEC3", 0.5f, 0.5f, 0.5f, 0, 0, 0, 1, 1, 1);
        ((ObjectNode) primitive.get("attributes")).put("COLOR_0", colors);
        ObjectNode target = primitive.putArray("targets").addObject();
        target.put("TEXCOORD_0", builder.floats("VEC2", 2, 4, 0, 0, 0, 0));
        target.put("COLOR_0", builder.floats("VEC3", 0.5f, -0.5f, 4, 0, 0, 0, 0, 0, 0));
        GltfBuilder.numbers((ObjectNode) builder.root().at("/meshes/0"), "weights", 0.5);
        SceneFile file = TestScenes.load(builder.glb());

        Mesh mesh = TestScenes.pose(file).mesh();

        assertEquals(List.of(), file.notices());
        assertArrayEquals(new float[] {1, 3, 1, 1, 0, 0}, mesh.uv0());
        assertArrayEquals(new float[] {0.75f, 0.25f, 1, 1}, java.util.Arrays.copyOf(mesh.colors(), 4));
    }

    @Test
    void pointsAreLeftOutWithANotice() {
        GltfBuilder builder = TestScenes.triangle();
        ObjectNode points = GltfBuilder.primitive(-1, -1, "POSITION", 0).put("mode", 0);
        ((ObjectNode) builder.root().at("/meshes/0")).withArray("primitives").add(points);

        SceneFile file = TestScenes.load(builder.glb());

        assertEquals(List.of("meshes[0].primitives[1]: points and lines are not rendered"), file.notices());
        assertEquals(1, TestScenes.pose(file).mesh().triangleCount());
    }

    private static Mesh mode(int mode, float... positions) {
        GltfBuilder builder = new GltfBuilder();
        return mesh(
                builder,
                GltfBuilder.primitive(-1, -1, "POSITION", builder.floats("VEC3", positions))
                        .put("mode", mode));
    }

    private static Mesh mesh(GltfBuilder builder, ObjectNode primitive) {
        builder.node("n").put("mesh", builder.mesh(primitive));
        return TestScenes.pose(TestScenes.load(builder.glb())).mesh();
    }

    /** Twice the area of each triangle as seen from +z: positive when its front shows. */
    private static float[] areas(Mesh mesh) {
        float[] areas = new float[mesh.triangleCount()];
        for (int t = 0; t < areas.length; t++) {
            int a = mesh.indices()[t * 3] * 3;
            int b = mesh.indices()[t * 3 + 1] * 3;
            int c = mesh.indices()[t * 3 + 2] * 3;
            float[] p = mesh.positions();
            areas[t] = (p[b] - p[a]) * (p[c + 1] - p[a + 1]) - (p[c] - p[a]) * (p[b + 1] - p[a + 1]);
        }
        return areas;
    }

    private static ObjectNode last(GltfBuilder builder) {
        return (ObjectNode) builder.root().at("/accessors/" + builder.last("accessors"));
    }
}
