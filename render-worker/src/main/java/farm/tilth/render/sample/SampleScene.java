package farm.tilth.render.sample;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.render.scene.Matrix;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The scene that comes with the farm: a seedling in a clay pot on a terrazzo slab, with things of brass, steel, glaze
 * and gloss around it, under three soft lamps. It is computed, the same on every machine, and uses what the renderer
 * can do: textures of every kind, an alpha-masked leaf, vertex colours, a skin, a morph target, animated nodes, two
 * cameras.
 */
public final class SampleScene {
    private static final float SECONDS = 4;

    private final GltfBuilder gltf = new GltfBuilder();
    private final List<Integer> roots = new ArrayList<>();
    private final ObjectNode animation;

    private SampleScene() {
        animation = gltf.add("animations").put("name", "Breathing");
    }

    /** Writes the scene: the argument is the .glb to write. */
    public static void main(String[] arguments) throws IOException {
        if (arguments.length != 1) {
            System.err.println("usage: SampleScene OUT.glb");
            System.exit(2);
        }
        Files.write(Path.of(arguments[0]), glb());
    }

    /** The scene as a .glb. */
    public static byte[] glb() {
        SampleScene scene = new SampleScene();
        scene.stage();
        scene.pot();
        scene.armillary();
        scene.vase();
        scene.pebbles();
        scene.lamps();
        scene.camera("Hero", new double[] {1.15, 2.6, 7.2}, new double[] {0.12, 0.98, 0}, 0.45);
        scene.camera("Close-up", new double[] {-2.3, 2.6, 3.0}, new double[] {-0.75, 1.6, -0.25}, 0.5);
        scene.gltf.scene(scene.roots);
        return scene.gltf.glb();
    }

    private void stage() {
        int backdrop = material("Backdrop", 0, 0.92, 0.60, 0.50, 0.41);
        ParametricShape sweep = ParametricShape.of(24, 96, (u, v) -> {
            double x = (u - 0.5) * 26;
            double[][] profile = {
                {-0.22, 9}, {-0.22, 4}, {-0.22, 0}, {-0.22, -2.6}, {0.4, -4.4}, {2.2, -5.1}, {5, -5.2}, {11, -5.2}
            };
            double[] point = ParametricShape.spline(profile, v);
            return new double[] {x, Math.max(-0.22, point[0]), point[1]};
        });
        root("Backdrop", mesh(sweep, backdrop));

        int terrazzo = material("Terrazzo", 0, 1, 1, 1, 1);
        texture(terrazzo, "baseColorTexture", SampleTextures.terrazzo());
        texture(terrazzo, "metallicRoughnessTexture", SampleTextures.terrazzoRoughness());
        double[][] edge = {{2.62, -0.22}, {2.66, -0.2}, {2.68, -0.12}, {2.66, -0.03}, {2.6, 0}, {2.5, 0}};
        ParametricShape rim = ParametricShape.lathe(edge, 160, 24);
        ParametricShape top = ParametricShape.of(160, 2, (u, v) -> {
            double radius = 2.5 * (1 - v);
            return new double[] {radius * StrictMath.sin(u * 2 * Math.PI), 0, radius * StrictMath.cos(u * 2 * Math.PI)};
        });
        ArrayNode primitives = gltf.add("meshes").putArray("primitives");
        primitives.add(primitive(planar(rim, 2.7), terrazzo));
        primitives.add(primitive(planar(top, 2.7), terrazzo));
        root("Slab", gltf.last("meshes"));
    }

    private void pot() {
        int clay = material("Clay", 0, 0.86, 1, 1, 1);
        texture(clay, "baseColorTexture", SampleTextures.clayColor());
        texture(clay, "normalTexture", SampleTextures.thrownClay());
        double[][] profile = {
            {0.02, 0.004},
            {0.42, 0.004},
            {0.47, 0.02},
            {0.50, 0.10},
            {0.58, 0.45},
            {0.66, 0.84},
            {0.67, 0.87},
            {0.75, 0.88},
            {0.76, 0.90},
            {0.78, 1.10},
            {0.77, 1.14},
            {0.72, 1.145},
            {0.68, 1.12},
            {0.66, 0.9},
            {0.64, 0.8}
        };
        int mesh = mesh(ParametricShape.lathe(profile, 96, 120), clay);
        GltfBuilder.numbers(root("Pot", mesh), "translation", SamplePlant.X, 0, SamplePlant.Z);

        int soil = material("Soil", 0, 1, 1, 1, 1);
        texture(soil, "baseColorTexture", SampleTextures.soil());
        ParametricShape heap = ParametricShape.of(72, 48, (u, v) -> {
            double radius = 0.70 * (1 - v);
            double x = radius * StrictMath.sin(u * 2 * Math.PI);
            double z = radius * StrictMath.cos(u * 2 * Math.PI);
            double crumbs = SampleTextures.noise(x * 14 + 50, z * 14 + 50, 128, 51)
                    + 0.5 * SampleTextures.noise(x * 34 + 50, z * 34 + 50, 128, 52);
            return new double[] {x, 0.97 + 0.05 * (1 - radius * radius * 2) + 0.05 * crumbs, z};
        });
        GltfBuilder.numbers(
                root("Soil", mesh(planar(heap, 0.7), soil)), "translation", SamplePlant.X, 0, SamplePlant.Z);

        int stem = material("Stem", 0, 0.5, 0.30, 0.42, 0.12);
        int leaf = material("Leaf", 0, 0.42, 1, 1, 1);
        texture(leaf, "baseColorTexture", SampleTextures.leaf());
        ObjectNode leafMaterial =
                (ObjectNode) gltf.root().withArray("materials").get(leaf);
        leafMaterial.put("alphaMode", "MASK").put("alphaCutoff", 0.5).put("doubleSided", true);
        roots.addAll(new SamplePlant(gltf, animation, SECONDS).add(stem, leaf));
    }

    /** A brass ball in three steel rings that turn in each other. */
    private void armillary() {
        int brass = material("Brass", 1, 0.27, 0.89, 0.66, 0.30);
        int steel = material("Steel", 1, 0.2, 0.90, 0.91, 0.93);
        double[][] foot = {
            {0.02, 0.003},
            {0.36, 0.003},
            {0.37, 0.03},
            {0.35, 0.06},
            {0.12, 0.09},
            {0.05, 0.14},
            {0.04, 0.2},
            {0.04, 0.27}
        };
        int stand = mesh(ParametricShape.lathe(foot, 64, 48), brass);
        GltfBuilder.numbers(root("Armillary", stand), "translation", 1.28, 0, 0.15);
        int parent = gltf.last("nodes");
        double[] radii = {0.68, 0.58, 0.49};
        double[][] axes = {{0, 1, 0}, {0, 0, 1}, {1, 0, 0}};
        double[][] tilts = {{0.5, 0.5, 0.5, 0.5}, {0.38, 0, 0, 0.925}, {0, 0, 0.31, 0.951}};
        for (int i = 0; i < radii.length; i++) {
            int pivot = child(parent, "Pivot " + i, -1);
            if (i == 0) {
                GltfBuilder.numbers(node(pivot), "translation", 0, 0.95, 0);
            }
            turn(pivot, axes[i], i == 1 ? -1 : 1);
            int ring = child(pivot, "Ring " + i, mesh(ParametricShape.torus(radii[i], 0.022, 128, 20), steel));
            GltfBuilder.numbers(node(ring), "rotation", tilts[i]);
            parent = pivot;
        }
        child(parent, "Ball", mesh(ParametricShape.sphere(0.33, 48), brass));
    }

    private void vase() {
        int glaze = material("Glaze", 0, 0.07, 1, 1, 1);
        double[][] profile = {
            {0.02, 0.004},
            {0.30, 0.004},
            {0.34, 0.03},
            {0.46, 0.32},
            {0.53, 0.70},
            {0.44, 1.10},
            {0.22, 1.42},
            {0.17, 1.60},
            {0.23, 1.80},
            {0.235, 1.83},
            {0.21, 1.835},
            {0.15, 1.6},
            {0.14, 1.4}
        };
        ParametricShape shape = ParametricShape.lathe(profile, 96, 120);
        float[] colors = new float[shape.vertexCount() * 4];
        for (int i = 0; i < shape.vertexCount(); i++) {
            double height = shape.positions()[i * 3 + 1] / 1.8;
            double run = 0.09 * SampleTextures.noise(shape.uv()[i * 2] * 16, 0, 16, 61);
            double dipped = Math.clamp((height + run - 0.55) * 9, 0, 1);
            colors[i * 4] = (float) (0.025 + 0.60 * dipped);
            colors[i * 4 + 1] = (float) (0.16 + 0.05 * height + 0.42 * dipped);
            colors[i * 4 + 2] = (float) (0.17 + 0.04 * height + 0.27 * dipped);
            colors[i * 4 + 3] = 1;
        }
        ObjectNode primitive = primitive(shape, glaze);
        primitive.withObject("/attributes").put("COLOR_0", gltf.floats("VEC4", colors));
        GltfBuilder.numbers(root("Vase", gltf.mesh(primitive)), "translation", 0.38, 0, -1.25);
    }

    private void pebbles() {
        int ivory = material("Ivory", 0, 0.12, 0.80, 0.74, 0.62);
        ParametricShape ball = ParametricShape.sphere(0.3, 40);
        float[] squared = new float[ball.positions().length];
        float[] turned = new float[squared.length];
        for (int i = 0; i < ball.vertexCount(); i++) {
            double[] cube = squircle(ball.positions(), i);
            for (int c = 0; c < 3; c++) {
                squared[i * 3 + c] = (float) (cube[c] - ball.positions()[i * 3 + c]);
                turned[i * 3 + c] = (float) (cube[c + 3] - ball.normals()[i * 3 + c]);
            }
        }
        ObjectNode primitive = primitive(ball, ivory);
        primitive
                .putArray("targets")
                .addObject()
                .put("POSITION", gltf.floats("VEC3", squared))
                .put("NORMAL", gltf.floats("VEC3", turned));
        GltfBuilder.numbers(root("Pebble", gltf.mesh(primitive)), "translation", 0.3, 0.3, 1.25);
        int pebble = gltf.last("nodes");
        int times = gltf.floats("SCALAR", 0, SECONDS / 2, SECONDS);
        int weights = gltf.floats("SCALAR", 0, 0, 0, 0, 1, 0, 0, 0, 0);
        SamplePlant.channel(animation, pebble, "weights", "CUBICSPLINE", times, weights);

        int coral = material("Coral", 0, 0.38, 0.72, 0.16, 0.09);
        GltfBuilder.numbers(
                root("Coral", mesh(ParametricShape.sphere(0.2, 32), coral)), "translation", -0.38, 0.2, 1.35);
        int ink = material("Ink", 0, 0.03, 0.02, 0.025, 0.04);
        GltfBuilder.numbers(root("Ink", mesh(ParametricShape.sphere(0.13, 32), ink)), "translation", -0.02, 0.13, 1.72);
    }

    /** A point of a sphere pushed out towards a cube, and its normal there. */
    private static double[] squircle(float[] positions, int vertex) {
        double[] p = {positions[vertex * 3], positions[vertex * 3 + 1], positions[vertex * 3 + 2]};
        double sum = 0;
        for (double c : p) {
            sum += c * c * c * c;
        }
        double scale = 0.29 / StrictMath.sqrt(StrictMath.sqrt(sum));
        double[] n = Matrix.unit(new double[] {p[0] * p[0] * p[0], p[1] * p[1] * p[1], p[2] * p[2] * p[2]}, 0, 1, 0);
        return new double[] {p[0] * scale, p[1] * scale, p[2] * scale, n[0], n[1], n[2]};
    }

    private void lamps() {
        gltf.root().putArray("extensionsUsed").add("KHR_materials_emissive_strength");
        lamp("Key", new double[] {-4.4, 5.0, 4.4}, new double[] {5.2, 5.2}, new double[] {1, 0.91, 0.78}, 6.4);
        lamp("Fill", new double[] {5.4, 3.2, 4.0}, new double[] {4.6, 5.0}, new double[] {0.76, 0.88, 1}, 2.2);
        lamp("Rim", new double[] {2.2, 5.6, -3.4}, new double[] {5.5, 2.2}, new double[] {1, 0.95, 0.88}, 5.5);
    }

    private void lamp(String name, double[] position, double[] size, double[] color, double strength) {
        int material = material(name + " lamp", 0, 1, 0, 0, 0);
        ObjectNode shining = (ObjectNode) gltf.root().withArray("materials").get(material);
        GltfBuilder.numbers(shining, "emissiveFactor", color);
        shining.putObject("extensions")
                .putObject("KHR_materials_emissive_strength")
                .put("emissiveStrength", strength);
        double[] forward = Matrix.unit(new double[] {-position[0], 0.9 - position[1], -position[2]});
        double[] right = Matrix.unit(Matrix.cross(forward, new double[] {0, 1, 0}));
        double[] up = Matrix.cross(right, forward);
        ParametricShape panel = ParametricShape.of(1, 1, (u, v) -> {
            double[] point = new double[3];
            for (int i = 0; i < 3; i++) {
                point[i] = position[i] - right[i] * size[0] * (u - 0.5) + up[i] * size[1] * (v - 0.5);
            }
            return point;
        });
        root(name + " lamp", mesh(panel, material));
    }

    private void camera(String name, double[] position, double[] target, double yfov) {
        gltf.add("cameras")
                .put("type", "perspective")
                .put("name", name)
                .putObject("perspective")
                .put("yfov", yfov)
                .put("znear", 0.1);
        double[] back =
                Matrix.unit(new double[] {position[0] - target[0], position[1] - target[1], position[2] - target[2]});
        double[] right = Matrix.unit(Matrix.cross(new double[] {0, 1, 0}, back));
        double[] up = Matrix.cross(back, right);
        ObjectNode node = root(name, -1).put("camera", gltf.last("cameras"));
        GltfBuilder.numbers(
                node,
                "matrix",
                right[0],
                right[1],
                right[2],
                0,
                up[0],
                up[1],
                up[2],
                0,
                back[0],
                back[1],
                back[2],
                0,
                position[0],
                position[1],
                position[2],
                1);
    }

    /** A full turn around an axis while the animation lasts. */
    private void turn(int node, double[] axis, int direction) {
        int keys = 9;
        float[] times = new float[keys];
        float[] rotations = new float[keys * 4];
        for (int k = 0; k < keys; k++) {
            times[k] = SECONDS * k / (keys - 1);
            double half = direction * Math.PI * k / (keys - 1);
            for (int c = 0; c < 3; c++) {
                rotations[k * 4 + c] = (float) (axis[c] * StrictMath.sin(half));
            }
            rotations[k * 4 + 3] = (float) StrictMath.cos(half);
        }
        int input = gltf.floats("SCALAR", times);
        SamplePlant.channel(animation, node, "rotation", "LINEAR", input, gltf.floats("VEC4", rotations));
    }

    private int material(String name, double metallic, double roughness, double red, double green, double blue) {
        ObjectNode pbr = gltf.add("materials").put("name", name).putObject("pbrMetallicRoughness");
        pbr.put("metallicFactor", metallic).put("roughnessFactor", roughness);
        GltfBuilder.numbers(pbr, "baseColorFactor", red, green, blue, 1);
        return gltf.last("materials");
    }

    private void texture(int material, String slot, byte[] png) {
        ObjectNode target = (ObjectNode) gltf.root().withArray("materials").get(material);
        boolean pbr = !slot.equals("normalTexture");
        (pbr ? target.withObject("/pbrMetallicRoughness") : target)
                .putObject(slot)
                .put("index", gltf.texture(png));
    }

    private int mesh(ParametricShape shape, int material) {
        return gltf.mesh(primitive(shape, material));
    }

    private ObjectNode primitive(ParametricShape shape, int material) {
        return GltfBuilder.primitive(
                gltf.unsigned(4, "SCALAR", shape.indices()),
                material,
                "POSITION",
                gltf.floats("VEC3", shape.positions()),
                "NORMAL",
                gltf.floats("VEC3", shape.normals()),
                "TEXCOORD_0",
                gltf.floats("VEC2", shape.uv()));
    }

    /** The same shape with coordinates seen from above, so that what is flat has no pole. */
    private static ParametricShape planar(ParametricShape shape, double radius) {
        float[] uv = new float[shape.uv().length];
        for (int i = 0; i < shape.vertexCount(); i++) {
            uv[i * 2] = (float) (shape.positions()[i * 3] / radius * 0.5 + 0.5);
            uv[i * 2 + 1] =
                    (float) ((shape.positions()[i * 3 + 2] - shape.positions()[i * 3 + 1]) / radius * 0.5 + 0.5);
        }
        return new ParametricShape(shape.positions(), shape.normals(), uv, shape.indices());
    }

    private ObjectNode root(String name, int mesh) {
        ObjectNode node = gltf.node(name);
        if (mesh >= 0) {
            node.put("mesh", mesh);
        }
        roots.add(gltf.last("nodes"));
        return node;
    }

    private int child(int parent, String name, int mesh) {
        ObjectNode node = gltf.node(name);
        if (mesh >= 0) {
            node.put("mesh", mesh);
        }
        int number = gltf.last("nodes");
        node(parent).withArray("children").add(number);
        return number;
    }

    private ObjectNode node(int number) {
        return (ObjectNode) gltf.root().withArray("nodes").get(number);
    }
}
