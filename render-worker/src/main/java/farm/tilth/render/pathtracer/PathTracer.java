package farm.tilth.render.pathtracer;

import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.task.Layer;
import farm.tilth.protocol.task.Optics;
import farm.tilth.protocol.task.RenderPlan;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import java.util.List;

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
     * @param layers of the film, in their order
     * @param secondHalf the first sample of the second half, for {@link Layer#HALF}
     */
    record View(
            int width,
            int height,
            int frame,
            long seed,
            int maxBounces,
            Optics optics,
            List<Layer> layers,
            int secondHalf) {
        /** A pinhole's picture without layers. */
        public View(int width, int height, int frame, long seed, int maxBounces) {
            this(width, height, frame, seed, maxBounces, Optics.DEFAULT, List.of(), 0);
        }

        /** A frame of a plan. */
        public static View of(RenderPlan plan, int frame) {
            return new View(
                    plan.width(),
                    plan.height(),
                    frame,
                    plan.seed(),
                    plan.maxBounces(),
                    plan.optics(),
                    plan.filmLayers(),
                    Math.ceilDiv(plan.samples(), 2));
        }

        /** The integers of a pixel of its film. */
        public int channels() {
            return FilmFormat.channels(layers);
        }
    }

    /**
     * Fixed-point sums, {@link View#channels} a pixel (see {@link FilmFormat}), and the rays traced for each pixel,
     * rows from the top.
     */
    record Film(TileBounds bounds, long[] sums, int[] rays) {
        /** The integers of a pixel. */
        public int channels() {
            return sums.length / rays.length;
        }
    }
}
