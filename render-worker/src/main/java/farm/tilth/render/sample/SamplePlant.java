package farm.tilth.render.sample;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.render.scene.Matrix;
import java.util.ArrayList;
import java.util.List;

/** The seedling of the sample scene: a stem and leaves on one skin of four joints, swaying. */
public final class SamplePlant {
    static final double X = -0.85;
    static final double Z = -0.2;

    private static final double BASE = 1.0;
    private static final double HEIGHT = 1.3;
    private static final int JOINTS = 4;

    private final GltfBuilder gltf;
    private final ObjectNode animation;
    private final float seconds;

    SamplePlant(GltfBuilder gltf, ObjectNode animation, float seconds) {
        this.gltf = gltf;
        this.animation = animation;
        this.seconds = seconds;
    }

    /** A leaf: where on the stem (0 … 1), to which side (turns), how long, how steep. */
    private record Leaf(double along, double turn, double length, double rise) {}

    private static final List<Leaf> LEAVES = List.of(
            new Leaf(0.34, 0.07, 0.72, 0.34),
            new Leaf(0.40, 0.57, 0.68, 0.40),
            new Leaf(0.62, 0.33, 0.82, 0.52),
            new Leaf(0.68, 0.84, 0.80, 0.56),
            new Leaf(0.88, 0.12, 0.66, 0.80),
            new Leaf(0.93, 0.60, 0.70, 0.88),
            new Leaf(0.99, 0.36, 0.46, 1.30),
            new Leaf(0.99, 0.86, 0.42, 1.45));

    /** Adds the plant; gives its root nodes. */
    List<Integer> add(int stemMaterial, int leafMaterial) {
        ArrayNode primitives = gltf.add("meshes").putArray("primitives");
        int mesh = gltf.last("meshes");
        ParametricShape stem = ParametricShape.of(14, 40, (u, v) -> {
            double[] middle = stem(v);
            double radius = v > 0.995 ? 0.004 : 0.045 - 0.022 * v;
            return new double[] {
                middle[0] + radius * StrictMath.sin(u * 2 * Math.PI),
                middle[1],
                middle[2] + radius * StrictMath.cos(u * 2 * Math.PI)
            };
        });
        primitives.add(primitive(stem, stemMaterial, -1));
        for (Leaf leaf : LEAVES) {
            primitives.add(primitive(leaf(leaf), leafMaterial, leaf.along));
        }
        int firstJoint = joints();
        gltf.node("Seedling").put("mesh", mesh).put("skin", gltf.last("skins"));
        sway(firstJoint);
        return List.of(gltf.last("nodes"), firstJoint);
    }

    private static double[] stem(double along) {
        double bend = 0.10 * StrictMath.sin(along * 2.6);
        return new double[] {X + bend, BASE - 0.05 + HEIGHT * along, Z + 0.05 * StrictMath.sin(along * 4)};
    }

    private static ParametricShape leaf(Leaf leaf) {
        double angle = leaf.turn * 2 * Math.PI;
        double[] out = {StrictMath.sin(angle), 0, StrictMath.cos(angle)};
        double[] side = {out[2], 0, -out[0]};
        double[] from = stem(leaf.along);
        double width = leaf.length * 0.52;
        return ParametricShape.of(10, 20, (u, v) -> {
            double x = (u - 0.5) * 2;
            double reach = leaf.length * v;
            // It rises from the stem, droops towards its tip and folds along its rib.
            double rise = leaf.rise * reach - 0.62 * reach * reach / leaf.length + 0.10 * width * x * x;
            double across = x * width * 0.5;
            return new double[] {
                from[0] + out[0] * reach + side[0] * across, from[1] + rise, from[2] + out[2] * reach + side[2] * across
            };
        });
    }

    /** Bound to the joints by height; a leaf as a whole, where it grows. */
    private ObjectNode primitive(ParametricShape shape, int material, double growsAt) {
        int[] joints = new int[shape.vertexCount() * 4];
        float[] weights = new float[shape.vertexCount() * 4];
        for (int i = 0; i < shape.vertexCount(); i++) {
            double along = growsAt >= 0 ? growsAt : (shape.positions()[i * 3 + 1] - BASE) / HEIGHT;
            double at = Math.clamp(along * (JOINTS - 1), 0, JOINTS - 1.001);
            joints[i * 4] = (int) at;
            joints[i * 4 + 1] = (int) at + 1;
            weights[i * 4] = (float) (1 - (at - (int) at));
            weights[i * 4 + 1] = (float) (at - (int) at);
        }
        return GltfBuilder.primitive(
                gltf.unsigned(2, "SCALAR", shape.indices()),
                material,
                "POSITION",
                gltf.floats("VEC3", shape.positions()),
                "NORMAL",
                gltf.floats("VEC3", shape.normals()),
                "TEXCOORD_0",
                gltf.floats("VEC2", shape.uv()),
                "JOINTS_0",
                gltf.unsigned(1, "VEC4", joints),
                "WEIGHTS_0",
                gltf.floats("VEC4", weights));
    }

    /** A chain of joints up the stem, and the skin of them; gives the first one's node. */
    private int joints() {
        float[] inverse = new float[JOINTS * 16];
        List<Integer> nodes = new ArrayList<>();
        for (int j = 0; j < JOINTS; j++) {
            double height = BASE + HEIGHT * j / (JOINTS - 1);
            double step = j == 0 ? BASE : HEIGHT / (JOINTS - 1);
            GltfBuilder.numbers(gltf.node("Joint " + j), "translation", j == 0 ? X : 0, step, j == 0 ? Z : 0);
            nodes.add(gltf.last("nodes"));
            if (j > 0) {
                ((ObjectNode) gltf.root().withArray("nodes").get(nodes.get(j - 1)))
                        .putArray("children")
                        .add(nodes.get(j));
            }
            for (int d = 0; d < 4; d++) {
                inverse[j * 16 + d * 5] = 1;
            }
            inverse[j * 16 + 12] = (float) -X;
            inverse[j * 16 + 13] = (float) -height;
            inverse[j * 16 + 14] = (float) -Z;
        }
        ObjectNode skin = gltf.add("skins").put("inverseBindMatrices", gltf.floats("MAT4", inverse));
        ArrayNode joints = skin.putArray("joints");
        nodes.forEach(joints::add);
        return nodes.getFirst();
    }

    private void sway(int firstJoint) {
        int keys = 17;
        float[] times = new float[keys];
        for (int k = 0; k < keys; k++) {
            times[k] = seconds * k / (keys - 1);
        }
        int input = gltf.floats("SCALAR", times);
        for (int j = 1; j < JOINTS; j++) {
            float[] rotations = new float[keys * 4];
            for (int k = 0; k < keys; k++) {
                double phase = 2 * Math.PI * k / (keys - 1) - 0.7 * j;
                double half = 0.055 * StrictMath.sin(phase);
                double nod = 0.025 * StrictMath.sin(2 * phase);
                double[] q = Matrix.unit(new double[] {nod, 0, half, 1});
                for (int c = 0; c < 4; c++) {
                    rotations[k * 4 + c] = (float) q[c];
                }
            }
            channel(animation, firstJoint + j, "rotation", "LINEAR", input, gltf.floats("VEC4", rotations));
        }
    }

    /** Adds a sampler and a channel that uses it. */
    public static void channel(
            ObjectNode animation, int node, String path, String interpolation, int input, int output) {
        ArrayNode samplers = animation.withArray("samplers");
        samplers.addObject().put("input", input).put("output", output).put("interpolation", interpolation);
        animation
                .withArray("channels")
                .addObject()
                .put("sampler", samplers.size() - 1)
                .putObject("target")
                .put("node", node)
                .put("path", path);
    }
}
