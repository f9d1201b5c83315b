package farm.tilth.render.pathtracer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.render.pathtracer.PathTracer.Film;
import farm.tilth.render.pathtracer.PathTracer.View;
import farm.tilth.render.scene.Camera;
import farm.tilth.render.scene.Light;
import farm.tilth.render.scene.Scene;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Scenes whose radiance is known by theory, measured to within what the sample count explains. */
class FurnaceTest {
    private static final int SIDE = 32;
    private static final int SAMPLES = 256;

    @ParameterizedTest
    @CsvSource({
        "1.0, 0.0, 1.0, 0.9",
        "1.0, 0.0, 0.3, 0.4",
        "0.5, 0.0, 0.6, 0.7",
        "0.8, 1.0, 0.5, 0.6",
        "1.0, 1.0, 0.2, 0.3",
        "0.6, 0.5, 0.4, 0.8"
    })
    void planeUnderAUniformSkyReflectsItsAlbedo(double albedo, double metallic, double roughness, double cosine)
            throws InterruptedException {
        SceneSketch sketch = plane(albedo, metallic, roughness);
        sketch.camera(slanted(cosine));
        sketch.environment(SceneSketch.uniform(1, false));
        double expected = new GltfReference(albedo, metallic, roughness, cosine).directionalAlbedo();
        assertEquals(expected, mean(sketch.scene(), 1), 0.004);
    }

    @Test
    void whiteSphereVanishesInAWhiteFurnace() throws InterruptedException {
        for (double metallic : new double[] {0, 0.5, 1}) {
            for (double roughness : new double[] {0, 0.1, 0.5, 1}) {
                SceneSketch sketch = new SceneSketch();
                sketch.environment(SceneSketch.uniform(1, true));
                int white = sketch.material(SceneSketch.plain(new double[] {1, 1, 1}, metallic, roughness));
                sketch.sphere(new double[3], 1.2, 48, white);
                double radiance = mean(sketch.scene(), 8);
                assertEquals(1, radiance, 0.01, metallic + " metallic, roughness " + roughness);
            }
        }
    }

    @Test
    void metalNeverReflectsMoreThanItGets() throws InterruptedException {
        for (double roughness : new double[] {0, 0.3, 1}) {
            SceneSketch sketch = new SceneSketch();
            sketch.environment(SceneSketch.uniform(1, true));
            int grey = sketch.material(SceneSketch.plain(new double[] {0.9, 0.9, 0.9}, 1, roughness));
            sketch.sphere(new double[3], 1.2, 48, grey);
            double radiance = mean(sketch.scene(), 8);
            assertTrue(radiance < 1 && radiance > 0.88, "roughness " + roughness + ": " + radiance);
        }
    }

    @Test
    void insideOfAClosedShiningSphereLightAddsUp() throws InterruptedException {
        // Every wall shines with 1 and reflects about the half: 1 + 1/2 + 1/4 ... ends near 2.
        SceneSketch sketch = new SceneSketch();
        var wall = SceneSketch.plain(new double[] {0.5, 0.5, 0.5}, 0, 1);
        int material = sketch.material(
                wall.with(SceneSketch.shining(new double[] {1, 1, 1}).emission()));
        sketch.sphere(new double[3], 8, 48, material);
        double closed = mean(sketch.scene(), 64);
        double cut = mean(sketch.scene(), 0);
        assertEquals(1, cut, 1e-6);
        assertEquals(2, closed, 0.12);
    }

    @ParameterizedTest
    @CsvSource({"0.5, 0.0, 0.8", "0.7, 1.0, 0.5"})
    void pointLightFollowsTheInverseSquare(double albedo, double metallic, double roughness)
            throws InterruptedException {
        for (double height : new double[] {2, 4}) {
            SceneSketch sketch = plane(albedo, metallic, roughness);
            sketch.camera(narrow());
            sketch.light(new Light(
                    Light.Kind.POINT,
                    new float[] {0, 0, (float) height},
                    new float[] {0, 0, -1},
                    new float[] {10, 10, 10},
                    Float.POSITIVE_INFINITY,
                    0,
                    0));
            double f = new GltfReference(albedo, metallic, roughness, 1).value(new double[] {0, 0, 1});
            assertEquals(10 * f / (height * height), mean(sketch.scene(), 1), 0.002 * 10 * f);
        }
    }

    @Test
    void spotLightEndsAtItsConeAndRange() throws InterruptedException {
        assertTrue(spot(0.95f, 0.9f, new float[] {0, 0, -1}, 100) > 0.1);
        assertEquals(0, spot(0.95f, 0.9f, new float[] {0, 1, 0}, 100));
        assertEquals(0, spot(0.95f, 0.9f, new float[] {0, 0, -1}, 2.9f));
    }

    private static double spot(float inner, float outer, float[] direction, float range) throws InterruptedException {
        SceneSketch sketch = plane(0.5, 0, 1);
        sketch.camera(narrow());
        sketch.light(new Light(
                Light.Kind.SPOT, new float[] {0, 0, 3}, direction, new float[] {20, 20, 20}, range, inner, outer));
        return mean(sketch.scene(), 1);
    }

    @Test
    void squareLampGivesItsFormFactor() throws InterruptedException {
        SceneSketch sketch = plane(0.5, 0, 1);
        sketch.camera(narrow());
        int lamp = sketch.material(SceneSketch.shining(new double[] {3, 3, 3}));
        sketch.quad(new double[] {-1, -1, 2}, new double[] {2, 0, 0}, new double[] {0, 2, 0}, lamp);
        GltfReference bsdf = new GltfReference(0.5, 0, 1, 1);
        int n = 200;
        double expected = 0;
        for (int i = 0; i < n * n; i++) {
            double x = (i % n + 0.5) / n * 2 - 1;
            double y = (i / n + 0.5) / n * 2 - 1;
            double d2 = x * x + y * y + 4;
            double cosine = 2 / Math.sqrt(d2);
            double[] wi = {x / Math.sqrt(d2), y / Math.sqrt(d2), cosine};
            expected += 3 * bsdf.value(wi) * cosine * cosine / d2 * 4 / (n * n);
        }
        // The plane and the lamp light each other a little more with every bounce; one is asked for.
        assertEquals(expected, mean(sketch.scene(), 1), 0.003 * expected);
    }

    private static SceneSketch plane(double albedo, double metallic, double roughness) {
        SceneSketch sketch = new SceneSketch();
        int material = sketch.material(SceneSketch.plain(new double[] {albedo, albedo, albedo}, metallic, roughness));
        sketch.quad(new double[] {-50, -50, 0}, new double[] {100, 0, 0}, new double[] {0, 100, 0}, material);
        return sketch;
    }

    /** A parallel projection that sees the plane z = 0 at an angle. */
    private static Camera slanted(double cosine) {
        float c = (float) cosine;
        float s = (float) Math.sqrt(1 - cosine * cosine);
        return new Camera(
                new float[] {0, -10 * s, 10 * c},
                new float[] {1, 0, 0},
                new float[] {0, c, s},
                new float[] {0, s, -c},
                0,
                1);
    }

    /** Looks straight down on a point of the plane. */
    private static Camera narrow() {
        return new Camera(
                new float[] {0, 0, 1}, new float[] {1, 0, 0}, new float[] {0, 1, 0}, new float[] {0, 0, -1}, 1e-3f, 0);
    }

    /** The mean radiance of a picture's green. */
    private static double mean(Scene scene, int bounces) throws InterruptedException {
        try (PathTracer tracer = new CpuPathTracer(scene, 2)) {
            Film film = tracer.render(
                    new View(SIDE, SIDE, 0, 1, bounces), new TileBounds(0, 0, SIDE, SIDE), new SampleRange(0, SAMPLES));
            double sum = IntStream.range(0, SIDE * SIDE)
                    .mapToDouble(i -> film.sums()[4 * i + 1])
                    .sum();
            return sum / FilmFormat.ONE / SIDE / SIDE / SAMPLES;
        }
    }
}
