package farm.tilth.render.pathtracer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.render.pathtracer.PathTracer.Film;
import farm.tilth.render.pathtracer.PathTracer.View;
import farm.tilth.render.scene.Camera;
import farm.tilth.render.scene.Material;
import farm.tilth.render.scene.Scene;
import java.util.Arrays;
import java.util.stream.DoubleStream;
import org.junit.jupiter.api.Test;

/** Rays pass blended surfaces by chance: evenly over a pixel's samples, and each surface by a chance of its own. */
class SeeThroughTest {
    private static final int SIDE = 16;
    private static final int SAMPLES = 64;

    @Test
    void aSheetIsSeenToOnePartInAsManyAsThereAreSamples() throws InterruptedException {
        for (double alpha : new double[] {0.05, 0.37, 0.5, 0.93}) {
            for (double pixel : alphas(alpha, 1)) {
                assertEquals(alpha, pixel, 1.001 / SAMPLES);
            }
        }
    }

    @Test
    void sheetsBehindEachOtherHideByChancesOfTheirOwn() throws InterruptedException {
        double hidden = 1 - 0.6 * 0.6 * 0.6;
        double[] pixels = alphas(0.4, 3);
        assertEquals(hidden, DoubleStream.of(pixels).average().orElseThrow(), 0.005);
        double squares = DoubleStream.of(pixels)
                .map(p -> (p - hidden) * (p - hidden))
                .average()
                .orElseThrow();
        double ofChance = hidden * (1 - hidden) / SAMPLES;
        assertTrue(squares < ofChance, "a variance of " + squares + ", where chance alone has " + ofChance);
        double most =
                DoubleStream.of(pixels).map(p -> Math.abs(p - hidden)).max().orElseThrow();
        assertTrue(most < 4 * Math.sqrt(ofChance), "a pixel is off by " + most);
    }

    /** The alpha of each pixel where sheets of that alpha fill the picture, some behind each other. */
    private static double[] alphas(double alpha, int sheets) throws InterruptedException {
        try (PathTracer tracer = new CpuPathTracer(stacked((float) alpha, sheets), 2)) {
            Film film = tracer.render(
                    new View(SIDE, SIDE, 0, 1, 1), new TileBounds(0, 0, SIDE, SIDE), new SampleRange(0, SAMPLES));
            double[] pixels = new double[SIDE * SIDE];
            Arrays.setAll(pixels, i -> film.sums()[4 * i + 3] / (double) FilmFormat.ONE / SAMPLES);
            return pixels;
        }
    }

    private static Scene stacked(float alpha, int sheets) {
        SceneSketch sketch = new SceneSketch();
        Material.Base base = new Material.Base(
                new float[] {0.5f, 0.5f, 0.5f, alpha}, Material.TextureSlot.NONE, 0, 1, Material.TextureSlot.NONE);
        int glass = sketch.material(
                Material.DEFAULT.with(base).with(new Material.Coverage(Material.AlphaMode.BLEND, 0.5f)));
        for (int i = 0; i < sheets; i++) {
            sketch.quad(new double[] {-50, -50, -i}, new double[] {100, 0, 0}, new double[] {0, 200, 0}, glass);
        }
        sketch.camera(new Camera(
                new float[] {10, 0, 5}, new float[] {1, 0, 0}, new float[] {0, 1, 0}, new float[] {0, 0, -1}, 0.1f, 0));
        return sketch.scene();
    }
}
