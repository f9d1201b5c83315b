package farm.tilth.render.pathtracer;

import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;

/**
 * A scene that is ready on a device. {@link #render} may be called any number of times; a path tracer stays on the
 * thread that opened it.
 */
public interface PathTracer extends AutoCloseable {
    /**
     * Renders the samples of a rectangle of the picture.
     *
     * @return the film of exactly these pixels and samples: the same to the bit on every device
     */
    Film render(View view, TileBounds bounds, SampleRange samples) throws InterruptedException;

    @Override
    void close();

    /**
     * What a picture's samples depend on besides the scene.
     *
     * @param width of the whole picture, in pixels
     * @param height of the whole picture, in pixels
     * @param frame the frame's number; with the seed it chooses the noise
     */
    record View(int width, int height, int frame, long seed, int maxBounces) {}

    /**
     * Fixed-point sums, 4 a pixel (see {@link farm.tilth.protocol.result.FilmFormat}), and the rays traced for each
     * pixel, rows from the top.
     */
    record Film(TileBounds bounds, long[] sums, int[] rays) {}
}
