package farm.tilth.render.scene;

import farm.tilth.protocol.task.CameraChoice;
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

    static SceneFile load(byte[] content) {
        return load(Map.of("scene", content), "scene", SceneLimits.DEFAULT);
    }

    static SceneFile load(Map<String, byte[]> files, String main, SceneLimits limits) {
        Path folder = temporary();
        try {
            for (Map.Entry<String, byte[]> file : files.entrySet()) {
                Path path = folder.resolve(file.getKey());
                Files.createDirectories(path.getParent());
                Files.write(path, file.getValue());
            }
            return SceneFile.load(source(folder, main), limits);
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
