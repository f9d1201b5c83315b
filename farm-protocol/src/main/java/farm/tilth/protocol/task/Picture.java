package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.check;
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
 * @param steps the models that every frame goes through after that, in their order
 */
public record Picture(
        int width,
        int height,
        ToneMap toneMap,
        List<Layer> layers,
        Optional<Denoiser> denoiser,
        List<ModelStep> steps) {
    /** The longest side, in pixels. */
    public static final int MAX_SIDE = 32_768;

    public Picture {
        checkRange(width, 1, MAX_SIDE, "the width");
        checkRange(height, 1, MAX_SIDE, "the height");
        present(toneMap, "the tone map");
        layers = layers == null ? List.of() : Layer.ordered(layers);
        denoiser = denoiser == null ? Optional.empty() : denoiser;
        steps = steps == null ? List.of() : List.copyOf(steps);
        check(steps.size() <= ModelStep.MAX_STEPS, "there are more than " + ModelStep.MAX_STEPS + " steps");
    }

    /** A picture that goes through no model. */
    public Picture(int width, int height, ToneMap toneMap, List<Layer> layers, Optional<Denoiser> denoiser) {
        this(width, height, toneMap, layers, denoiser, List.of());
    }

    /** The same picture, which then goes through these models. */
    public Picture through(List<ModelStep> models) {
        return new Picture(width, height, toneMap, layers, denoiser, models);
    }

    /** The picture alone, with its noise. */
    public Picture(int width, int height, ToneMap toneMap) {
        this(width, height, toneMap, List.of(), Optional.empty());
    }

    /** The layers of its film: those that are written and those that the denoiser and the models read. */
    public List<Layer> filmLayers() {
        List<Layer> all = new ArrayList<>(layers);
        denoiser.map(Denoiser::reads).ifPresent(all::addAll);
        steps.forEach(step -> all.addAll(step.reads()));
        return Layer.ordered(all);
    }

    /** How many pixels it has. */
    public long pixels() {
        return (long) width * height;
    }

    /** How many pixels along a side come of one before a step, or after the last, by the steps before. */
    public int scaleBefore(int step) {
        return steps.subList(0, step).stream().mapToInt(ModelStep::scale).reduce(1, Math::multiplyExact);
    }
}
