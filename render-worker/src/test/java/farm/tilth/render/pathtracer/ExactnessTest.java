package farm.tilth.render.pathtracer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.Layer;
import farm.tilth.protocol.task.Lens;
import farm.tilth.protocol.task.LightPaths;
import farm.tilth.protocol.task.Optics;
import farm.tilth.protocol.task.PixelFilter;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.render.pathtracer.CpuPathTracer.Level;
import farm.tilth.render.pathtracer.PathTracer.Film;
import farm.tilth.render.pathtracer.PathTracer.View;
import farm.tilth.render.scene.Scene;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A picture is a function of its inputs: no split, thread count or instruction level changes a bit of it. */
class ExactnessTest {
    private static final TileBounds FRAME = new TileBounds(0, 0, 40, 24);
    private static final SampleRange SAMPLES = new SampleRange(0, 6);
    private static final View VIEW = view(2, -5);
    private static final Scene SCENE = SelftestScene.create();

    private static Digest whole;

    private static View view(int frame, long seed) {
        Optics optics = new Optics(Optional.of(new Lens(0.04, 5)), Optional.empty(), PixelFilter.GAUSSIAN);
        return new View(40, 24, frame, new LightPaths(SAMPLES.count(), seed, 8), optics, List.of(Layer.values()));
    }

    @BeforeAll
    static void renderInOnePiece() throws InterruptedException {
        try (PathTracer tracer = new CpuPathTracer(SCENE, 1, Level.BASELINE)) {
            Film film = tracer.render(VIEW, FRAME, SAMPLES);
            whole = Selftest.digest(film);
            assertTrue(Arrays.stream(film.sums()).sum() > 0, "the picture is black");
        }
    }

    @Test
    void sixtyFourTilesGiveTheSamePicture() throws InterruptedException {
        try (PathTracer tracer = new CpuPathTracer(SCENE, 2)) {
            Film merged = empty();
            for (int i = 0; i < 64; i++) {
                TileBounds tile = new TileBounds(i % 8 * 5, i / 8 * 3, 5, 3);
                add(merged, tracer.render(VIEW, tile, SAMPLES));
            }
            assertEquals(whole, Selftest.digest(merged));
        }
    }

    @Test
    void anySplitOfTheSamplesGivesTheSamePicture() throws InterruptedException {
        try (PathTracer tracer = new CpuPathTracer(SCENE, 2)) {
            for (int cut = 1; cut < SAMPLES.end(); cut++) {
                Film merged = empty();
                add(merged, tracer.render(VIEW, FRAME, new SampleRange(cut, SAMPLES.end())));
                add(merged, tracer.render(VIEW, FRAME, new SampleRange(0, cut)));
                assertEquals(whole, Selftest.digest(merged), "cut at sample " + cut);
            }
        }
    }

    @Test
    void anyNumberOfThreadsGivesTheSamePicture() throws InterruptedException {
        for (int threads = 1; threads <= 4; threads++) {
            try (PathTracer tracer = new CpuPathTracer(SCENE, threads)) {
                assertEquals(whole, Selftest.digest(tracer.render(VIEW, FRAME, SAMPLES)), threads + " threads");
            }
        }
    }

    @Test
    void everyInstructionLevelGivesTheSamePicture() throws InterruptedException {
        for (Level level : Level.values()) {
            if (level.compareTo(Level.best()) <= 0) {
                try (PathTracer tracer = new CpuPathTracer(SCENE, 2, level)) {
                    assertEquals(whole, Selftest.digest(tracer.render(VIEW, FRAME, SAMPLES)), level.toString());
                }
            }
        }
    }

    @Test
    void frameAndSeedChooseOtherNoise() throws InterruptedException {
        try (PathTracer tracer = new CpuPathTracer(SCENE, 2)) {
            View nextFrame = view(3, -5);
            View otherSeed = view(2, -6);
            assertTrue(!whole.equals(Selftest.digest(tracer.render(nextFrame, FRAME, SAMPLES))));
            assertTrue(!whole.equals(Selftest.digest(tracer.render(otherSeed, FRAME, SAMPLES))));
        }
    }

    @Test
    void noPixelTracesMoreRaysThanThePlanAllows() throws InterruptedException {
        try (PathTracer tracer = new CpuPathTracer(SCENE, 2)) {
            for (int bounces : new int[] {0, 1, 5}) {
                Film film = tracer.render(new View(40, 24, 0, 1, bounces), FRAME, SAMPLES);
                int most = SAMPLES.count() * (1 + LightPaths.RAYS_PER_BOUNCE * (bounces + 1));
                assertTrue(Arrays.stream(film.rays()).allMatch(rays -> rays >= SAMPLES.count() && rays <= most));
            }
        }
    }

    private static Film empty() {
        return new Film(FRAME, new long[VIEW.channels() * FRAME.area()], new int[FRAME.area()]);
    }

    private static void add(Film merged, Film part) {
        TileBounds b = part.bounds();
        for (int y = 0; y < b.height(); y++) {
            for (int x = 0; x < b.width(); x++) {
                int from = y * b.width() + x;
                int to = (b.y() + y - FRAME.y()) * FRAME.width() + b.x() + x - FRAME.x();
                merged.rays()[to] += part.rays()[from];
                for (int channel = 0; channel < VIEW.channels(); channel++) {
                    merged.sums()[VIEW.channels() * to + channel] += part.sums()[VIEW.channels() * from + channel];
                }
            }
        }
    }
}
