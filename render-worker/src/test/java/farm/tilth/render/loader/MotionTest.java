package farm.tilth.render.loader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.render.loader.Curve.Interpolation;
import farm.tilth.render.sample.GltfBuilder;
import farm.tilth.render.sample.SamplePlant;
import farm.tilth.render.scene.Mesh;
import farm.tilth.render.scene.Scene;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Animations, skins and morph targets at a moment. */
class MotionTest {
    private static final float HALF = (float) Math.sqrt(0.5);

    @Test
    void curveIsHeldOutsideItsKeys() {
        Curve curve = new Curve(new float[] {1, 2}, new float[] {3, 5}, 1, Interpolation.LINEAR);
        assertEquals(3, curve.at(0, false)[0]);
        assertEquals(3, curve.at(1, false)[0]);
        assertEquals(4.5, curve.at(1.75, false)[0]);
        assertEquals(5, curve.at(2, false)[0]);
        assertEquals(5, curve.at(9, false)[0]);
        assertEquals(3, new Curve(new float[] {1, 2}, new float[] {3, 5}, 1, Interpolation.STEP).at(1.9, false)[0]);
    }

    @Test
    void cubicCurveFollowsItsTangents() {
        // Out-tangent 2 and in-tangent −4 over two seconds, values 1 and 3.
        float[] values = {0, 1, 2, -4, 3, 0};
        Curve curve = new Curve(new float[] {0, 2}, values, 1, Interpolation.CUBICSPLINE);
        double t = 0.25;
        double expected = (2 * t * t * t - 3 * t * t + 1) * 1
                + 2 * (t * t * t - 2 * t * t + t) * 2
                + (-2 * t * t * t + 3 * t * t) * 3
                + 2 * (t * t * t - t * t) * -4;
        assertEquals(expected, curve.at(0.5, false)[0], 1e-12);
    }

    @Test
    void rotationsTakeTheShortWayOnTheSphere() {
        // The second key is a quarter turn around z, written with the other sign.
        float[] values = {0, 0, 0, 1, 0, 0, -HALF, -HALF};
        Curve curve = new Curve(new float[] {0, 1}, values, 4, Interpolation.LINEAR);
        double eighth = Math.PI / 8;
        assertArrayEquals(new double[] {0, 0, Math.sin(eighth), Math.cos(eighth)}, curve.at(0.5, true), 1e-7);
    }

    @Test
    void animatedNodeMovesItsMeshAndStillNodesStay() {
        GltfBuilder builder = TestScenes.triangle();
        ObjectNode animation = builder.add("animations").put("name", "Fly");
        int times = builder.floats("SCALAR", 0, 2);
        SamplePlant.channel(animation, 0, "translation", "LINEAR", times, builder.floats("VEC3", 0, 0, 0, 4, 0, 0));
        SamplePlant.channel(
                animation, 0, "rotation", "STEP", times, builder.floats("VEC4", 0, 0, HALF, HALF, 0, 0, 0, 1));
        SceneFile file = TestScenes.load(builder.glb());

        assertEquals("Fly", file.animations().getFirst().name());
        assertEquals(2, file.animations().getFirst().seconds());
        assertArrayEquals(TestScenes.TRIANGLE, TestScenes.pose(file).mesh().positions());
        assertArrayEquals(
                new float[] {1, 0, 0, 1, 1, 0, 0, 0, 0},
                TestScenes.pose(file, 0, 0.5).mesh().positions(),
                1e-6f);
    }

    @Test
    void skinBlendsItsJoints() {
        GltfBuilder builder = TestScenes.triangle();
        ObjectNode attributes = (ObjectNode) builder.root().at("/meshes/0/primitives/0/attributes");
        attributes.put("JOINTS_0", builder.unsigned(1, "VEC4", 0, 1, 9, 9, 1, 9, 9, 9, 0, 9, 9, 9));
        // The weights of the first vertex sum to 2 and count as halves.
        attributes.put("WEIGHTS_0", builder.floats("VEC4", 1, 1, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0));
        GltfBuilder.numbers(builder.node("still"), "translation", 0, 5, 0);
        GltfBuilder.numbers(builder.node("moved"), "translation", 0, 9, 0);
        float[] inverse = new float[32];
        for (int i = 0; i < 32; i++) {
            inverse[i] = i % 16 % 5 == 0 ? 1 : 0;
        }
        inverse[13] = -5;
        inverse[29] = -5;
        builder.add("skins")
                .put("inverseBindMatrices", builder.floats("MAT4", inverse))
                .putArray("joints")
                .add(2)
                .add(3);
        GltfBuilder.numbers(((ObjectNode) builder.root().at("/nodes/0")).put("skin", 0), "translation", 100, 100, 100);

        Mesh mesh = TestScenes.pose(TestScenes.load(builder.glb())).mesh();

        assertArrayEquals(new float[] {0, 2, 0, 1, 4, 0, 0, 1, 0}, mesh.positions());
    }

    @Test
    void morphTargetsAddUpByNodeMeshAndAnimatedWeights() {
        GltfBuilder builder = TestScenes.triangle();
        int up = builder.floats("VEC3", 0, 0, 1, 0, 0, 1, 0, 0, 1);
        int right = builder.floats("VEC3", 2, 0, 0, 2, 0, 0, 2, 0, 0);
        ArrayNode targets = ((ObjectNode) builder.root().at("/meshes/0/primitives/0")).putArray("targets");
        targets.addObject().put("POSITION", up);
        targets.addObject().put("POSITION", right);
        GltfBuilder.numbers((ObjectNode) builder.root().at("/meshes/0"), "weights", 0.5, 0);
        ObjectNode animation = builder.add("animations");
        int times = builder.floats("SCALAR", 0, 1);
        SamplePlant.channel(animation, 0, "weights", "LINEAR", times, builder.floats("SCALAR", 0, 0, 2, 1));

        assertArrayEquals(new float[] {0, 0, 0.5f}, firstVertex(builder, false));
        assertArrayEquals(new float[] {1, 0, 1}, firstVertex(builder, true));
        GltfBuilder.numbers((ObjectNode) builder.root().at("/nodes/0"), "weights", 0, 1);
        assertArrayEquals(new float[] {2, 0, 0}, firstVertex(builder, false));
    }

    @Test
    void flatNormalsFollowTheMorph() {
        GltfBuilder builder = TestScenes.triangle();
        ((ObjectNode) builder.root().at("/meshes/0/primitives/0/attributes")).remove("NORMAL");
        int tilt = builder.floats("VEC3", 0, 0, 0, 0, 0, 0, 0, -1, 1);
        ((ObjectNode) builder.root().at("/meshes/0/primitives/0"))
                .putArray("targets")
                .addObject()
                .put("POSITION", tilt);
        GltfBuilder.numbers((ObjectNode) builder.root().at("/meshes/0"), "weights", 1);

        Mesh mesh = TestScenes.pose(TestScenes.load(builder.glb())).mesh();

        assertArrayEquals(new float[] {0, -1, 0}, Arrays.copyOf(mesh.normals(), 3), 1e-6f);
    }

    private static float[] firstVertex(GltfBuilder builder, boolean animated) {
        SceneFile file = TestScenes.load(builder.glb());
        Scene scene = animated ? TestScenes.pose(file, 0, 0.5) : TestScenes.pose(file);
        return Arrays.copyOf(scene.mesh().positions(), 3);
    }
}
