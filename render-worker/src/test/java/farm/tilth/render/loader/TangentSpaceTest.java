package farm.tilth.render.loader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;

import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.render.sample.GltfBuilder;
import farm.tilth.render.scene.Matrix;
import farm.tilth.render.scene.Mesh;
import java.time.Duration;
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
    void trianglesThatOnlyTouchInAPointKeepTheirOwnTangents() {
        float[] positions = {0, 0, 0, 1, 0, 0, 0, 1, 0, -1, 0, 0, 0, -1, 0};
        float[] normals = {0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1};
        // The second triangle's picture is turned by a quarter.
        float[] uv = {0, 0, 1, 0, 0, -1, 0, 1, 1, 0};
        float[] corners = TangentSpace.atCorners(positions, normals, uv, new int[] {0, 1, 2, 0, 3, 4});
        assertArrayEquals(new float[] {1, 0, 0, 1}, Arrays.copyOf(corners, 4), 1e-6f);
        assertArrayEquals(new float[] {0, -1, 0, 1}, Arrays.copyOfRange(corners, 12, 16), 1e-6f);
    }

    @Test
    void tangentsAroundAnEdgeAreAveragedByAngle() {
        // A right angle and half of one meet at the first vertex; the second picture is turned by a little.
        float[] positions = {0, 0, 0, 1, 0, 0, 0, 1, 0, -1, 1, 0};
        float[] normals = {0, 0, 1, 0, 0, 1, 0, 0, 1, 0, 0, 1};
        float[] uv = {0, 0, 1, 0, 0, -1, -1, -2};
        float[] corners = TangentSpace.atCorners(positions, normals, uv, new int[] {0, 1, 2, 0, 2, 3});
        assertArrayEquals(Arrays.copyOf(corners, 4), Arrays.copyOfRange(corners, 12, 16), "one group at the vertex");
        float[] alone = TangentSpace.atCorners(positions, normals, uv, new int[] {0, 2, 3});
        double[] own = {alone[0], alone[1], alone[2]};
        double[] sum = {Math.PI / 2 + own[0] * Math.PI / 4, own[1] * Math.PI / 4, own[2] * Math.PI / 4};
        double[] unit = Matrix.unit(sum);
        assertArrayEquals(
                new float[] {(float) unit[0], (float) unit[1], (float) unit[2], 1}, Arrays.copyOf(corners, 4), 1e-6f);
    }

    @Test
    void edgeOfManyTrianglesDoesNotTakeLong() {
        int count = 200_000;
        float[] positions = new float[(count + 2) * 3];
        float[] normals = new float[positions.length];
        float[] uv = new float[(count + 2) * 2];
        int[] indices = new int[count * 3];
        positions[3] = 1;
        for (int v = 0; v < count + 2; v++) {
            normals[v * 3 + 2] = 1;
            if (v > 1) {
                positions[v * 3] = v;
                positions[v * 3 + 1] = 1;
                uv[v * 2 + 1] = v;
                indices[v * 3 - 5] = 1;
                indices[v * 3 - 4] = v;
            }
            uv[v * 2] = v;
        }
        assertTimeout(Duration.ofSeconds(20), () -> TangentSpace.atCorners(positions, normals, uv, indices));
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
