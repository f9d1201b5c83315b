package farm.tilth.api.openinference;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import farm.tilth.api.inference.CallTerms;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.Datatype;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelDescription.TensorDescription;
import farm.tilth.protocol.wire.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A body that is one input's bytes and nothing else ({@code Inference-Header-Content-Length: 0}); its shape follows. */
public final class RawInput {
    private RawInput() {}

    /**
     * The request that the body stands for: everything else is as it usually is, and the answer is binary.
     *
     * @throws FarmException with INVALID_REQUEST when the model has several inputs or the shape does not follow
     */
    public static InferRequest request(ModelDescription model, byte[] body) {
        if (model.inputs().size() != 1) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    "a raw body is for a model with one input; '" + model.name() + "' has "
                            + model.inputs().size());
        }
        TensorDescription input = model.inputs().getFirst();
        Datatype datatype = Datatype.of(input.datatype(), input.name());
        List<Long> shape = datatype == Datatype.BYTES ? ones(input) : shape(input, datatype, body.length);
        Tensor tensor = Tensor.newBuilder()
                .setName(input.name())
                .setDatatype(datatype.name())
                .addAllShape(shape)
                .setContent(datatype == Datatype.BYTES ? element(body) : UnsafeByteOperations.unsafeWrap(body))
                .build();
        return new InferRequest(Optional.empty(), List.of(tensor), List.of(), true, CallTerms.USUAL);
    }

    /** The whole body is the one element. */
    private static List<Long> ones(TensorDescription input) {
        if (input.shape().stream().anyMatch(dimension -> dimension > 1)) {
            throw unclear(input, "a raw body is one element");
        }
        return input.shape().stream().map(dimension -> 1L).toList();
    }

    private static ByteString element(byte[] body) {
        ByteBuffer element = ByteBuffer.allocate(Integer.BYTES + body.length).order(ByteOrder.LITTLE_ENDIAN);
        return UnsafeByteOperations.unsafeWrap(
                element.putInt(body.length).put(body).flip());
    }

    /** The last free dimension is what the length leaves for it; the ones before it are 1. */
    private static List<Long> shape(TensorDescription input, Datatype datatype, int bytes) {
        long known = datatype.elementBytes();
        int free = -1;
        List<Long> shape = new ArrayList<>();
        for (long dimension : input.shape()) {
            if (dimension < 0) {
                free = shape.size();
            }
            shape.add(Math.max(1, dimension));
            known *= Math.max(1, dimension);
        }
        if (bytes == 0 || bytes % known != 0 || (free < 0 && bytes != known)) {
            throw unclear(input, "its shape " + input.shape() + " takes a multiple of " + known + " bytes");
        }
        if (free >= 0) {
            shape.set(free, bytes / known);
        }
        return shape;
    }

    private static FarmException unclear(TensorDescription input, String why) {
        return new FarmException(ErrorCode.INVALID_TENSOR, "tensor '" + input.name() + "': " + why);
    }
}
