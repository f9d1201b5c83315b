package farm.tilth.render.pathtracer;

import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.render.bvh.NodeLayout;
import farm.tilth.render.loader.SceneFile;
import farm.tilth.render.loader.SceneSource;
import farm.tilth.render.pathtracer.PathTracer.Film;
import farm.tilth.render.pathtracer.PathTracer.View;
import farm.tilth.render.scene.Scene;
import farm.tilth.render.scene.Texture;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads a scene as large as the farm's limits allow, from its file to its first picture, and says what each step takes
 * in time and memory: {@code LargeSceneBenchmark [PARTS CELLS PIXELS]}, see {@link LargeScene}; without arguments
 * 10 million triangles and 4 GiB of pictures.
 */
public final class LargeSceneBenchmark {
    private static final LargeScene LARGE = new LargeScene(8, 280, 4096);
    private static final int SIDE = 256;
    private static final double GIB = 1 << 30;

    private long last = System.nanoTime();

    private LargeSceneBenchmark() {}

    public static void main(String[] args) throws IOException, InterruptedException {
        int[] n = Arrays.stream(args).mapToInt(Integer::parseInt).toArray();
        new LargeSceneBenchmark().run(n.length == 3 ? new LargeScene(n[0], n[1], n[2]) : LARGE);
    }

    private void run(LargeScene large) throws IOException, InterruptedException {
        System.out.printf(
                "%,d triangles, %.2f GiB of pictures; Java's heap up to %.2f GiB%n",
                large.triangles(),
                large.pictureBytes() / GIB,
                Runtime.getRuntime().maxMemory() / GIB);
        Path folder = Files.createTempDirectory("large-scene");
        Path file = folder.resolve("large.glb");
        try {
            Files.write(file, large.glb());
            step("written");
            SceneFile read = SceneFile.load(SceneSource.of(file));
            step("read");
            Scene scene = read.pose(new CameraChoice.First(), 1, Optional.empty(), 0)
                    .under(Optional.of(SceneSketch.uniform(1, true)));
            step("posed");
            render(scene);
        } finally {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
        }
    }

    private void render(Scene scene) throws InterruptedException, IOException {
        SceneBuffer buffer = SceneEncoder.encode(scene, NodeLayout.PLAIN);
        step("encoded");
        say(scene, buffer);
        int threads = Runtime.getRuntime().availableProcessors();
        try (PathTracer tracer = new CpuPathTracer(buffer, threads, CpuPathTracer.Level.best())) {
            Film film = tracer.render(
                    new View(SIDE, SIDE, 0, 0, 8), new TileBounds(0, 0, SIDE, SIDE), new SampleRange(0, 4));
            step("rendered");
            System.out.printf(
                    "%,d rays%n", Arrays.stream(film.rays()).asLongStream().sum());
        }
    }

    private static void say(Scene scene, SceneBuffer buffer) {
        double triangles = scene.mesh().triangleCount();
        long pictures = scene.textures().stream()
                .mapToLong(texture ->
                        texture.pixelsOfAllLevels() * texture.texels().pixelBytes())
                .sum();
        long plain = scene.textures().stream()
                .map(texture -> texture.with(Texture.Filter.withoutLevels(false)))
                .mapToLong(texture ->
                        texture.pixelsOfAllLevels() * texture.texels().pixelBytes())
                .sum();
        System.out.printf(
                "for the kernel %.2f GiB: pictures %.2f (%.2f without their smaller sizes), %.1f bytes a triangle, its"
                        + " hierarchy %.1f of them%n",
                buffer.bytes().byteSize() / GIB,
                pictures / GIB,
                plain / GIB,
                (buffer.bytes().byteSize() - pictures) / triangles,
                buffer.hierarchyBytes() / triangles);
    }

    /** Says how long the last step took and how much memory the process had at most so far. */
    private void step(String name) throws IOException {
        long now = System.nanoTime();
        System.out.printf("%-9s %6.1f s, peak %6.2f GiB%n", name, (now - last) * 1e-9, peakBytes() / GIB);
        last = now;
    }

    /** What Linux has counted as resident at most; 0 elsewhere. */
    private static double peakBytes() throws IOException {
        Path status = Path.of("/proc/self/status");
        if (!Files.exists(status)) {
            return 0;
        }
        return Files.readAllLines(status).stream()
                .filter(line -> line.startsWith("VmHWM:"))
                .mapToDouble(line -> 1024 * Double.parseDouble(line.replaceAll("[^0-9]", "")))
                .findFirst()
                .orElse(0);
    }
}
