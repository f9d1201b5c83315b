package farm.tilth.render.pathtracer;

import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.task.Layer;
import farm.tilth.protocol.task.LightPaths;
import farm.tilth.protocol.task.Optics;
import farm.tilth.protocol.task.Picture;
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
     * @param paths the number of their samples decides alone where the second half for {@link Layer#HALF} begins
     * @param layers of the film, in their order
     */
    record View(int width, int height, int frame, LightPaths paths, Optics optics, List<Layer> layers) {
        /** A pinhole's picture without layers. */
        public View(int width, int height, int frame, long seed, int maxBounces) {
            this(width, height, frame, new LightPaths(1, seed, maxBounces), Optics.DEFAULT, List.of());
        }

        /** A frame of a plan. */
        public static View of(RenderPlan plan, int frame) {
            Picture picture = plan.picture();
            return new View(
                    picture.width(),
                    picture.height(),
                    frame,
                    plan.paths(),
                    plan.shot().optics(),
                    picture.filmLayers());
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
