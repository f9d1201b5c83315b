package farm.tilth.render.pathtracer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.task.Layer;
import farm.tilth.protocol.task.LightPaths;
import farm.tilth.protocol.task.Optics;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.render.pathtracer.PathTracer.Film;
import farm.tilth.render.pathtracer.PathTracer.View;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What a film holds besides colour: a green wall that stands before the left half of a uniform sky. */
class LayersTest {
    private static final int SIDE = 8;
    private static final int SAMPLES = 6;
    private static final int HALF = 4;
    private static final TileBounds FRAME = new TileBounds(0, 0, SIDE, SIDE);
    private static final List<Layer> ALL = List.of(Layer.values());

    private static Film film;
    private static PathTracer tracer;

    @BeforeAll
    static void render() throws InterruptedException {
        SceneSketch sketch = new SceneSketch();
        sketch.material(SceneSketch.plain(new double[] {1, 1, 1}, 0, 1));
        int green = sketch.material(SceneSketch.plain(new double[] {0.25, 0.75, 0.5}, 0, 1));
        sketch.object(6);
        sketch.quad(new double[] {-9, -9, 0}, new double[] {9, 0, 0}, new double[] {0, 18, 0}, green);
        sketch.camera(SceneSketch.camera(new double[] {0, 0, 3}, new double[3], 90));
        sketch.environment(SceneSketch.uniform(2, true));
        tracer = new CpuPathTracer(sketch.scene(), 1);
        film = tracer.render(view(ALL), FRAME, new SampleRange(0, SAMPLES));
    }

    private static View view(List<Layer> layers) {
        return new View(SIDE, SIDE, 0, new LightPaths(2 * HALF, 1, 2), Optics.DEFAULT, layers);
    }

    private static long[] values(Film of, List<Layer> layers, Layer layer, int x) {
        int at = (SIDE / 2 * SIDE + x) * of.channels() + FilmFormat.firstChannel(layers, layer);
        return Arrays.copyOfRange(of.sums(), at, at + layer.channels());
    }

    private static void assertMean(Layer layer, int x, double... expected) {
        long[] sums = values(film, ALL, layer, x);
        for (int c = 0; c < expected.length; c++) {
            assertEquals(expected[c], (double) sums[c] / FilmFormat.ONE / SAMPLES, 1e-6, layer + " " + c);
        }
    }

    @Test
    void aSurfaceLeavesItsColourNormalAndDepth() {
        assertMean(Layer.ALBEDO, 1, 0.25, 0.75, 0.5);
        assertMean(Layer.NORMAL, 1, 0, 0, 1);
        assertMean(Layer.DEPTH, 1, 3);
        assertEquals(SAMPLES, values(film, ALL, Layer.DEPTH, 1)[1]);
        assertArrayEquals(new long[] {2}, values(film, ALL, Layer.MATERIAL, 1));
        assertArrayEquals(new long[] {7}, values(film, ALL, Layer.OBJECT, 1));
    }

    @Test
    void everyPlaceIsThatOfItsObject() throws InterruptedException {
        SceneSketch sketch = new SceneSketch();
        int white = sketch.material(SceneSketch.plain(new double[] {1, 1, 1}, 0, 1));
        double[] right = {0.5, 0, 0};
        double[] up = {0, 1, 0};
        sketch.quad(new double[] {-1, -0.5, 0}, right, up, white);
        sketch.object(3);
        sketch.quad(new double[] {-0.5, -0.5, 0}, right, up, white);
        sketch.object(9);
        sketch.quad(new double[] {0, -0.5, 0}, right, up, white);
        int first = sketch.triangles();
        sketch.quad(new double[] {-0.5, -0.5, 0}, right, up, white);
        double[] aside = SceneSketch.transform(new double[] {1, 1, 1}, 0, new double[] {1, 0, 0});
        sketch.instance(first, sketch.triangles(), 5, aside);
        sketch.camera(SceneSketch.camera(new double[] {0, 0, 1}, new double[3], 90));
        PathTracer objects = new CpuPathTracer(sketch.scene(), 1);
        Film row = objects.render(
                view(List.of(Layer.OBJECT)), new TileBounds(0, SIDE / 2, SIDE, 1), new SampleRange(0, SAMPLES));
        long[] found = new long[SIDE];
        for (int x = 0; x < SIDE; x++) {
            found[x] = row.sums()[x * row.channels() + FilmFormat.firstChannel(List.of(Layer.OBJECT), Layer.OBJECT)];
        }
        assertArrayEquals(new long[] {1, 1, 4, 4, 10, 10, 6, 6}, found);
    }

    @Test
    void theSkyLeavesNothing() {
        for (Layer layer : List.of(Layer.ALBEDO, Layer.NORMAL, Layer.DEPTH, Layer.OBJECT, Layer.MATERIAL)) {
            assertArrayEquals(new long[layer.channels()], values(film, ALL, layer, SIDE - 2), layer.toString());
        }
    }

    @Test
    void theMomentIsThatOfTheLuminance() {
        assertMean(Layer.MOMENT, SIDE - 2, 4);
    }

    @Test
    void theHalfIsTheColourOfTheLaterSamples() throws InterruptedException {
        Film later = tracer.render(view(ALL), FRAME, new SampleRange(HALF, SAMPLES));
        for (int x = 0; x < SIDE; x++) {
            int at = (SIDE / 2 * SIDE + x) * later.channels();
            assertArrayEquals(Arrays.copyOfRange(later.sums(), at, at + 3), values(film, ALL, Layer.HALF, x));
        }
    }

    @Test
    void everyChoiceOfLayersHoldsTheSameValues() throws InterruptedException {
        for (int mask = 0; mask < 1 << ALL.size(); mask++) {
            int chosen = mask;
            List<Layer> layers =
                    ALL.stream().filter(layer -> (chosen & layer.bit()) != 0).toList();
            Film part = tracer.render(view(layers), new TileBounds(0, SIDE / 2, SIDE, 1), new SampleRange(0, SAMPLES));
            for (Layer layer : layers) {
                int at = FilmFormat.firstChannel(layers, layer) + part.channels();
                long[] found = Arrays.copyOfRange(part.sums(), at, at + layer.channels());
                assertArrayEquals(values(film, ALL, layer, 1), found, layer + " of " + layers);
            }
        }
    }
}
