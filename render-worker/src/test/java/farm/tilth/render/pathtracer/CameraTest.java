package farm.tilth.render.pathtracer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.task.Lens;
import farm.tilth.protocol.task.LightPaths;
import farm.tilth.protocol.task.Optics;
import farm.tilth.protocol.task.PixelFilter;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.render.pathtracer.PathTracer.Film;
import farm.tilth.render.pathtracer.PathTracer.View;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Where the camera's rays go, by the picture of a dot whose spread theory knows. */
class CameraTest {
    private static final int SIDE = 15;
    private static final int SAMPLES = 2048;
    private static final double DISTANCE = 10;

    /** The width of a pixel at the dot's distance: the picture is 15 pixels and 3 units high there. */
    private static final double PIXEL = 0.2;

    /** The film of a dot in the middle of the picture, 10 units away. */
    private static Film dot(double radius, Optional<Lens> lens, PixelFilter filter) throws InterruptedException {
        SceneSketch sketch = new SceneSketch();
        int black = sketch.material(SceneSketch.plain(new double[3], 0, 1));
        sketch.sphere(new double[3], radius, 24, black);
        double vfovDegrees = 2 * Math.toDegrees(Math.atan(SIDE * PIXEL / 2 / DISTANCE));
        sketch.camera(SceneSketch.camera(new double[] {0, 0, DISTANCE}, new double[3], vfovDegrees));
        Optics optics = new Optics(lens, Optional.empty(), filter);
        try (PathTracer tracer = new CpuPathTracer(sketch.scene(), 2)) {
            View view = new View(SIDE, SIDE, 0, new LightPaths(1, 5, 0), optics, List.of());
            return tracer.render(view, new TileBounds(0, 0, SIDE, SIDE), new SampleRange(0, SAMPLES));
        }
    }

    private static double alpha(Film film, int x, int y) {
        return (double) film.sums()[(y * SIDE + x) * 4 + 3] / FilmFormat.ONE / SAMPLES;
    }

    /** The dot's spread along x, in square pixels. */
    private static double variance(Film film) {
        double total = 0;
        double squares = 0;
        for (int y = 0; y < SIDE; y++) {
            for (int x = 0; x < SIDE; x++) {
                total += alpha(film, x, y);
                squares += alpha(film, x, y) * (x - SIDE / 2) * (x - SIDE / 2);
            }
        }
        return squares / total;
    }

    /** How densely a filter puts samples at an offset from the pixel's middle. */
    private static double density(PixelFilter filter, double x, double y) {
        return switch (filter) {
            case BOX -> Math.max(Math.abs(x), Math.abs(y)) <= 0.5 ? 1 : 0;
            case TENT -> Math.max(0, 1 - Math.abs(x)) * Math.max(0, 1 - Math.abs(y));
            case GAUSSIAN -> x * x + y * y > 2.25 ? 0 : Math.exp(-2 * (x * x + y * y));
        };
    }

    /** The spread along x, in square pixels, of a round dot in the middle of a pixel. */
    private static double expectedVariance(PixelFilter filter, double radius) {
        double total = 0;
        double squares = 0;
        int steps = 40;
        for (int i = 0; i < steps * steps; i++) {
            double dx = ((i % steps + 0.5) / steps * 2 - 1) * radius;
            double dy = ((i / steps + 0.5) / steps * 2 - 1) * radius;
            for (int pixel = 0; pixel < 25 && dx * dx + dy * dy < radius * radius; pixel++) {
                int x = pixel % 5 - 2;
                double weight = density(filter, dx - x, dy - (pixel / 5 - 2));
                total += weight;
                squares += weight * x * x;
            }
        }
        return squares / total;
    }

    @Test
    void aFilterSpreadsADotAsItsDensitySays() throws InterruptedException {
        for (PixelFilter filter : PixelFilter.values()) {
            double expected = expectedVariance(filter, 0.3);
            assertEquals(expected, variance(dot(0.3 * PIXEL, Optional.empty(), filter)), 0.01, filter.toString());
        }
    }

    @Test
    void everyFilterSeesAsMuchOfTheDot() throws InterruptedException {
        for (PixelFilter filter : PixelFilter.values()) {
            Film film = dot(0.06, Optional.empty(), filter);
            double total = 0;
            for (int i = 0; i < SIDE * SIDE; i++) {
                total += alpha(film, i % SIDE, i / SIDE);
            }
            assertEquals(Math.PI * 0.09, total, 0.02, filter.toString());
        }
    }

    @Test
    void whatLiesInThePlaneOfFocusStaysSharp() throws InterruptedException {
        Film sharp = dot(0.5, Optional.empty(), PixelFilter.BOX);
        Film focused = dot(0.5, Optional.of(new Lens(0.05, DISTANCE)), PixelFilter.BOX);
        assertEquals(variance(sharp), variance(focused), 0.01);
        assertTrue(alpha(focused, SIDE / 2, SIDE / 2) > 0.9999);
    }

    @Test
    void whatLiesOutOfItBecomesADisk() throws InterruptedException {
        double dot = 0.06;
        for (double focus : new double[] {5, 20}) {
            double lens = focus == 5 ? 0.6 : 1.2;
            Film film = dot(dot, Optional.of(new Lens(lens, focus)), PixelFilter.BOX);
            // The circle of confusion at the dot's distance; a disk's variance along an axis is its radius² / 4.
            double radius = lens * Math.abs(DISTANCE - focus) / focus / PIXEL;
            assertEquals(radius * radius / 4, variance(film), 0.04 * radius * radius, "focus at " + focus);
        }
    }
}
