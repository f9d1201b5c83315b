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
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Rays per second of the kernel, and what it costs to render a frame in 64 tiles instead of one.
 *
 * <p>{@code KernelBenchmark [SCENE.glb | TRIANGLES]}; without a scene it renders 100,000 triangles that it makes.
 */
public final class KernelBenchmark {
    private static final int SIDE = 256;
    private static final int SAMPLES = 4;
    private static final int ROUNDS = 7;
    private static final int BOUNCES = 8;

    private KernelBenchmark() {}

    public static void main(String[] args) throws InterruptedException {
        Scene scene = scene(args);
        int cores = Runtime.getRuntime().availableProcessors();
        System.out.printf("kernel      %s%n", KernelIdentity.engine());
        System.out.printf("device      %s%n", PathTracers.device(cores));
        System.out.printf("scene       %,d triangles%n", scene.mesh().triangleCount());
        encode(scene, NodeLayout.PACKED).close();
        encode(scene, NodeLayout.PLAIN).close();
        for (int threads : cores == 1 ? new int[] {1} : new int[] {1, cores}) {
            measureRays(scene, threads);
        }
        measureTiles(scene, cores);
    }

    /** The scene that the argument names, or hills of so many triangles; 100,000 triangles of spheres without any. */
    static Scene scene(String[] args) throws InterruptedException {
        if (args.length == 0) {
            return generated();
        }
        return args[0].matches("[0-9]+") ? Hills.scene(Integer.parseInt(args[0])) : load(Path.of(args[0]));
    }

    /** Encodes and says what it took. */
    static SceneBuffer encode(Scene scene, NodeLayout layout) {
        long start = System.nanoTime();
        SceneBuffer buffer = SceneEncoder.encode(scene, layout);
        double seconds = (System.nanoTime() - start) * 1e-9;
        double triangles = Math.max(1, scene.mesh().triangleCount());
        System.out.printf(
                "%-11s %.2f s, %.1f bytes a triangle: its hierarchy %.1f, all else %.1f%n",
                layout == NodeLayout.PACKED ? "for GPUs" : "for CPUs",
                seconds,
                buffer.bytes().byteSize() / triangles,
                buffer.hierarchyBytes() / triangles,
                (buffer.bytes().byteSize() - buffer.hierarchyBytes()) / triangles);
        return buffer;
    }

    private static void measureRays(Scene scene, int threads) throws InterruptedException {
        try (PathTracer tracer = PathTracers.open(scene, threads)) {
            List<Double> primary = new ArrayList<>();
            List<Double> paths = new ArrayList<>();
            for (int round = 0; round < ROUNDS; round++) {
                primary.add(megaraysPerSecond(tracer, 0));
                paths.add(megaraysPerSecond(tracer, BOUNCES));
            }
            System.out.printf(
                    "%2d threads  camera rays %s, path tracing %s Mrays/s%n", threads, spread(primary), spread(paths));
        }
    }

    private static double megaraysPerSecond(PathTracer tracer, int bounces) throws InterruptedException {
        long start = System.nanoTime();
        Film film = tracer.render(
                new View(SIDE, SIDE, 0, 1, bounces), new TileBounds(0, 0, SIDE, SIDE), new SampleRange(0, SAMPLES));
        return 1e3 * Arrays.stream(film.rays()).asLongStream().sum() / (System.nanoTime() - start);
    }

    private static void measureTiles(Scene scene, int threads) throws InterruptedException {
        try (PathTracer tracer = PathTracers.open(scene, threads)) {
            List<Double> one = new ArrayList<>();
            List<Double> many = new ArrayList<>();
            List<Double> ratio = new ArrayList<>();
            seconds(tracer, 1);
            for (int round = 0; round < ROUNDS; round++) {
                one.add(seconds(tracer, 1));
                many.add(seconds(tracer, 8));
                ratio.add(many.getLast() / one.getLast());
            }
            System.out.printf("1 tile      %s s%n64 tiles    %s s%n", spread(one), spread(many));
            System.out.printf("ratio       %s (of pairs taken in turn)%n", spread(ratio));
        }
    }

    private static double seconds(PathTracer tracer, int tilesPerSide) throws InterruptedException {
        long start = System.nanoTime();
        int side = SIDE / tilesPerSide;
        for (int y = 0; y < SIDE; y += side) {
            for (int x = 0; x < SIDE; x += side) {
                tracer.render(
                        new View(SIDE, SIDE, 0, 1, BOUNCES),
                        new TileBounds(x, y, side, side),
                        new SampleRange(0, SAMPLES));
            }
        }
        return (System.nanoTime() - start) * 1e-9;
    }

    /** "median [least … most]". */
    private static String spread(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return "%.3f [%.3f … %.3f]".formatted(sorted.get(sorted.size() / 2), sorted.getFirst(), sorted.getLast());
    }

    private static Scene load(Path file) throws InterruptedException {
        Scene scene = SceneFile.load(SceneSource.of(file)).pose(new CameraChoice.First(), 1, Optional.empty(), 0);
        return scene.under(Optional.of(SceneSketch.uniform(1, true)));
    }

    /** A heap of spheres under a uniform sky: 100,000 triangles. */
    private static Scene generated() {
        SceneSketch sketch = new SceneSketch();
        int[] materials = {
            sketch.material(SceneSketch.plain(new double[] {0.8, 0.5, 0.3}, 0, 0.6)),
            sketch.material(SceneSketch.plain(new double[] {0.9, 0.9, 0.9}, 1, 0.2))
        };
        for (int i = 0; i < 64; i++) {
            double[] centre = {i % 4 - 1.5, i / 4 % 4 - 1.5, i / 16 - 1.5};
            sketch.sphere(centre, 0.55, 28, materials[i % 2]);
        }
        sketch.environment(SceneSketch.uniform(1, true));
        sketch.camera(SceneSketch.camera(new double[] {4, 3, 5}, new double[3], 45));
        return sketch.scene();
    }
}
