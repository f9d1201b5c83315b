package farm.tilth.render.pathtracer;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.render.bvh.Bvh;
import farm.tilth.render.bvh.BvhForest;
import farm.tilth.render.bvh.NodeLayout;
import farm.tilth.render.pathtracer.CpuPathTracer.Level;
import farm.tilth.render.pathtracer.PathTracer.Film;
import farm.tilth.render.pathtracer.PathTracer.View;
import farm.tilth.render.scene.Scene;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** The hierarchy against no hierarchy at all: every triangle tested by every ray. */
class BvhOracleTest {
    private static final View VIEW = new View(32, 32, 0, 3, 4);
    private static final TileBounds FRAME = new TileBounds(0, 0, 32, 32);
    private static final SampleRange SAMPLES = new SampleRange(0, 2);

    @Test
    void hierarchyAndBruteForceGiveTheSamePictureOfTriangleSoups() throws InterruptedException {
        for (long seed = 1; seed <= 12; seed++) {
            Scene scene = soup(new Random(seed), 300);
            assertEquals(picture(scene, ExhaustiveBvh::build), picture(scene, BvhForest::build), "seed " + seed);
        }
    }

    @Test
    void hierarchyAndBruteForceGiveTheSamePictureOfTheStillLife() throws InterruptedException {
        Scene scene = SelftestScene.create();
        assertEquals(picture(scene, ExhaustiveBvh::build), picture(scene, BvhForest::build));
    }

    @Test
    void hierarchyAndBruteForceGiveTheSamePictureOfInstances() throws InterruptedException {
        for (long seed = 1; seed <= 8; seed++) {
            Scene scene = crowd(new Random(seed), 12);
            assertEquals(picture(scene, ExhaustiveBvh::build), picture(scene, BvhForest::build), "seed " + seed);
        }
    }

    @Test
    void trianglesInTheSamePlaceAreToldApartByTheirNumber() throws InterruptedException {
        SceneSketch sketch = new SceneSketch();
        for (int i = 0; i < 9; i++) {
            int material = sketch.material(SceneSketch.shining(new double[] {i, 9 - i, 1}));
            sketch.quad(new double[] {-2, -2, 0}, new double[] {4, 0, 0}, new double[] {0, 4, 0}, material);
        }
        assertEquals(picture(sketch.scene(), ExhaustiveBvh::build), picture(sketch.scene(), BvhForest::build));
    }

    @Test
    void aScaleOfAMillionIsHitLikeAScaleOfOne() throws InterruptedException {
        for (double scale : new double[] {1e-6, 1, 1e6}) {
            SceneSketch sketch = new SceneSketch();
            sketch.camera(SceneSketch.camera(new double[] {0, 0, 4 * scale}, new double[3], 45));
            sketch.environment(SceneSketch.uniform(1, false));
            int white = sketch.material(SceneSketch.plain(new double[] {1, 1, 1}, 0, 1));
            sketch.sphere(new double[3], scale, 32, white);
            Film film = film(sketch.scene(), BvhForest::build);
            long covered = alpha(film);
            assertEquals(0.29, covered / (double) (FRAME.area() * SAMPLES.count()), 0.02, "scale " + scale);
        }
    }

    @Test
    void emptySceneIsEmpty() throws InterruptedException {
        assertEquals(
                0,
                Arrays.stream(film(new SceneSketch().scene(), BvhForest::build).sums())
                        .sum());
    }

    @Test
    void everyTriangleIsInExactlyOneLeaf() {
        int count = 1000;
        Scene scene = soup(new Random(4), count);
        SceneEncoder.encode(
                        scene,
                        input -> {
                            Bvh bvh = BvhForest.build(input);
                            try (Arena arena = Arena.ofConfined()) {
                                MemorySegment nodes =
                                        arena.allocate(bvh.nodeCount() * NodeLayout.PLAIN.nodeBytes(), 64);
                                MemorySegment blocks = arena.allocate(bvh.blockCount() * Bvh.BLOCK_BYTES, 64);
                                try (Bvh same = BvhForest.build(input)) {
                                    same.write(NodeLayout.PLAIN, nodes, blocks);
                                }
                                assertEquals(
                                        IntStream.range(0, count).boxed().toList(),
                                        trianglesOf(blocks).sorted().boxed().toList());
                            }
                            assertTrue(bvh.nodeCount() < count / 6, "nodes without need: " + bvh.nodeCount());
                            return bvh;
                        },
                        NodeLayout.PLAIN)
                .close();
    }

    /** The triangles of all blocks; a place that is not used repeats the first one with three equal corners. */
    private static IntStream trianglesOf(MemorySegment blocks) {
        return IntStream.range(0, (int) (blocks.byteSize() / Bvh.BLOCK_BYTES)).flatMap(block -> {
            MemorySegment at = blocks.asSlice(block * Bvh.BLOCK_BYTES, Bvh.BLOCK_BYTES);
            return IntStream.range(0, 4)
                    .filter(i -> i == 0 || at.get(JAVA_INT, 144 + 4L * i) != at.get(JAVA_INT, 144))
                    .map(i -> at.get(JAVA_INT, 144 + 4L * i) & Integer.MAX_VALUE);
        });
    }

    private static long alpha(Film film) {
        long sum = 0;
        for (int i = 3; i < film.sums().length; i += 4) {
            sum += film.sums()[i];
        }
        return sum >> 24;
    }

    private static Digest picture(Scene scene, SceneEncoder.Builder builder) throws InterruptedException {
        return Selftest.digest(film(scene, builder));
    }

    /** By the fastest traversal; the plain one, over full and over packed nodes, must give the same. */
    private static Film film(Scene scene, SceneEncoder.Builder builder) throws InterruptedException {
        Film film = film(scene, builder, NodeLayout.PLAIN, Level.best());
        Digest digest = Selftest.digest(film);
        assertEquals(digest, Selftest.digest(film(scene, builder, NodeLayout.PLAIN, Level.BASELINE)), "plain nodes");
        assertEquals(digest, Selftest.digest(film(scene, builder, NodeLayout.PACKED, Level.BASELINE)), "packed nodes");
        return film;
    }

    private static Film film(Scene scene, SceneEncoder.Builder builder, NodeLayout layout, Level level)
            throws InterruptedException {
        try (PathTracer tracer = new CpuPathTracer(SceneEncoder.encode(scene, builder, layout), 2, level)) {
            return tracer.render(VIEW, FRAME, SAMPLES);
        }
    }

    /** Quads of all shapes: large and small, thin, flat, on a common grid, in the same plane. */
    private static Scene soup(Random random, int quads) {
        SceneSketch sketch = new SceneSketch();
        int[] materials = {
            sketch.material(SceneSketch.plain(new double[] {0.8, 0.6, 0.4}, 0, 0.5)),
            sketch.material(SceneSketch.plain(new double[] {0.9, 0.9, 0.9}, 1, 0.2)),
            sketch.material(SceneSketch.shining(new double[] {2, 3, 4}))
        };
        for (int i = 0; i < quads / 2; i++) {
            double size = Math.pow(10, -2 * random.nextDouble());
            boolean onGrid = random.nextInt(4) == 0;
            double[] corner = vector(random, 1.5, onGrid);
            double[] a = vector(random, size, onGrid);
            double[] b = random.nextInt(20) == 0 ? a : vector(random, size * random.nextDouble(), onGrid);
            sketch.quad(corner, a, b, materials[random.nextInt(materials.length)]);
        }
        sketch.environment(SceneSketch.uniform(0.5, true));
        return sketch.scene();
    }

    /** Two shapes, each many times: turned, mirrored, flattened, on the move, far out, one in the other, in the same place. */
    private static Scene crowd(Random random, int instances) {
        SceneSketch sketch = new SceneSketch();
        int matte = sketch.material(SceneSketch.plain(new double[] {0.8, 0.6, 0.4}, 0, 0.5));
        int lamp = sketch.material(SceneSketch.shining(new double[] {2, 3, 4}));
        sketch.quad(new double[] {-2, -1, 2}, new double[] {4, 0, 0}, new double[] {0, 0, -4}, matte);
        int first = sketch.triangles();
        sketch.sphere(new double[3], 0.3, 9, matte);
        int second = sketch.triangles();
        sketch.quad(vector(random, 1, false), vector(random, 1, false), vector(random, 1, false), lamp);
        sketch.sphere(vector(random, 1000, false), 0.2, 5, matte);
        int end = sketch.triangles();
        for (int i = 0; i < instances; i++) {
            double[] scale = new double[3];
            for (int k = 0; k < 3; k++) {
                scale[k] = (random.nextBoolean() ? 1 : -1) * Math.pow(10, -2 * random.nextDouble());
            }
            double[] placed = SceneSketch.transform(scale, random.nextDouble(), vector(random, 1, i % 3 == 0));
            double[] later = SceneSketch.transform(scale, random.nextDouble(), vector(random, 1, false));
            double[] atClose = i % 4 == 0 ? later : placed;
            sketch.instance(i % 2 == 0 ? first : second, i % 2 == 0 ? second : end, placed, atClose);
            if (i % 5 == 0) {
                sketch.instance(first, second, placed, placed);
            }
        }
        sketch.environment(SceneSketch.uniform(0.5, true));
        return sketch.scene();
    }

    private static double[] vector(Random random, double size, boolean onGrid) {
        double[] v = new double[3];
        for (int k = 0; k < 3; k++) {
            double x = (2 * random.nextDouble() - 1) * size;
            v[k] = onGrid ? Math.rint(x * 4) / 4 : x;
        }
        return v;
    }
}
