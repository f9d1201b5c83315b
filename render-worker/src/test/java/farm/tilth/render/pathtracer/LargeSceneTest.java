package farm.tilth.render.pathtracer;

import static org.junit.jupiter.api.Assertions.assertEquals;

import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.render.bvh.NodeLayout;
import farm.tilth.render.loader.SceneFile;
import farm.tilth.render.loader.SceneSource;
import farm.tilth.render.scene.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The generator of {@link LargeSceneBenchmark}, and what a scene of many pictures takes. */
class LargeSceneTest {
    @Test
    void everyPartHasTrianglesAndAPictureOfItsOwn(@TempDir Path folder) throws IOException, InterruptedException {
        LargeScene large = new LargeScene(3, 5, 16);
        Path file = Files.write(folder.resolve("large.glb"), large.glb());
        Scene scene = SceneFile.load(SceneSource.of(file)).pose(new CameraChoice.First(), 1, Optional.empty(), 0);
        assertEquals(large.triangles(), scene.mesh().triangleCount());
        assertEquals(0, scene.instances().size());
        assertEquals(9, scene.textures().size());
        assertEquals(
                9,
                scene.textures().stream()
                        .map(t -> t.texels().bytes().address())
                        .distinct()
                        .count());
        assertEquals(
                large.pictureBytes(),
                scene.textures().stream()
                        .mapToLong(t -> t.texels().bytes().byteSize())
                        .sum());
    }

    @Test
    void smallerSizesCountInWhatASceneTakes(@TempDir Path folder) throws IOException, InterruptedException {
        long one = bytes(new LargeScene(1, 2, 64), folder);
        long twice = bytes(new LargeScene(1, 2, 128), folder);
        assertEquals(4 * 128 * 128, twice - one, 64, "the smaller picture is the larger one's first smaller size");
    }

    private static long bytes(LargeScene large, Path folder) throws IOException, InterruptedException {
        Path file = Files.write(folder.resolve("large.glb"), large.glb());
        Scene scene = SceneFile.load(SceneSource.of(file)).pose(new CameraChoice.First(), 1, Optional.empty(), 0);
        try (SceneBuffer buffer = SceneEncoder.encode(scene, NodeLayout.PLAIN)) {
            return buffer.bytes().byteSize();
        }
    }
}
