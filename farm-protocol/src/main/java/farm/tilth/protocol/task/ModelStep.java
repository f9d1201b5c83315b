package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.check;
import static farm.tilth.protocol.task.Checks.checkRange;
import static farm.tilth.protocol.task.Checks.present;

import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A model that every frame goes through once its tiles are merged. An inference worker finds in it all that it takes
 * to run the model on a picture of any size.
 *
 * @param model by which it is run and metered
 * @param files from which a worker loads it; absent for a model that workers bring along
 * @param inputs what each of the model's inputs is given, by its name: pictures behind each other along the channels
 * @param space of the colour that goes in and comes out
 * @param tiling how a picture is cut for it
 */
public record ModelStep(
        ModelDescription model,
        Optional<ModelPackage> files,
        SortedMap<String, List<PicturePlane>> inputs,
        Space space,
        Tiling tiling) {
    /** The most steps of one job. */
    public static final int MAX_STEPS = 8;
    /** The most pixels of a picture before and after a step: 8K UHD. */
    public static final long MAX_PIXELS = 1L << 25;
    /** So many elements of the input count as one token: see {@code OnnxGraph.multiplyAddsPerToken}. */
    public static final int ELEMENTS_PER_TOKEN = 1024;

    public ModelStep {
        present(model, "the step's model");
        check(model.picture().isPresent(), "model '" + model.name() + "' does not turn pictures into pictures");
        files = files == null ? Optional.empty() : files;
        inputs = new TreeMap<>(present(inputs, "the step's inputs"));
        check(!inputs.isEmpty(), "the step's inputs are missing");
        present(space, "the step's space");
        present(tiling, "the step's tiling");
    }

    /** The colours that a model knows. */
    public enum Space {
        /** Linear light, premultiplied by alpha, of any brightness. */
        LINEAR,
        /** What a display is sent, from 0 to 1, after the tone map and its curve; straight alpha. */
        SRGB
    }

    /**
     * How a picture is cut into tiles for a model, so that its memory is bounded.
     *
     * @param side of a tile, in pixels before the step; a smaller picture is one tile
     * @param overlap how many pixels of neighbouring tiles are the same at least; their results are blended there
     * @param multiple a tile's sides are extended to a multiple of it, by repeating the pixels at the edge
     */
    public record Tiling(int side, int overlap, int multiple) {
        /** The smallest side of a tile. */
        public static final int MIN_SIDE = 16;

        public Tiling {
            checkRange(side, MIN_SIDE, Picture.MAX_SIDE, "the tile of a step");
            checkRange(overlap, 0, side / 2, "the overlap of a step");
            checkRange(multiple, 1, side, "the multiple of a step");
        }

        /** A side that was extended to the multiple. */
        public int extended(int length) {
            return Math.ceilDiv(length, multiple) * multiple;
        }
    }

    /** How many pixels along a side come of one. */
    public int scale() {
        return model.picture().orElseThrow().scale();
    }

    /** The order of its tensors' dimensions. */
    public PictureForm.Layout layout() {
        return model.picture().orElseThrow().layout();
    }

    /** The layers of the film that it reads. */
    public List<Layer> reads() {
        return Layer.ordered(inputs.values().stream()
                .flatMap(List::stream)
                .flatMap(plane -> plane.layer().stream())
                .toList());
    }

    /** What a tile costs: the model's multiply-adds for as many elements as it is given. */
    public long workUnits(TileBounds tile) {
        long pixels = (long) tiling.extended(tile.width()) * tiling.extended(tile.height());
        long channels = (long) PicturePlane.CHANNELS
                * inputs.values().stream().mapToInt(List::size).sum();
        return Math.multiplyExact(
                Math.ceilDiv(pixels * channels, (long) ELEMENTS_PER_TOKEN), model.workUnitsPerToken());
    }
}
