package farm.tilth.api.job;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelStep.Space;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * A model that every frame is to go through. Everything but its name has a default.
 *
 * @param inputs what the model's inputs are given, by their names: COLOR, ALBEDO, NORMAL, or several of them behind
 *     each other with commas between
 * @param space of the colours that the model knows; absent: LINEAR
 * @param tile the side of the tiles in which it goes over a frame, in pixels; absent: the whole frame, or 512 where the
 *     frame has more than 2^20 pixels
 * @param overlap how many pixels neighbouring tiles share at least; absent: 32
 * @param multiple the model takes sides that are a multiple of it; absent: 16
 */
public record StepRequest(
        String model,
        Map<String, String> inputs,
        Optional<Space> space,
        Optional<Integer> tile,
        Optional<Integer> overlap,
        Optional<Integer> multiple) {
    public StepRequest {
        if (model == null) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST, "render.steps: a step's model is missing: give the name of one");
        }
        inputs = inputs == null ? Map.of() : new TreeMap<>(inputs);
        space = space == null ? Optional.empty() : space;
        tile = tile == null ? Optional.empty() : tile;
        overlap = overlap == null ? Optional.empty() : overlap;
        multiple = multiple == null ? Optional.empty() : multiple;
    }

    /** A step with all that a model takes by default. */
    static StepRequest of(String model) {
        return new StepRequest(model, Map.of(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());
    }
}
