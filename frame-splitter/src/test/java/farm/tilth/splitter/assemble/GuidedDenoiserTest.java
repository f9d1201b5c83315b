package farm.tilth.splitter.assemble;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.task.Denoiser;
import farm.tilth.protocol.task.Layer;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import java.nio.LongBuffer;
import java.util.List;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;

class GuidedDenoiserTest {
    private static final List<Layer> LAYERS = new Denoiser.Guided().reads();
    private static final int CHANNELS = FilmFormat.channels(LAYERS);
    private static final int WIDTH = 45;
    private static final int HEIGHT = 37;
    private static final int SAMPLES = 8;
    private static final long SEED = 20261122;

    /** What is seen without noise: two walls of which one has a checkered texture, and a hole where nothing is. */
    private static double[] truth(int x, int y) {
        boolean left = x < WIDTH / 2;
        boolean hole = x > WIDTH - 6 && y > HEIGHT - 6;
        double albedo = left ? 0.5 : (x / 3 + y / 3) % 2 == 0 ? 0.2 : 0.8;
        double light = left ? 0.3 : 1.2;
        return new double[] {albedo * light, albedo, left ? 1 : 0, hole ? 0 : 1};
    }

    /** The film with a sample's noise of the given deviation, relative to the colour. */
    private static FrameFilm film(double noise) {
        SplittableRandom random = new SplittableRandom(SEED);
        long[] sums = new long[WIDTH * HEIGHT * CHANNELS];
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            double[] truth = truth(i % WIDTH, i / WIDTH);
            for (int s = 0; s < SAMPLES; s++) {
                double factor = 1 + noise * (random.nextInt(2) * 2 - 1);
                for (int c = 0; c < 3; c++) {
                    add(sums, i, c, truth[0] * factor * truth[3]);
                    add(sums, i, 4 + c, truth[1] * truth[3]);
                    add(sums, i, 12 + c, s < SAMPLES / 2 ? 0 : truth[0] * factor * truth[3]);
                }
                add(sums, i, 3, truth[3]);
                add(sums, i, 7 + (truth[2] > 0 ? 0 : 1), truth[3]);
                add(sums, i, 10, 3 * truth[3]);
                sums[i * CHANNELS + 11] += (long) truth[3];
            }
        }
        FrameFilm film = new FrameFilm(WIDTH, HEIGHT, SAMPLES, LAYERS);
        film.add(new TileBounds(0, 0, WIDTH, HEIGHT), new SampleRange(0, SAMPLES), LongBuffer.wrap(sums));
        return film;
    }

    private static void add(long[] sums, int pixel, int channel, double value) {
        sums[pixel * CHANNELS + channel] += Math.round(value * FilmFormat.ONE);
    }

    private static double meanSquareError(float[] picture) {
        double sum = 0;
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            double[] truth = truth(i % WIDTH, i / WIDTH);
            double d = picture[4 * i] - truth[0] * truth[3];
            sum += d * d;
        }
        return sum / (WIDTH * HEIGHT);
    }

    @Test
    void noiseGoesAndEdgesAndTexturesStay() {
        FrameFilm film = film(0.7);
        double noisy = meanSquareError(film.mean());
        double denoised = meanSquareError(GuidedDenoiser.denoise(film));
        assertTrue(denoised < noisy / 5, "seed " + SEED + ": " + noisy + " became " + denoised);
    }

    @Test
    void bumpsStayInAHighlight() {
        FrameFilm film = bumps();
        double noisy = bumpsError(film.mean());
        double denoised = bumpsError(GuidedDenoiser.denoise(film));
        assertTrue(denoised < noisy / 12, "seed " + SEED + ": " + noisy + " became " + denoised);
    }

    /** How far each pixel's bump leans towards +X: too little to tell it from its neighbours by itself. */
    private static double lean(int pixel) {
        return 0.02 * (new SplittableRandom(SEED + pixel).nextInt(5) - 2);
    }

    private static double bumpsError(float[] picture) {
        double sum = 0;
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            double d = picture[4 * i] - (1 + 10 * lean(i));
            sum += d * d;
        }
        return sum / (WIDTH * HEIGHT);
    }

    /** A grey surface on which light from the side shows every bump, and noise as strong. */
    private static FrameFilm bumps() {
        SplittableRandom random = new SplittableRandom(SEED);
        long[] sums = new long[WIDTH * HEIGHT * CHANNELS];
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            for (int s = 0; s < SAMPLES; s++) {
                double light = 1 + 10 * lean(i) + (random.nextInt(2) * 2 - 1);
                for (int c = 0; c < 3; c++) {
                    add(sums, i, c, light);
                    add(sums, i, 4 + c, 0.5);
                    add(sums, i, 12 + c, s < SAMPLES / 2 ? 0 : light);
                }
                add(sums, i, 3, 1);
                add(sums, i, 7, lean(i));
                add(sums, i, 9, Math.sqrt(1 - lean(i) * lean(i)));
                add(sums, i, 10, 3);
                sums[i * CHANNELS + 11]++;
            }
        }
        FrameFilm film = new FrameFilm(WIDTH, HEIGHT, SAMPLES, LAYERS);
        film.add(new TileBounds(0, 0, WIDTH, HEIGHT), new SampleRange(0, SAMPLES), LongBuffer.wrap(sums));
        return film;
    }

    @Test
    void aPictureWithoutNoiseStaysAsItIs() {
        assertTrue(meanSquareError(GuidedDenoiser.denoise(film(0))) < 1e-6);
    }

    @Test
    void alphaStaysAndNothingIsDrawnWhereNothingIs() {
        FrameFilm film = film(0.7);
        float[] mean = film.mean();
        float[] denoised = GuidedDenoiser.denoise(film);
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            assertEquals(mean[4 * i + 3], denoised[4 * i + 3]);
            assertTrue(mean[4 * i + 3] > 0 || denoised[4 * i] == 0);
        }
    }

    @Test
    void anyNumberOfThreadsGivesTheSameBits() throws Exception {
        FrameFilm film = film(0.5);
        float[] here = GuidedDenoiser.denoise(film);
        for (int threads : new int[] {1, 3}) {
            try (ForkJoinPool pool = new ForkJoinPool(threads)) {
                assertArrayEquals(
                        here, pool.submit(() -> GuidedDenoiser.denoise(film)).get());
            }
        }
    }

    @Test
    void columnsInWhichNothingIsMetLeaveNoTrace() {
        // Specks on the far left make every strip as wide as the frame; they lie too far away to weigh anything.
        float[] alone = GuidedDenoiser.denoise(rightPart(false));
        float[] withSpecks = GuidedDenoiser.denoise(rightPart(true));
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            for (int c = 0; c < 4 && i % WIDTH >= WIDTH / 2; c++) {
                assertEquals(alone[4 * i + c], withSpecks[4 * i + c], "pixel " + i);
            }
        }
        assertTrue(alone[4 * (WIDTH - 1)] > 0);
    }

    /** The right half of the picture. */
    private static FrameFilm rightPart(boolean specks) {
        long[] sums = new long[WIDTH * HEIGHT * CHANNELS];
        for (int i = 0; i < WIDTH * HEIGHT; i++) {
            SplittableRandom random = new SplittableRandom(SEED + i);
            boolean shown = i % WIDTH >= WIDTH / 2 || specks && i % WIDTH == 0;
            for (int c = 0; c < CHANNELS && shown; c++) {
                add(sums, i, c, SAMPLES * (c == 3 ? 1 : 0.4 + 0.1 * random.nextDouble()));
            }
        }
        FrameFilm film = new FrameFilm(WIDTH, HEIGHT, SAMPLES, LAYERS);
        film.add(new TileBounds(0, 0, WIDTH, HEIGHT), new SampleRange(0, SAMPLES), LongBuffer.wrap(sums));
        return film;
    }

    @Test
    void aFilmOfOneSampleStaysAsItIs() {
        FrameFilm film = new FrameFilm(1, 1, 1, LAYERS);
        film.add(new TileBounds(0, 0, 1, 1), new SampleRange(0, 1), LongBuffer.wrap(new long[CHANNELS]));
        assertArrayEquals(new float[4], GuidedDenoiser.denoise(film));
    }
}
