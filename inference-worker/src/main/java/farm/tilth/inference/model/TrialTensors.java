package farm.tilth.inference.model;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ByteString;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.CallCheck;
import farm.tilth.protocol.task.Datatype;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelDescription.TensorDescription;
import farm.tilth.protocol.wire.Tensor;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Inputs on which a model is tried: of any values, or those of an example request. */
final class TrialTensors {
    /** What dimensions that a model leaves open are tried with, in this order. */
    static final List<Integer> OPEN_DIMENSIONS = List.of(8, 32, 64, 128, 320, 512);

    /** What they usually are about. */
    private static final int USUAL_DIMENSION = 64;

    static final long SEED = 20261123;

    private TrialTensors() {}

    /** One row of a usual size. */
    static List<Tensor> usual(ModelDescription model) {
        return of(model, 1, USUAL_DIMENSION, new Random(SEED));
    }

    /** Floats about 0; integers 0 and 1, which are in the range of whatever they index. */
    static List<Tensor> of(ModelDescription model, int rows, int openDimension, Random random) {
        return model.inputs().stream()
                .map(input -> any(input, rows, openDimension, random))
                .toList();
    }

    private static Tensor any(TensorDescription input, int rows, int openDimension, Random random) {
        Tensor.Builder tensor = Tensor.newBuilder().setName(input.name()).setDatatype(input.datatype());
        List<Long> shape = new ArrayList<>();
        for (int i = 0; i < input.shape().size(); i++) {
            long dimension = input.shape().get(i);
            shape.add(dimension >= 0 ? dimension : i == 0 ? rows : openDimension);
        }
        int elements = Math.toIntExact(CallCheck.elements(input.name(), shape));
        Datatype datatype = Datatype.of(input.datatype(), input.name());
        ByteBuffer content = ByteBuffer.allocate(
                        elements * (datatype == Datatype.BYTES ? Integer.BYTES : datatype.elementBytes()))
                .order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < elements; i++) {
            switch (datatype) {
                case BYTES -> content.putInt(0);
                case FP32 -> content.putFloat((float) random.nextGaussian());
                case FP64 -> content.putDouble(random.nextGaussian());
                case FP16 -> content.putShort(Float.floatToFloat16((float) random.nextGaussian()));
                case BF16 -> content.putShort((short) (Float.floatToRawIntBits((float) random.nextGaussian()) >>> 16));
                default -> content.put(i * datatype.elementBytes(), (byte) random.nextInt(2));
            }
        }
        return tensor.addAllShape(shape)
                .setContent(ByteString.copyFrom(content.array()))
                .build();
    }

    /**
     * The tensors of an example: {@code {"inputs": [{"name", "datatype", "shape", "data"}]}}, data flat and of numbers.
     *
     * @throws FarmException with INVALID_MODEL when it is none, or does not fit the model
     */
    static List<Tensor> sample(Path file, ModelDescription model) {
        try {
            List<Tensor> tensors = new ArrayList<>();
            for (JsonNode input : Json.MAPPER.readTree(file.toFile()).path("inputs")) {
                tensors.add(read(input));
            }
            CallCheck.check(model, tensors);
            return tensors;
        } catch (IOException | FarmException e) {
            throw new FarmException(ErrorCode.INVALID_MODEL, "the model's sample cannot be used: " + e.getMessage(), e);
        }
    }

    private static Tensor read(JsonNode input) {
        String name = input.path("name").asText();
        Datatype datatype = Datatype.of(input.path("datatype").asText(), name);
        JsonNode data = input.path("data");
        Tensor.Builder tensor = Tensor.newBuilder().setName(name).setDatatype(datatype.name());
        input.path("shape").forEach(dimension -> tensor.addShape(dimension.asLong()));
        ByteBuffer content =
                ByteBuffer.allocate(data.size() * datatype.elementBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (JsonNode value : data) {
            switch (datatype) {
                case FP32 -> content.putFloat((float) value.asDouble());
                case FP64 -> content.putDouble(value.asDouble());
                case FP16 -> content.putShort(Float.floatToFloat16((float) value.asDouble()));
                case INT64, UINT64 -> content.putLong(value.asLong());
                case INT32, UINT32 -> content.putInt(value.asInt());
                case INT16, UINT16 -> content.putShort((short) value.asInt());
                case INT8, UINT8 -> content.put((byte) value.asInt());
                case BOOL -> content.put((byte) (value.asBoolean() ? 1 : 0));
                case BYTES, BF16 ->
                    throw new FarmException(
                            ErrorCode.INVALID_TENSOR, "tensor '" + name + "': a sample has no " + datatype);
            }
        }
        return tensor.setContent(ByteString.copyFrom(content.array())).build();
    }
}
