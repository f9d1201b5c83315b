package farm.tilth.splitter.assemble;

import farm.tilth.protocol.task.Layer;
import java.util.stream.IntStream;

/**
 * Takes the noise out of a merged frame and keeps its edges. Every pixel becomes a weighted regression over its
 * neighbours: colour = a · alpha + g · normal + b · albedo, so that textures and bumps stay whatever the weights are. A
 * neighbour weighs as much as its patch looks like the pixel's own, compared with the noise there, and as its normal
 * and depth agree. Each half of the samples is filtered with the weights of the other half, so that noise does not
 * choose its own company.
 *
 * <p>Sources: Rousselle, Knaus and Zwicker, "Adaptive Rendering with Non-Local Means Filtering" (2012) and "Robust
 * Denoising using Feature and Color Information" (2013); Bitterli et al., "Nonlinearly Weighted First-order
 * Regression" (2016). Only IEEE arithmetic in a fixed order: the bits are the same on every machine, for any number of
 * threads.
 */
public final class GuidedDenoiser {
    /** How far neighbours lie along either axis. */
    static final int REACH = 7;
    /** How far a patch reaches around its pixel. */
    static final int PATCH = 3;

    private static final int MARGIN = REACH + PATCH;
    private static final int STRIP = 16;
    private static final int NOISE_REACH = 2;

    private GuidedDenoiser() {}

    /**
     * The frame without its noise. Alpha stays as it is. A film of one sample has no halves to compare and stays, too.
     *
     * @param film with the layers that {@link farm.tilth.protocol.task.Denoiser.Guided} reads
     * @return 4 a pixel, as {@link FrameFilm#mean}
     */
    public static float[] denoise(FrameFilm film) {
        float[] mean = film.mean();
        if (film.samples() < 2) {
            return mean;
        }
        int height = film.height();
        DenoiserPlanes planes = planes(film, mean);
        float[] result = mean.clone();
        IntStream.range(0, Math.ceilDiv(height, STRIP)).parallel().forEach(strip -> {
            int first = strip * STRIP;
            int rows = Math.min(STRIP, height - first);
            new DenoisedStrip(planes, first, rows).writeTo(result);
        });
        return result;
    }

    private static DenoiserPlanes planes(FrameFilm film, float[] mean) {
        int width = film.width();
        int height = film.height();
        float[] half = film.layer(Layer.HALF);
        float[] albedo = film.layer(Layer.ALBEDO);
        float[] normal = film.layer(Layer.NORMAL);
        float[] depth = film.layer(Layer.DEPTH);
        int second = film.samples() / 2;
        float whole = film.samples();
        DenoiserPlanes planes = new DenoiserPlanes(width, height, MARGIN);
        for (int i = 0; i < width * height; i++) {
            int at = planes.index(i % width, i / width);
            planes.alpha[at] = mean[4 * i + 3];
            planes.depth[at] = depth[2 * i];
            for (int c = 0; c < 3; c++) {
                planes.halves[1][c][at] = half[3 * i + c];
                planes.halves[0][c][at] = (mean[4 * i + c] * whole - half[3 * i + c] * second) / (whole - second);
                planes.albedo[c][at] = albedo[3 * i + c];
                planes.normal[c][at] = normal[3 * i + c];
            }
        }
        planes.extend();
        for (int c = 0; c < 3; c++) {
            noise(planes, c);
        }
        return planes;
    }

    /** The variance of a half's mean: half the squared difference of the halves, averaged over a few pixels. */
    private static void noise(DenoiserPlanes planes, int c) {
        float[] first = planes.halves[0][c];
        float[] second = planes.halves[1][c];
        float[] squares = new float[first.length];
        for (int i = 0; i < squares.length; i++) {
            float difference = first[i] - second[i];
            squares[i] = 0.5f * difference * difference;
        }
        int side = 2 * NOISE_REACH + 1;
        float share = 1f / (side * side);
        for (int y = 0; y < planes.height; y++) {
            for (int x = 0; x < planes.width; x++) {
                float sum = 0;
                for (int k = 0; k < side * side; k++) {
                    sum += squares[planes.index(x + k % side - NOISE_REACH, y + k / side - NOISE_REACH)];
                }
                planes.noise[c][planes.index(x, y)] = sum * share;
            }
        }
        planes.extend(planes.noise[c]);
    }
}
