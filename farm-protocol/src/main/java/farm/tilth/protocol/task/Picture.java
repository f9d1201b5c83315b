package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.checkRange;
import static farm.tilth.protocol.task.Checks.present;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * What is made of the light that reaches the camera.
 *
 * @param width in pixels
 * @param height in pixels
 * @param layers what is written besides the picture, in the order in which it lies in a film
 * @param denoiser absent: the noise stays
 */
public record Picture(int width, int height, ToneMap toneMap, List<Layer> layers, Optional<Denoiser> denoiser) {
    /** The longest side, in pixels. */
    public static final int MAX_SIDE = 32_768;

    public Picture {
        checkRange(width, 1, MAX_SIDE, "the width");
        checkRange(height, 1, MAX_SIDE, "the height");
        present(toneMap, "the tone map");
        layers = layers == null ? List.of() : Layer.ordered(layers);
        denoiser = denoiser == null ? Optional.empty() : denoiser;
    }

    /** The picture alone, with its noise. */
    public Picture(int width, int height, ToneMap toneMap) {
        this(width, height, toneMap, List.of(), Optional.empty());
    }

    /** The layers of its film: those that are written and those that the denoiser reads. */
    public List<Layer> filmLayers() {
        List<Layer> all = new ArrayList<>(layers);
        denoiser.map(Denoiser::reads).ifPresent(all::addAll);
        return Layer.ordered(all);
    }

    /** How many pixels it has. */
    public long pixels() {
        return (long) width * height;
    }
}
