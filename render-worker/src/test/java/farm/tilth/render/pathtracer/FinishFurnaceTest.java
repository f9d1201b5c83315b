package farm.tilth.render.pathtracer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.render.pathtracer.PathTracer.Film;
import farm.tilth.render.pathtracer.PathTracer.View;
import farm.tilth.render.scene.Camera;
import farm.tilth.render.scene.Finish;
import farm.tilth.render.scene.Finish.Anisotropy;
import farm.tilth.render.scene.Finish.Translucency;
import farm.tilth.render.scene.Material;
import farm.tilth.render.scene.Material.TextureSlot;
import farm.tilth.render.scene.Scene;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the material extensions do to light, where theory knows it. */
class FinishFurnaceTest {
    private static final int SIDE = 24;
    private static final int SAMPLES = 128;

    @ParameterizedTest
    @CsvSource({"0, 0.01", "0.2, 0.01", "0.5, 0.01", "0.8, 0.01", "1, 0.02"})
    void whiteGlassVanishesInAWhiteFurnace(double roughness, double tolerance) throws InterruptedException {
        // Flat walls: on a faceted ball, directions between the true surface and its facets are lost at each bounce.
        Material glass = SelftestFinishes.clear(new double[] {1, 1, 1}, roughness, 1.5f, new float[3], 0);
        for (double channel : mean(slab(glass), 60)) {
            assertEquals(1, channel, tolerance);
        }
    }

    @ParameterizedTest
    @CsvSource({"0.1, 0.5", "0.1, 1", "0.3, 0.5", "0.3, 1", "0.6, 0.5", "0.6, 1"})
    void brushedMetalReturnsNearlyAllLight(double roughness, float strength) throws InterruptedException {
        Finish plain = Finish.PLAIN;
        Finish brushed = new Finish(
                plain.kind(),
                plain.specular(),
                plain.coat(),
                plain.sheen(),
                plain.transmission(),
                plain.translucency(),
                plain.iridescence(),
                new Anisotropy(strength, 0.3f, TextureSlot.NONE));
        SceneSketch sketch = new SceneSketch();
        sketch.environment(SceneSketch.uniform(1, true));
        int sheet = sketch.material(
                SceneSketch.plain(new double[] {1, 1, 1}, 1, roughness).with(brushed));
        sketch.quad(new double[] {-50, -50, 0}, new double[] {100, 0, 0}, new double[] {0, 100, 0}, sheet);
        for (double channel : mean(sketch.scene(), 4)) {
            assertEquals(1, channel, 0.03);
        }
    }

    @Test
    void dispersionLosesNoColor() throws InterruptedException {
        Material prism = SelftestFinishes.clear(new double[] {1, 1, 1}, 0, 1.6f, new float[3], 10);
        for (double channel : mean(ball(prism), 40)) {
            assertEquals(1, channel, 0.03);
        }
    }

    @Test
    void layersNeverReflectMoreThanTheyGet() throws InterruptedException {
        for (double channel : mean(ball(SelftestFinishes.lacquer()), 8)) {
            assertTrue(channel > 0.2 && channel < 1, "it reflects " + channel);
        }
    }

    @Test
    void whiteSheetThatScattersBothWaysReturnsAllLight() throws InterruptedException {
        Finish plain = Finish.PLAIN;
        Finish both = new Finish(
                plain.kind(),
                plain.specular(),
                plain.coat(),
                plain.sheen(),
                plain.transmission(),
                new Translucency(0.5f, TextureSlot.NONE, new float[] {1, 1, 1}, TextureSlot.NONE),
                plain.iridescence(),
                plain.anisotropy());
        SceneSketch sketch = new SceneSketch();
        sketch.environment(SceneSketch.uniform(1, true));
        int sheet = sketch.material(
                SceneSketch.plain(new double[] {1, 1, 1}, 0, 0.6).with(both));
        sketch.quad(new double[] {-50, -50, 0}, new double[] {100, 0, 0}, new double[] {0, 100, 0}, sheet);
        for (double channel : mean(sketch.scene(), 4)) {
            assertEquals(1, channel, 0.01);
        }
    }

    @Test
    void lightDwindlesInAMediumByBeersLaw() throws InterruptedException {
        // Seen straight on through a slab of 2 that hardly reflects.
        float[] absorption = {0.1f, 0.5f, 1.5f};
        double[] seen = mean(slab(SelftestFinishes.clear(new double[] {1, 1, 1}, 0, 1, absorption, 0)), 8);
        for (int k = 0; k < 3; k++) {
            assertEquals(Math.exp(-2 * absorption[k]), seen[k], 0.005, "channel " + k);
        }
    }

    @Test
    void innermostMediumCounts() throws InterruptedException {
        // A clear slab of 1 inside of an absorbing one of 2 takes its place there.
        Material outer = SelftestFinishes.clear(new double[] {1, 1, 1}, 0, 1, new float[] {0.7f, 0.7f, 0.7f}, 0);
        Material inner = SelftestFinishes.clear(new double[] {1, 1, 1}, 0, 1, new float[3], 0);
        SceneSketch sketch = new SceneSketch();
        addWalls(sketch, sketch.material(outer), -1, 1);
        addWalls(sketch, sketch.material(inner), -0.5, 0.5);
        assertEquals(Math.exp(-0.7), mean(lit(sketch), 8)[1], 0.005);
    }

    @Test
    void overlappingMediumIsLeftWhereItsWallIs() throws InterruptedException {
        // From -1 to 0 the first, from 0 to 2 the second, which was entered last; from 0 to 1 both are there.
        Material first = SelftestFinishes.clear(new double[] {1, 1, 1}, 0, 1, new float[] {0.3f, 0.3f, 0.3f}, 0);
        Material second = SelftestFinishes.clear(new double[] {1, 1, 1}, 0, 1, new float[] {0.8f, 0.8f, 0.8f}, 0);
        SceneSketch sketch = new SceneSketch();
        addWalls(sketch, sketch.material(first), 0, 2);
        addWalls(sketch, sketch.material(second), -1, 1);
        // The camera looks along -z: into the first at 2, into the second at 1, out of the first at 0.
        assertEquals(Math.exp(-0.3 - 2 * 0.8), mean(lit(sketch), 8)[1], 0.005);
    }

    @Test
    void unlitMaterialShowsItsColorWhateverTheLight() throws InterruptedException {
        SceneSketch sketch = new SceneSketch();
        int notice = sketch.material(SelftestFinishes.notice());
        sketch.quad(new double[] {-50, -50, 0}, new double[] {100, 0, 0}, new double[] {0, 100, 0}, notice);
        sketch.environment(SceneSketch.uniform(7, true));
        assertEquals(0.7, mean(sketch.scene(), 4)[1], 1e-6);
    }

    private static Scene ball(Material material) {
        SceneSketch sketch = new SceneSketch();
        sketch.environment(SceneSketch.uniform(1, true));
        sketch.sphere(new double[3], 1.2, 48, sketch.material(material));
        return sketch.scene();
    }

    private static Scene slab(Material material) {
        SceneSketch sketch = new SceneSketch();
        addWalls(sketch, sketch.material(material), -1, 1);
        return lit(sketch);
    }

    private static Scene lit(SceneSketch sketch) {
        sketch.environment(SceneSketch.uniform(1, true));
        sketch.camera(new Camera(
                new float[] {0, 0, 4}, new float[] {1, 0, 0}, new float[] {0, 1, 0}, new float[] {0, 0, -1}, 0, 1));
        return sketch.scene();
    }

    /** Two walls across z that face outwards. */
    private static void addWalls(SceneSketch sketch, int material, double from, double to) {
        sketch.quad(new double[] {-9, -9, to}, new double[] {18, 0, 0}, new double[] {0, 18, 0}, material);
        sketch.quad(new double[] {-9, -9, from}, new double[] {0, 18, 0}, new double[] {18, 0, 0}, material);
    }

    /** The mean radiance of a picture, by channel. */
    private static double[] mean(Scene scene, int bounces) throws InterruptedException {
        try (PathTracer tracer = new CpuPathTracer(scene, 2)) {
            Film film = tracer.render(
                    new View(SIDE, SIDE, 0, 1, bounces), new TileBounds(0, 0, SIDE, SIDE), new SampleRange(0, SAMPLES));
            double[] mean = new double[3];
            for (int i = 0; i < SIDE * SIDE; i++) {
                for (int k = 0; k < 3; k++) {
                    mean[k] += film.sums()[4 * i + k] / (double) FilmFormat.ONE / SIDE / SIDE / SAMPLES;
                }
            }
            return mean;
        }
    }
}
