package farm.tilth.render.pathtracer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.task.Bounces;
import farm.tilth.protocol.task.LightPaths;
import farm.tilth.protocol.task.Optics;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.render.pathtracer.PathTracer.Film;
import farm.tilth.render.pathtracer.PathTracer.View;
import farm.tilth.render.scene.Material;
import farm.tilth.render.scene.Scene;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Limits of bounces and light, and who meets an unlit surface. */
class LightPathsTest {
    private static final int SIDE = 24;
    private static final int SAMPLES = 16;
    private static final int MOST = Bounces.MAX;

    @Test
    void aKindThatIsUsedUpEndsThePathAsTheTotalDoes() throws InterruptedException {
        Scene metal = corner(SceneSketch.plain(new double[] {0.9, 0.9, 0.9}, 1, 0.7), false);
        assertEquals(digest(metal, Bounces.ofAnyKind(2)), digest(metal, new Bounces(8, 1, 2, 1)));
        assertEquals(digest(metal, Bounces.ofAnyKind(8)), digest(metal, new Bounces(8, 1, MOST, 1)));
    }

    @Test
    void diffuseBouncesAreCountedApartFromGlossyOnes() throws InterruptedException {
        Scene matt = corner(SceneSketch.plain(new double[] {0.9, 0.9, 0.9}, 0, 1), false);
        double all = light(matt, Bounces.ofAnyKind(8));
        assertTrue(light(matt, new Bounces(8, 1, MOST, MOST)) < 0.9 * all);
        assertTrue(light(matt, new Bounces(8, MOST, 1, MOST)) > 0.9 * all);
    }

    @Test
    void aPathThroughGlassNeedsTwoTransmissions() throws InterruptedException {
        Material glass = SelftestFinishes.clear(new double[] {1, 1, 1}, 0, 1.5f, new float[3], 0);
        SceneSketch sketch = new SceneSketch();
        sketch.environment(SceneSketch.uniform(1, true));
        sketch.sphere(new double[3], 1.2, 48, sketch.material(glass));
        Scene ball = sketch.scene();
        double all = light(ball, Bounces.ofAnyKind(8));
        assertTrue(light(ball, new Bounces(8, MOST, MOST, 2)) > 0.9 * all);
        assertTrue(light(ball, new Bounces(8, MOST, MOST, 1)) < 0.9 * all);
    }

    @Test
    void theClampTakesIndirectLightAlone() throws InterruptedException {
        Scene scene = corner(SceneSketch.plain(new double[] {0.9, 0.9, 0.9}, 0, 0.5), false);
        LightPaths direct = new LightPaths(SAMPLES, 3, 1);
        assertEquals(digest(scene, direct), digest(scene, clamped(direct)));
        LightPaths all = new LightPaths(SAMPLES, 3, 8);
        double darker = light(scene, clamped(all)) / light(scene, all);
        assertTrue(darker > 0.3 && darker < 0.95, "of the light is left " + darker);
    }

    @Test
    void onlyTheCameraMeetsWhatIsUnlit() throws InterruptedException {
        Material white = SceneSketch.plain(new double[] {0.9, 0.9, 0.9}, 0, 0.5);
        Bounces bounces = Bounces.ofAnyKind(4);
        assertEquals(digest(corner(white, false), bounces), digest(corner(white, true), bounces));
    }

    private static LightPaths clamped(LightPaths paths) {
        return new LightPaths(paths.samples(), paths.seed(), paths.bounces(), Optional.of(0.1));
    }

    /** A floor and a wall under a sky, and behind the camera perhaps a notice that hides half of the sky. */
    private static Scene corner(Material material, boolean notice) {
        SceneSketch sketch = new SceneSketch();
        sketch.environment(SceneSketch.uniform(1, true));
        int walls = sketch.material(material);
        sketch.quad(new double[] {-50, -1, 50}, new double[] {100, 0, 0}, new double[] {0, 0, -100}, walls);
        sketch.quad(new double[] {-50, -50, -1}, new double[] {100, 0, 0}, new double[] {0, 100, 0}, walls);
        if (notice) {
            int unlit = sketch.material(SelftestFinishes.notice());
            sketch.quad(new double[] {-50, -50, 6}, new double[] {100, 0, 0}, new double[] {0, 100, 0}, unlit);
        }
        return sketch.scene();
    }

    private static String digest(Scene scene, Bounces bounces) throws InterruptedException {
        return digest(scene, new LightPaths(SAMPLES, 3, bounces, Optional.empty()));
    }

    private static String digest(Scene scene, LightPaths paths) throws InterruptedException {
        return Selftest.digest(film(scene, paths)).toString();
    }

    private static double light(Scene scene, Bounces bounces) throws InterruptedException {
        return light(scene, new LightPaths(SAMPLES, 3, bounces, Optional.empty()));
    }

    private static double light(Scene scene, LightPaths paths) throws InterruptedException {
        long[] sums = film(scene, paths).sums();
        double light = 0;
        for (int i = 0; i < sums.length; i += 4) {
            light += sums[i];
        }
        assertNotEquals(0, light);
        return light;
    }

    private static Film film(Scene scene, LightPaths paths) throws InterruptedException {
        try (PathTracer tracer = new CpuPathTracer(scene, 1)) {
            View view = new View(SIDE, SIDE, 0, paths, Optics.DEFAULT, List.of());
            return tracer.render(view, new TileBounds(0, 0, SIDE, SIDE), new SampleRange(0, SAMPLES));
        }
    }
}
