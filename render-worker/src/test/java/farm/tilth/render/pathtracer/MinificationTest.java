package farm.tilth.render.pathtracer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.render.pathtracer.PathTracer.View;
import farm.tilth.render.scene.Camera;
import farm.tilth.render.scene.Finish;
import farm.tilth.render.scene.Material.TextureSlot;
import farm.tilth.render.scene.Scene;
import farm.tilth.render.scene.Texels;
import farm.tilth.render.scene.Texture;
import farm.tilth.render.scene.Texture.Filter;
import farm.tilth.render.scene.Texture.Levels;
import farm.tilth.render.scene.Texture.Wrap;
import farm.tilth.render.scene.UvTransform;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

/** What is seen of a picture whose texels are smaller than what a sample stands for. */
class MinificationTest {
    private static final Filter NO_LEVELS = Filter.withoutLevels(false);
    private static final int SAMPLES = 64;

    @Test
    void farCheckerboardIsGreyAfterFewSamples() throws InterruptedException {
        int[] checkers = picture(512, i -> (i % 512 + i / 512) % 2);
        double blurred = deviation(samples(scene(512, checkers, Filter.SMOOTH, UvTransform.IDENTITY), 1));
        double sharp = deviation(samples(scene(512, checkers, NO_LEVELS, UvTransform.IDENTITY), 1));
        assertTrue(blurred < 0.005 && sharp > 0.1, blurred + " with levels, " + sharp + " without");
    }

    @Test
    void transformsCountAsDistanceDoes() throws InterruptedException {
        int[] checkers = picture(16, i -> (i % 16 + i / 16) % 2);
        UvTransform often = new UvTransform(0, 32, 0, -32, 0, 0);
        double blurred = deviation(samples(scene(16, checkers, Filter.SMOOTH, often), 1));
        assertTrue(blurred < 0.005, "deviation " + blurred);
    }

    @Test
    void samplersChooseLevelsAndTexelsAsTheySay() throws InterruptedException {
        // Two texels white, two black: halves of it are white or black, quarters grey. A sample covers 6.76 texels, so
        // that the level is 1.378.
        int[] stripes = picture(16, i -> i / 2 % 2);
        double fine = (0.5 * Math.log(6.76) / Math.log(2)) - 1;
        for (double v : samples(stripes(stripes, new Filter(false, Levels.NEAREST, true)), 1.3)) {
            assertTrue(v == 0 || v == 1, "level 1 has no " + v);
        }
        for (double v : samples(stripes(stripes, new Filter(false, Levels.BLENDED, true)), 1.3)) {
            assertEquals(0.5 * (1 - fine), Math.abs(v - 0.5), 0.003, "between a half and a quarter: " + v);
        }
        List<Double> linear = samples(stripes(stripes, new Filter(true, Levels.NEAREST, false)), 1.3);
        assertTrue(linear.stream().anyMatch(v -> v > 0.2 && v < 0.8), "within a level it is linear");
        List<Double> magnified = samples(stripes(stripes, new Filter(true, Levels.BLENDED, false)), 0.1);
        assertTrue(magnified.stream().allMatch(v -> v == 0 || v == 1), "nearest where it is magnified");
    }

    @Test
    void magnifiedPicturesAreTheSameToTheBit() throws InterruptedException {
        int[] noise = picture(16, i -> i * 37 % 101 / 50);
        Scene smooth = scene(16, noise, Filter.SMOOTH, UvTransform.IDENTITY);
        Scene plain = scene(16, noise, NO_LEVELS, UvTransform.IDENTITY);
        assertEquals(digest(plain, 8), digest(smooth, 8));
        assertNotEquals(digest(plain, 1), digest(smooth, 1));
    }

    @Test
    void selftestReadsSmallerLevels() throws InterruptedException {
        Scene selftest = SelftestScene.create();
        Scene plain = new Scene(
                selftest.mesh(),
                selftest.placement(),
                selftest.materials(),
                selftest.textures().stream()
                        .map(t -> t.with(Filter.withoutLevels(t.filter().nearest())))
                        .toList(),
                selftest.lights(),
                selftest.camera(),
                selftest.environment());
        assertNotEquals(digest(plain, 24), digest(selftest, 24));
    }

    private static Scene stripes(int[] picture, Filter filter) {
        return scene(16, picture, filter, UvTransform.IDENTITY);
    }

    /** White where the pattern is 1, else black. */
    private static int[] picture(int side, IntUnaryOperator pattern) {
        int[] rgba = new int[side * side];
        for (int i = 0; i < rgba.length; i++) {
            rgba[i] = pattern.applyAsInt(i) == 1 ? 0xffffffff : 0xff000000;
        }
        return rgba;
    }

    /** A square from -1 to 1 that shows a picture, without light. */
    private static Scene scene(int side, int[] rgba, Filter filter, UvTransform transform) {
        SceneSketch sketch = new SceneSketch();
        Texture texture = new Texture(side, side, Texels.of(rgba), false, Wrap.REPEAT, Wrap.REPEAT, filter);
        TextureSlot slot = new TextureSlot(sketch.texture(texture), 0, transform);
        Finish plain = Finish.PLAIN;
        Finish unlit = new Finish(
                Finish.Kind.UNLIT,
                plain.specular(),
                plain.coat(),
                plain.sheen(),
                plain.transmission(),
                plain.translucency(),
                plain.iridescence(),
                plain.anisotropy());
        int material = sketch.material(
                SceneSketch.textured(new double[] {1, 1, 1}, 0, 1, slot).with(unlit));
        sketch.quad(new double[] {-1, -1, 0}, new double[] {2, 0, 0}, new double[] {0, 2, 0}, material);
        return sketch.scene();
    }

    /** The scene as a camera without perspective sees it. */
    private static Scene seen(Scene scene, double halfHeight) {
        Camera camera = new Camera(
                new float[] {0, 0, 3}, new float[] {1, 0, 0}, new float[] {0, 1, 0}, new float[] {0, 0, -1}, 0, (float)
                        halfHeight);
        return new Scene(
                scene.mesh(),
                scene.placement(),
                scene.materials(),
                scene.textures(),
                scene.lights(),
                camera,
                scene.environment());
    }

    /** What each sample of one pixel shows, where it meets the square. */
    private static List<Double> samples(Scene scene, double halfHeight) throws InterruptedException {
        List<Double> values = new ArrayList<>();
        try (PathTracer tracer = new CpuPathTracer(seen(scene, halfHeight), 1)) {
            for (int i = 0; i < SAMPLES; i++) {
                long[] sums = tracer.render(
                                new View(1, 1, 0, 0, 1), new TileBounds(0, 0, 1, 1), new SampleRange(i, i + 1))
                        .sums();
                if (sums[3] > 0) {
                    values.add(sums[0] / (double) FilmFormat.ONE);
                }
            }
        }
        return values;
    }

    private static double deviation(List<Double> values) {
        double mean = values.stream().mapToDouble(v -> v).average().orElseThrow();
        assertEquals(0.5, mean, 0.2);
        return Math.sqrt(values.stream()
                .mapToDouble(v -> (v - mean) * (v - mean))
                .average()
                .orElseThrow());
    }

    private static Object digest(Scene scene, int side) throws InterruptedException {
        boolean sketched = scene.textures().size() == 1;
        try (PathTracer tracer = new CpuPathTracer(sketched ? seen(scene, 0.8) : scene, 2)) {
            View view = new View(side, side, 0, 0, 4);
            return Selftest.digest(tracer.render(view, new TileBounds(0, 0, side, side), new SampleRange(0, 8)));
        }
    }
}
