package farm.tilth.inference.model;

import farm.tilth.inference.tensor.RowSlices;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.Datatype;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.Tensor;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * Measures whether a row's result is the same to the bit alone and in a batch, whatever stands beside it and however
 * long it is padded. Models in 32-bit floats have it; dynamically quantised ones have not, since the scale of their
 * activations spans the batch. A model that cannot be measured counts as one that has it not.
 */
final class BatchInvariance {
    /** Lengths about the widths of vector registers and of ONNX Runtime's matrix kernels. */
    private static final int[] LENGTHS = {1, 2, 3, 7, 8, 17, 31, 33, 64, 5, 128};

    /** Tokens that every vocabulary of a text model holds. */
    private static final int TOKENS = 1000;

    private static final int ROWS = 3;

    private final OnnxModel model;
    private final int openDimension;
    private final Random random = new Random(20261122);

    BatchInvariance(OnnxModel model) {
        this(model, TrialTensors.OPEN_DIMENSIONS.getFirst());
    }

    /** Measures on tensors whose open dimensions, other than the first, are of this length. */
    BatchInvariance(OnnxModel model, int openDimension) {
        this.model = model;
        this.openDimension = openDimension;
    }

    boolean measure() {
        return model.description().embeddingDimensions() > 0 ? measureTexts() : measureTensors();
    }

    private boolean measureTexts() {
        ModelDescription description = model.description();
        List<long[]> rows = new ArrayList<>();
        for (int length : LENGTHS) {
            rows.add(random.longs(Math.min(length, description.maxTokens()), 0, TOKENS)
                    .toArray());
        }
        int width = description.embeddingDimensions();
        int longest = rows.stream().mapToInt(row -> row.length).max().orElseThrow();
        float[] together = model.hiddenStates(rows);
        for (int i = 0; i < rows.size(); i++) {
            float[] alone = model.hiddenStates(List.of(rows.get(i)));
            for (int j = 0; j < alone.length; j++) {
                if (Float.floatToRawIntBits(alone[j]) != Float.floatToRawIntBits(together[i * longest * width + j])) {
                    return false;
                }
            }
        }
        return true;
    }

    private boolean measureTensors() {
        ModelDescription description = model.description();
        boolean open = Stream.concat(description.inputs().stream(), description.outputs().stream())
                .allMatch(tensor -> !tensor.shape().isEmpty()
                        && tensor.shape().getFirst() < 0
                        && !tensor.datatype().equals(Datatype.BYTES.name()));
        if (!open) {
            return false;
        }
        List<Tensor> inputs = TrialTensors.of(description, ROWS, openDimension, random);
        try {
            List<Tensor> together = model.run(inputs);
            boolean same = RowSlices.rows(together) == ROWS;
            for (int row = 0; same && row < ROWS; row++) {
                same = model.run(RowSlices.slice(inputs, row, row + 1)).equals(RowSlices.slice(together, row, row + 1));
            }
            return same;
        } catch (FarmException unmeasurable) {
            return false;
        }
    }
}
