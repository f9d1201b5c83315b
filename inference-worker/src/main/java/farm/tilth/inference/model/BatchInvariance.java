package farm.tilth.inference.model;

import com.google.protobuf.ByteString;
import farm.tilth.inference.tensor.RowSlices;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.Datatype;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelDescription.TensorDescription;
import farm.tilth.protocol.wire.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
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

    /** For dimensions other than the first that a model leaves open. */
    private static final int OPEN_DIMENSION = 8;

    private static final int ROWS = 3;

    private final OnnxModel model;
    private final Random random = new Random(20261122);

    BatchInvariance(OnnxModel model) {
        this.model = model;
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
        List<Tensor> inputs = description.inputs().stream().map(this::anyRows).toList();
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

    /** Floats about 0; integers 0 and 1, which are in the range of whatever they index. */
    private Tensor anyRows(TensorDescription input) {
        Tensor.Builder tensor = Tensor.newBuilder().setName(input.name()).setDatatype(input.datatype());
        Datatype datatype = Datatype.of(input.datatype(), input.name());
        int elements = ROWS;
        tensor.addShape(ROWS);
        for (long dimension : input.shape().subList(1, input.shape().size())) {
            long length = dimension < 0 ? OPEN_DIMENSION : dimension;
            tensor.addShape(length);
            elements = Math.toIntExact(elements * length);
        }
        ByteBuffer content =
                ByteBuffer.allocate(elements * datatype.elementBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            switch (datatype) {
                case FP32 -> content.putFloat((float) random.nextGaussian());
                case FP64 -> content.putDouble(random.nextGaussian());
                case FP16 -> content.putShort(Float.floatToFloat16((float) random.nextGaussian()));
                case BF16 -> content.putShort((short) (Float.floatToRawIntBits((float) random.nextGaussian()) >>> 16));
                default -> content.put(i * datatype.elementBytes(), (byte) random.nextInt(2));
            }
        }
        return tensor.setContent(ByteString.copyFrom(content.array())).build();
    }
}
