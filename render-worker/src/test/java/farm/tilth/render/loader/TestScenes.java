package farm.tilth.render.loader;

import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.render.sample.GltfBuilder;
import farm.tilth.render.sample.SamplePlant;
import farm.tilth.render.scene.Scene;
import farm.tilth.render.scene.SceneLimits;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Small scenes for tests, and ways to load them without files of their own. */
public final class TestScenes {
    static final float[] TRIANGLE = {0, 0, 0, 1, 0, 0, 0, 1, 0};

    private TestScenes() {}

    /** A unit triangle in the xy plane at one node "tri", with a camera "eye" that sees it. */
    static GltfBuilder triangle() {
        GltfBuilder builder = new GltfBuilder();
        int positions = builder.floats("VEC3", TRIANGLE);
        int normals = builder.floats("VEC3", 0, 0, 1, 0, 0, 1, 0, 0, 1);
        int uv = builder.floats("VEC2", 0, 1, 1, 1, 0, 0);
        int indices = builder.unsigned(2, "SCALAR", 0, 1, 2);
        int mesh = builder.mesh(
                GltfBuilder.primitive(indices, -1, "POSITION", positions, "NORMAL", normals, "TEXCOORD_0", uv));
        builder.node("tri").put("mesh", mesh);
        builder.add("cameras")
                .put("type", "perspective")
                .putObject("perspective")
                .put("yfov", 0.8);
        GltfBuilder.numbers(builder.node("eye").put("camera", 0), "translation", 0.5, 0.5, 3);
        builder.scene(List.of(0, 1));
        return builder;
    }

    /** The bytes of {@link #triangle()} as a .glb, for tests of other packages. */
    public static byte[] triangleGlb() {
        return triangle().glb();
    }

    /** The triangle on its way to the right, one unit in a twelfth of a second. */
    public static byte[] movingGlb() {
        GltfBuilder builder = triangle();
        int times = builder.floats("SCALAR", 0, 1 / 12f);
        int places = builder.floats("VEC3", 0, 0, 0, 1, 0, 0);
        SamplePlant.channel(builder.add("animations"), 0, "translation", "LINEAR", times, places);
        return builder.glb();
    }

    /** A scene with a bit of everything that the loader reads. */
    static GltfBuilder everything() {
        GltfBuilder b = triangle();
        int png = b.texture(Pictures.png(4, 4, 0xff8040c0));
        b.add("samplers").put("wrapS", 33071).put("wrapT", 33648).put("magFilter", 9728);
        ((ObjectNode) b.root().at("/textures/0")).put("sampler", 0);
        ObjectNode material = b.add("materials").put("alphaMode", "MASK").put("doubleSided", true);
        ObjectNode color = material.putObject("pbrMetallicRoughness").putObject("baseColorTexture");
        ObjectNode transform = color.put("index", png).putObject("extensions").putObject("KHR_texture_transform");
        GltfBuilder.numbers(transform, "scale", 2, 3);
        material.putObject("normalTexture").put("index", png).put("scale", 0.5);
        material.putObject("emissiveTexture").put("index", png);
        GltfBuilder.numbers(material, "emissiveFactor", 1, 1, 1);
        ObjectNode primitive = (ObjectNode) b.root().at("/meshes/0/primitives/0");
        primitive.put("material", 0);
        ObjectNode attributes = (ObjectNode) primitive.get("attributes");
        attributes.put("JOINTS_0", b.unsigned(1, "VEC4", 0, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0));
        attributes.put("WEIGHTS_0", b.floats("VEC4", 0.5f, 0.5f, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0));
        attributes.put("COLOR_0", b.unsigned(2, "VEC4", 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9));
        ((ObjectNode) b.root().at("/accessors/" + b.last("accessors"))).put("normalized", true);
        primitive.putArray("targets").addObject().put("POSITION", b.floats("VEC3", new float[9]));
        b.node("joint").putArray("children").add(3);
        b.node("joint");
        ObjectNode skin = b.add("skins").put("inverseBindMatrices", b.floats("MAT4", identities(2)));
        skin.putArray("joints").add(2).add(3);
        ((ObjectNode) b.root().at("/nodes/0")).put("skin", 0);
        ObjectNode animation = b.add("animations");
        int times = b.floats("SCALAR", 0, 1);
        SamplePlant.channel(animation, 2, "rotation", "LINEAR", times, b.floats("VEC4", 0, 0, 0, 1, 0, 1, 0, 0));
        SamplePlant.channel(animation, 3, "translation", "CUBICSPLINE", times, b.floats("VEC3", new float[18]));
        SamplePlant.channel(animation, 0, "weights", "STEP", times, b.floats("SCALAR", 0, 1));
        b.root()
                .putObject("extensions")
                .putObject("KHR_lights_punctual")
                .putArray("lights")
                .addObject()
                .put("type", "spot")
                .putObject("spot");
        b.node("lamp").putObject("extensions").putObject("KHR_lights_punctual").put("light", 0);
        showAll(b);
        return b;
    }

    /** Leaves out the list of scenes: then every node shows. */
    static void showAll(GltfBuilder builder) {
        builder.root().remove("scenes");
        builder.root().remove("scene");
    }

    private static float[] identities(int count) {
        float[] matrices = new float[count * 16];
        for (int i = 0; i < matrices.length; i++) {
            matrices[i] = i % 16 % 5 == 0 ? 1 : 0;
        }
        return matrices;
    }

    static SceneFile load(byte[] content) {
        return load(Map.of("scene", content), "scene", SceneLimits.DEFAULT);
    }

    static SceneFile load(Map<String, byte[]> files, String main, SceneLimits limits) {
        return load(files, main, limits, Optional.empty());
    }

    static SceneFile load(Map<String, byte[]> files, String main, SceneLimits limits, Optional<String> variant) {
        Path folder = temporary();
        try {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path path = folder.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.write(path, file.getValue());
            }
            return SceneFile.load(source(folder, main), limits, variant);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        } finally {
            delete(folder);
        }
    }

    static Scene pose(SceneFile file) {
        return file.pose(new CameraChoice.First(), 1, Optional.empty(), 0);
    }

    static Scene pose(SceneFile file, int animation, double seconds) {
        return file.pose(new CameraChoice.First(), 1, Optional.of(animation), seconds);
    }

    private static SceneSource source(Path folder, String main) {
        return new SceneSource() {
            @Override
            public String main() {
                return main;
            }

            @Override
            public Optional<Path> find(String path) {
                return Optional.of(folder.resolve(path)).filter(Files::isRegularFile);
            }
        };
    }

    private static Path temporary() {
        try {
            return Files.createTempDirectory("tilth-scene");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path folder) {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(java.util.Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
