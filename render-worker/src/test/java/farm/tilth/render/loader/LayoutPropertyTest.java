package farm.tilth.render.loader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.render.sample.GltfBuilder;
import farm.tilth.render.scene.Matrix;
import farm.tilth.render.scene.Mesh;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

/** How a file lays out its numbers and its nodes is no matter for the picture. */
class LayoutPropertyTest {
    private static final int RUNS = 40;

    @Test
    void interleavedAndSeparateAttributesAreTheSameMesh() {
        for (int seed = 0; seed < RUNS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            int vertices = 3 + random.nextInt(20);
            float[] positions = floats(random, vertices * 3);
            float[] normals = floats(random, vertices * 3);
            int[] indices =
                    random.ints(3L * (1 + random.nextInt(30)), 0, vertices).toArray();

            GltfBuilder separate = new GltfBuilder();
            Mesh first =
                    mesh(separate, indices, separate.floats("VEC3", positions), separate.floats("VEC3", normals), 4);
            GltfBuilder interleaved = new GltfBuilder();
            int stride = 24 + 4 * random.nextInt(4);
            int view = interleaved.view(interleave(positions, normals, stride));
            ((ObjectNode) interleaved.root().at("/bufferViews/0")).put("byteStride", stride);
            Mesh second = mesh(
                    interleaved,
                    indices,
                    accessor(interleaved, view, 0, vertices),
                    accessor(interleaved, view, 12, vertices),
                    1);

            assertArrayEquals(first.positions(), second.positions(), "seed " + seed);
            assertArrayEquals(first.normals(), second.normals(), "seed " + seed);
            assertArrayEquals(first.indices(), second.indices(), "seed " + seed);
        }
    }

    @Test
    void chainsOfNodesMoveAPointAsTheirTransformsOneByOne() {
        for (int seed = 0; seed < RUNS; seed++) {
            SplittableRandom random = new SplittableRandom(seed);
            GltfBuilder builder = new GltfBuilder();
            int positions = builder.floats("VEC3", TestScenes.TRIANGLE);
            int mesh = builder.mesh(GltfBuilder.primitive(-1, -1, "POSITION", positions));
            int depth = 1 + random.nextInt(6);
            List<double[][]> transforms = new ArrayList<>();
            for (int i = 0; i < depth; i++) {
                double[] q = Matrix.normalized(numbers(random, 4));
                double[][] trs = {numbers(random, 3), q, numbers(random, 3)};
                ObjectNode node = builder.node("n" + i);
                GltfBuilder.numbers(node, "translation", trs[0]);
                GltfBuilder.numbers(node, "rotation", trs[1]);
                GltfBuilder.numbers(node, "scale", trs[2]);
                if (i < depth - 1) {
                    node.putArray("children").add(i + 1);
                } else {
                    node.put("mesh", mesh);
                }
                transforms.add(trs);
            }
            double[] point = {1, 0, 0};
            for (double[][] trs : transforms.reversed()) {
                point = moved(point, trs[0], trs[1], trs[2]);
            }

            Mesh posed = TestScenes.pose(TestScenes.load(builder.glb())).mesh();

            for (int c = 0; c < 3; c++) {
                assertEquals(point[c], posed.positions()[3 + c], 1e-5, "seed " + seed);
            }
        }
    }

    /** Scale, then v + 2w(q × v) + 2 q × (q × v), then translation. */
    private static double[] moved(double[] p, double[] translation, double[] q, double[] scale) {
        double[] v = {p[0] * scale[0], p[1] * scale[1], p[2] * scale[2]};
        double[] axis = {q[0], q[1], q[2]};
        double[] once = Matrix.cross(axis, v);
        double[] twice = Matrix.cross(axis, once);
        double[] out = new double[3];
        for (int i = 0; i < 3; i++) {
            out[i] = v[i] + 2 * q[3] * once[i] + 2 * twice[i] + translation[i];
        }
        return out;
    }

    private static Mesh mesh(GltfBuilder builder, int[] indices, int positions, int normals, int indexBytes) {
        ObjectNode primitive = GltfBuilder.primitive(
                builder.unsigned(indexBytes, "SCALAR", indices), -1, "POSITION", positions, "NORMAL", normals);
        builder.node("n").put("mesh", builder.mesh(primitive));
        return TestScenes.pose(TestScenes.load(builder.glb())).mesh();
    }

    private static int accessor(GltfBuilder builder, int view, int offset, int count) {
        builder.add("accessors")
                .put("bufferView", view)
                .put("byteOffset", offset)
                .put("componentType", 5126)
                .put("type", "VEC3")
                .put("count", count);
        return builder.last("accessors");
    }

    private static byte[] interleave(float[] a, float[] b, int stride) {
        ByteBuffer out = ByteBuffer.allocate(a.length / 3 * stride).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < a.length; i += 3) {
            for (int c = 0; c < 3; c++) {
                out.putFloat(i / 3 * stride + c * 4, a[i + c]);
                out.putFloat(i / 3 * stride + 12 + c * 4, b[i + c]);
            }
        }
        return out.array();
    }

    private static float[] floats(SplittableRandom random, int count) {
        float[] out = new float[count];
        for (int i = 0; i < count; i++) {
            out[i] = (float) (random.nextDouble() * 2 - 1);
        }
        return out;
    }

    private static double[] numbers(SplittableRandom random, int count) {
        double[] out = new double[count];
        for (int i = 0; i < count; i++) {
            out[i] = (float) (random.nextDouble() * 2 - 1);
        }
        return out;
    }
}
