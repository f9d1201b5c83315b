package farm.tilth.splitter.assemble;

import farm.tilth.protocol.task.Layer;
import farm.tilth.splitter.assemble.ExrEncoder.Channel;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;

/** The channels of a frame's EXR: its colour, and the layers that were asked for by the names that compositors know. */
public final class FilmLayers {
    /** The depth of a pixel in which nothing was met. */
    private static final float FAR = 1e10f;

    private FilmLayers() {}

    /**
     * The channels of a frame.
     *
     * @param color what the layer without a name shows, 4 a pixel
     * @param layers those of the film to write
     */
    public static List<Channel> channels(FrameFilm film, float[] color, Collection<Layer> layers) {
        List<Channel> channels = new ArrayList<>(ExrEncoder.rgba(color));
        for (Layer layer : Layer.ordered(layers)) {
            float[] values = film.layer(layer);
            switch (layer) {
                case ALBEDO -> add(channels, values, "albedo.R", "albedo.G", "albedo.B");
                case NORMAL -> add(channels, values, "normal.X", "normal.Y", "normal.Z");
                case DEPTH -> add(channels, depth(values), "depth.Z", "depth.coverage");
                case OBJECT -> add(channels, values, "object.id");
                case MATERIAL -> add(channels, values, "material.id");
                case MOMENT -> add(channels, variance(film.mean(), values), "variance.Y");
                case HALF -> add(channels, values, "half.R", "half.G", "half.B");
            }
        }
        return channels;
    }

    private static void add(List<Channel> channels, float[] values, String... names) {
        for (int i = 0; i < names.length; i++) {
            channels.add(new Channel(names[i], values, i, names.length));
        }
    }

    private static float[] depth(float[] values) {
        for (int i = 0; i < values.length; i += 2) {
            values[i] = values[i + 1] > 0 ? values[i] : FAR;
        }
        return values;
    }

    /** The variance of a sample's luminance: the mean of the squares less the square of the mean. */
    private static float[] variance(float[] mean, float[] moment) {
        float[] variance = new float[moment.length];
        for (int i = 0; i < variance.length; i++) {
            double y = 0.2126 * mean[4 * i] + 0.7152 * mean[4 * i + 1] + 0.0722 * mean[4 * i + 2];
            variance[i] = (float) Math.max(0, moment[i] - y * y);
        }
        return variance;
    }
}
