package farm.tilth.render.scene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

class TangentSpaceTest {
    private static final float[] POSITIONS = {0, 0, 0, 1, 0, 0, 1, 1, 0, 0, 1, 0};
    private static final float[] NORMALS = {0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1};
    private static final int[] INDICES = {0, 1, 2, 0, 2, 3};

    @Test
    void tangentFollowsUAndBitangentPointsToTheTopOfThePicture() {
        float[] uv = {0, 1, 1, 1, 1, 0, 0, 0};
        float[] corners = TangentSpace.atCorners(POSITIONS, NORMALS, uv, INDICES);
        for (int i = 0; i < 6; i++) {
            assertArrayEquals(new float[] {1, 0, 0, 1}, Arrays.copyOfRange(corners, i * 4, i * 4 + 4), 1e-6f);
        }
    }

    @Test
    void mirroredPictureTurnsTheTangentAndItsSign() {
        float[] uv = {1, 1, 0, 1, 0, 0, 1, 0};
        float[] corners = TangentSpace.atCorners(POSITIONS, NORMALS, uv, INDICES);
        assertArrayEquals(new float[] {-1, 0, 0, -1}, Arrays.copyOf(corners, 4), 1e-6f);
    }

    @Test
    void triangleWithoutAreaInThePictureTakesItsNeighboursTangent() {
        float[] uv = {0, 1, 1, 1, 1, 0, 0.5f, 0.5f};
        float[] corners = TangentSpace.atCorners(POSITIONS, NORMALS, uv, INDICES);
        assertArrayEquals(new float[] {1, 0, 0, 1}, Arrays.copyOfRange(corners, 12, 16), 1e-6f);
        for (float value : corners) {
            assertEquals(value, value, 0);
        }
    }

    @Test
    void tangentsOfTheFileAreKeptUnlessTheyContradictThePicture() {
        assertEquals(1, signOfStated(false, 1, 0, 1), "as the picture lies");
        assertEquals(1, signOfStated(false, 0.995f, 0.1f, 1), "a little beside it is the author's choice");
        assertEquals(-1, signOfStated(true, 1, 0, -1), "mirrored, and said so");
        assertEquals(-1, signOfStated(true, 1, 0, 1), "mirrored, and not said so: made anew");
        assertEquals(1, signOfStated(false, -1, 0, 1), "against u: made anew");
    }

    /** The sign of the posed tangents; checks that they follow u, whatever the file says. */
    private static float signOfStated(boolean mirrored, float x, float y, int sign) {
        GltfBuilder builder = new GltfBuilder();
        int positions = builder.floats("VEC3", 0, 0, 0, 1, 0, 0, 1, 1, 0);
        int normals = builder.floats("VEC3", 0, 0, 1, 0, 0, 1, 0, 0, 1);
        float top = mirrored ? 1 : 0;
        int uv = builder.floats("VEC2", 0, 1 - top, 1, 1 - top, 1, top);
        int tangents = builder.floats("VEC4", x, y, 0, sign, x, y, 0, sign, x, y, 0, sign);
        int indices = builder.unsigned(2, "SCALAR", 0, 1, 2);
        builder.add("materials").putObject("normalTexture").put("index", builder.texture(Pictures.png(2, 2, -1)));
        ObjectNode primitive = GltfBuilder.primitive(
                indices, 0, "POSITION", positions, "NORMAL", normals, "TEXCOORD_0", uv, "TANGENT", tangents);
        builder.node("n").put("mesh", builder.mesh(primitive));
        Mesh mesh = TestScenes.pose(TestScenes.load(builder.glb())).mesh();
        assertEquals(Math.abs(x), mesh.tangents()[0], 1e-3f);
        return mesh.tangents()[3];
    }

    @Test
    void vertexWhereMirroredHalvesMeetIsSplit() {
        GltfBuilder builder = new GltfBuilder();
        // Two quads side by side; the picture is mirrored at the edge between them.
        int positions = builder.floats("VEC3", 0, 0, 0, 1, 0, 0, 2, 0, 0, 0, 1, 0, 1, 1, 0, 2, 1, 0);
        int normals = builder.floats("VEC3", 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1);
        int uv = builder.floats("VEC2", 0, 1, 1, 1, 0, 1, 0, 0, 1, 0, 0, 0);
        int indices = builder.unsigned(2, "SCALAR", 0, 1, 4, 0, 4, 3, 1, 2, 5, 1, 5, 4);
        builder.add("materials").putObject("normalTexture").put("index", builder.texture(Pictures.png(2, 2, -1)));
        ObjectNode primitive =
                GltfBuilder.primitive(indices, 0, "POSITION", positions, "NORMAL", normals, "TEXCOORD_0", uv);
        builder.node("n").put("mesh", builder.mesh(primitive));

        Mesh mesh = TestScenes.pose(TestScenes.load(builder.glb())).mesh();

        assertEquals(8, mesh.vertexCount());
        for (int corner = 0; corner < 12; corner++) {
            int vertex = mesh.indices()[corner];
            float side = corner < 6 ? 1 : -1;
            assertEquals(side, mesh.tangents()[vertex * 4], 1e-6f);
            assertEquals(side, mesh.tangents()[vertex * 4 + 3]);
        }
    }
}
