package farm.tilth.render.pathtracer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.render.pathtracer.PathTracer.Film;
import farm.tilth.render.pathtracer.PathTracer.View;
import farm.tilth.render.scene.Camera;
import farm.tilth.render.scene.Environment;
import farm.tilth.render.scene.Light;
import farm.tilth.render.scene.Scene;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Light is chosen among candidates: on the mean it is all the light there is, and with little noise. */
class LightSamplingTest {
    private static final int SIDE = 16;
    private static final int SAMPLES = 64;
    private static final int WIDE = 1024;
    private static final int HIGH = 512;
    /** Where the sun's 2 x 2 pixels begin: in the middle of a cell, 45 degrees from the plane's normal. */
    private static final int SUN_X = 640;

    private static final int SUN_Y = 257;

    private record Measured(double mean, double deviation) {}

    @Test
    void aSmallSunAndItsSkyGiveTheirLightWithLittleNoise() throws InterruptedException {
        Environment sky = sky(3000);
        double expected = radiance(sky);
        Measured seen = measured(lit(true, false, false, sky), 1);
        assertEquals(expected, seen.mean(), 0.01 * expected);
        assertTrue(seen.deviation() < 0.04 * expected, "deviation " + seen.deviation() / expected);
    }

    @Test
    void anEvenSkyOfAnySizeGivesItsLight() throws InterruptedException {
        for (int[] size : new int[][] {{1, 1}, {2, 1}, {37, 19}, {1030, 6}, {2100, 1052}}) {
            float[] rgb = new float[3 * size[0] * size[1]];
            Arrays.fill(rgb, 0.5f);
            Environment even = new Environment(size[0], size[1], rgb, 0.3f, true);
            double expected = 0.5 * albedo();
            assertEquals(expected, measured(lit(true, false, false, even), 1).mean(), 0.01 * expected);
        }
    }

    @Test
    void allKindsOfLightTogetherGiveTheirSum() throws InterruptedException {
        Environment sky = sky(300);
        double sum = measured(lit(true, false, false, sky), 1).mean()
                + measured(lit(false, true, false, sky), 1).mean()
                + measured(lit(false, false, true, sky), 1).mean();
        // The lamp stands in the sky's light; it hides about as much of it as its solid angle is.
        double hidden = 0.2 * albedo() * 0.01;
        assertEquals(sum, measured(lit(true, true, true, sky), 1).mean(), 0.01 * sum + hidden);
    }

    @Test
    void aCellWithTheSunTellsItsPixelsApart() {
        EnvironmentTables tables = EnvironmentTables.of(sky(3000));
        assertEquals(2, tables.side());
        int cell = SUN_Y / 2 * (tables.wide() + 1) + SUN_X / 2;
        assertTrue(tables.columns()[cell] < 0, "the sun's cell is not marked");
        int details = tables.detailOf()[SUN_Y / 2 * tables.wide() + SUN_X / 2];
        // The sun begins in the cell's second row.
        assertTrue(tables.details()[details + 1] < 0.3 * Probabilities.ONE);
        assertEquals(Probabilities.ONE, tables.details()[details + 2]);
        EnvironmentTables even = EnvironmentTables.of(sky(0));
        assertEquals(0, even.details().length);
        assertTrue(Arrays.stream(even.columns()).allMatch(c -> c >= 0));
    }

    @Test
    void theTablesKnowTheLightOfAllDirections() {
        float[] rgb = new float[3 * 64 * 32];
        Arrays.fill(rgb, 2);
        EnvironmentTables tables = EnvironmentTables.of(new Environment(64, 32, rgb, 0, true));
        assertEquals(2 * 4 * Math.PI, tables.light(), 0.02);
    }

    @Test
    void theGuideOfEveryRowAndOfTheRowsHoldsWhatIsLookedFor() {
        EnvironmentTables tables = EnvironmentTables.of(sky(3000));
        for (int y = 0; y < tables.high(); y++) {
            int first = y * (tables.wide() + 1);
            checkGuide(tables, y, Arrays.copyOfRange(tables.columns(), first, first + tables.wide() + 1));
        }
        checkGuide(tables, tables.high(), tables.rows());
    }

    private static void checkGuide(EnvironmentTables tables, int row, int[] cumulated) {
        int parts = tables.guide().length / (tables.high() + 1) - 1;
        for (int part = 0; part < parts; part++) {
            int low = tables.guide()[row * (parts + 1) + part];
            int high = tables.guide()[row * (parts + 1) + part + 1];
            int start = Probabilities.ONE / parts * part;
            assertTrue((cumulated[low] & ~EnvironmentTables.UNEVEN) <= start, "row " + row + " part " + part);
            assertTrue(
                    high == cumulated.length - 2
                            || (cumulated[high + 1] & ~EnvironmentTables.UNEVEN)
                                    > start + Probabilities.ONE / parts - 1,
                    "row " + row + " part " + part);
        }
    }

    /** A smooth sky with a sun of that radiance. */
    private static Environment sky(float sun) {
        float[] rgb = new float[3 * WIDE * HIGH];
        for (int i = 0; i < rgb.length; i++) {
            rgb[i] = 0.2f + 0.1f * (i / 3 / WIDE) / HIGH;
        }
        for (int i = 0; i < 4 && sun > 0; i++) {
            Arrays.fill(
                    rgb,
                    3 * ((SUN_Y + i / 2) * WIDE + SUN_X + i % 2),
                    3 * ((SUN_Y + i / 2) * WIDE + SUN_X + i % 2 + 1),
                    sun);
        }
        return new Environment(WIDE, HIGH, rgb, 0, true);
    }

    /** What a plane across z sends straight back of it. */
    private static double radiance(Environment sky) {
        GltfReference bsdf = new GltfReference(0.5, 0, 1, 1);
        double sum = 0;
        for (int y = 0; y < HIGH; y++) {
            double elevation = Math.PI * (0.5 - (y + 0.5) / HIGH);
            double solidAngle = 2 * Math.PI / WIDE * Math.PI / HIGH * Math.cos(elevation);
            for (int x = 0; x < WIDE; x++) {
                double azimuth = 2 * Math.PI * ((x + 0.5) / WIDE - 0.5);
                double[] wi = {
                    Math.cos(azimuth) * Math.cos(elevation),
                    Math.sin(elevation),
                    Math.sin(azimuth) * Math.cos(elevation)
                };
                if (wi[2] > 0) {
                    sum += sky.rgb()[3 * (y * WIDE + x)] * bsdf.value(wi) * wi[2] * solidAngle;
                }
            }
        }
        return sum;
    }

    /** The share of even light that the plane reflects. */
    private static double albedo() throws InterruptedException {
        return measured(lit(true, false, false, SceneSketch.uniform(1, true)), 1)
                .mean();
    }

    private static Scene lit(boolean sky, boolean lamp, boolean point, Environment environment) {
        SceneSketch sketch = new SceneSketch();
        int plane = sketch.material(SceneSketch.plain(new double[] {0.5, 0.5, 0.5}, 0, 1));
        sketch.quad(new double[] {-50, -50, 0}, new double[] {100, 0, 0}, new double[] {0, 100, 0}, plane);
        if (lamp) {
            int shining = sketch.material(SceneSketch.shining(new double[] {8, 8, 8}));
            sketch.quad(new double[] {-2, 0, 3}, new double[] {0.3, 0, 0}, new double[] {0, 0.3, 0}, shining);
        }
        if (point) {
            sketch.light(new Light(
                    Light.Kind.POINT,
                    new float[] {1, 0, 2},
                    new float[] {0, 0, -1},
                    new float[] {3, 3, 3},
                    Float.POSITIVE_INFINITY,
                    0,
                    0));
        }
        if (sky) {
            sketch.environment(environment);
        }
        sketch.camera(new Camera(
                new float[] {0, 0, 1}, new float[] {1, 0, 0}, new float[] {0, 1, 0}, new float[] {0, 0, -1}, 1e-3f, 0));
        return sketch.scene();
    }

    /** Of green, over the pixels. */
    private static Measured measured(Scene scene, int bounces) throws InterruptedException {
        try (PathTracer tracer = new CpuPathTracer(scene, 2)) {
            Film film = tracer.render(
                    new View(SIDE, SIDE, 0, 1, bounces), new TileBounds(0, 0, SIDE, SIDE), new SampleRange(0, SAMPLES));
            double sum = 0;
            double squares = 0;
            for (int i = 0; i < SIDE * SIDE; i++) {
                double pixel = film.sums()[4 * i + 1] / (double) FilmFormat.ONE / SAMPLES;
                sum += pixel;
                squares += pixel * pixel;
            }
            double mean = sum / SIDE / SIDE;
            return new Measured(mean, Math.sqrt(Math.max(0, squares / SIDE / SIDE - mean * mean)));
        }
    }
}
