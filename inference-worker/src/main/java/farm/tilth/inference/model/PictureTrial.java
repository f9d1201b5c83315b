package farm.tilth.inference.model;

import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.Datatype;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelDescription.TensorDescription;
import farm.tilth.protocol.task.PictureForm;
import farm.tilth.protocol.task.PictureForm.Layout;
import farm.tilth.protocol.task.PicturePlane;
import farm.tilth.protocol.wire.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.Random;

/** Finds out whether a model turns pictures into a picture, by its shapes and by one run. */
final class PictureTrial {
    /** The side of the tried picture, where the model leaves it open: deep networks halve it a few times. */
    private static final int SIDE = 64;

    private static final long SEED = 20261124;
    private static final long MOST_CHANNELS = 3L * PicturePlane.CHANNELS;

    private PictureTrial() {}

    /** How the model takes pictures; empty when it does not. */
    static Optional<PictureForm> of(OnnxModel model) {
        ModelDescription description = model.description();
        if (description.inputs().isEmpty() || description.outputs().isEmpty()) {
            return Optional.empty();
        }
        for (Layout layout : Layout.values()) {
            if (description.inputs().stream().allMatch(input -> isPicture(input, layout))) {
                return run(model, layout);
            }
        }
        return Optional.empty();
    }

    private static boolean isPicture(TensorDescription input, Layout layout) {
        if (!input.datatype().equals(Datatype.FP32.name())
                || input.shape().size() != 4
                || input.shape().getFirst() > 1) {
            return false;
        }
        long channels = layout.channels(input.shape());
        return channels > 0 && channels <= MOST_CHANNELS && channels % PicturePlane.CHANNELS == 0;
    }

    private static Optional<PictureForm> run(OnnxModel model, Layout layout) {
        try {
            List<Tensor> inputs = TrialTensors.of(model.description(), 1, SIDE, new Random(SEED));
            Tensor output = model.run(inputs).getFirst();
            return scale(inputs.getFirst().getShapeList(), output, layout).map(scale -> new PictureForm(layout, scale));
        } catch (FarmException doesNotRun) {
            return Optional.empty();
        }
    }

    private static Optional<Integer> scale(List<Long> input, Tensor output, Layout layout) {
        List<Long> shape = output.getShapeList();
        if (!output.getDatatype().equals(Datatype.FP32.name())
                || shape.size() != 4
                || layout.channels(shape) != PicturePlane.CHANNELS) {
            return Optional.empty();
        }
        long scale = layout.width(shape) / layout.width(input);
        boolean whole = scale >= 1
                && scale <= PictureForm.MAX_SCALE
                && layout.width(shape) == scale * layout.width(input)
                && layout.height(shape) == scale * layout.height(input);
        return whole ? Optional.of((int) scale) : Optional.empty();
    }
}
