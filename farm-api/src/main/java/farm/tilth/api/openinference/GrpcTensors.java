package farm.tilth.api.openinference;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import farm.tilth.api.openinference.wire.InferTensorContents;
import farm.tilth.api.openinference.wire.ModelInferRequest.InferInputTensor;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.CallCheck;
import farm.tilth.protocol.task.Datatype;
import farm.tilth.protocol.wire.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/** Tensors as gRPC has them: raw, or in the list of their datatype. */
final class GrpcTensors {
    private GrpcTensors() {}

    /**
     * An input whose elements came raw.
     *
     * @throws FarmException with INVALID_TENSOR that names it
     */
    static Tensor raw(InferInputTensor input, ByteString content) {
        Datatype datatype = Datatype.of(input.getDatatype(), input.getName());
        TensorBytes.check(input.getName(), datatype, elements(input), content);
        return tensor(input, content);
    }

    /**
     * An input whose elements came in a list.
     *
     * @throws FarmException with INVALID_TENSOR that names it
     */
    static Tensor listed(InferInputTensor input) {
        String name = input.getName();
        Datatype datatype = Datatype.of(input.getDatatype(), name);
        long elements = elements(input);
        InferTensorContents contents = input.getContents();
        int listed = count(contents, datatype, name);
        if (listed != elements) {
            throw invalid(
                    name,
                    "its contents have %d elements; shape %s needs %d"
                            .formatted(listed, input.getShapeList(), elements));
        }
        if (listed != total(contents)) {
            throw invalid(name, "its contents have elements in a list that is not for " + datatype);
        }
        return tensor(
                input,
                datatype == Datatype.BYTES ? texts(contents.getBytesContentsList()) : pack(contents, datatype, name));
    }

    private static long elements(InferInputTensor input) {
        if (input.getName().isEmpty()) {
            throw new FarmException(ErrorCode.INVALID_TENSOR, "an input has no name");
        }
        if (input.getShapeCount() > TensorBytes.MAX_DIMENSIONS) {
            throw invalid(input.getName(), "its shape has more than " + TensorBytes.MAX_DIMENSIONS + " dimensions");
        }
        if (input.containsParameters("shared_memory_region")) {
            throw invalid(input.getName(), "this server has no shared memory; send the data");
        }
        return CallCheck.elements(input.getName(), input.getShapeList());
    }

    private static Tensor tensor(InferInputTensor input, ByteString content) {
        return Tensor.newBuilder()
                .setName(input.getName())
                .setDatatype(input.getDatatype())
                .addAllShape(input.getShapeList())
                .setContent(content)
                .build();
    }

    private static int count(InferTensorContents contents, Datatype datatype, String name) {
        return switch (datatype) {
            case BOOL -> contents.getBoolContentsCount();
            case INT8, INT16, INT32 -> contents.getIntContentsCount();
            case INT64 -> contents.getInt64ContentsCount();
            case UINT8, UINT16, UINT32 -> contents.getUintContentsCount();
            case UINT64 -> contents.getUint64ContentsCount();
            case FP32 -> contents.getFp32ContentsCount();
            case FP64 -> contents.getFp64ContentsCount();
            case BYTES -> contents.getBytesContentsCount();
            case FP16, BF16 -> throw invalid(name, datatype + " travels only in raw_input_contents");
        };
    }

    private static int total(InferTensorContents contents) {
        return contents.getBoolContentsCount()
                + contents.getIntContentsCount()
                + contents.getInt64ContentsCount()
                + contents.getUintContentsCount()
                + contents.getUint64ContentsCount()
                + contents.getFp32ContentsCount()
                + contents.getFp64ContentsCount()
                + contents.getBytesContentsCount();
    }

    private static ByteString pack(InferTensorContents contents, Datatype datatype, String name) {
        int count = total(contents);
        ByteBuffer bytes = ByteBuffer.allocate(count * datatype.elementBytes()).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            switch (datatype) {
                case BOOL -> bytes.put((byte) (contents.getBoolContents(i) ? 1 : 0));
                case INT8 -> bytes.put((byte) within(contents.getIntContents(i), Byte.MIN_VALUE, 127, datatype, name));
                case INT16 ->
                    bytes.putShort((short)
                            within(contents.getIntContents(i), Short.MIN_VALUE, Short.MAX_VALUE, datatype, name));
                case INT32 -> bytes.putInt(contents.getIntContents(i));
                case INT64 -> bytes.putLong(contents.getInt64Contents(i));
                case UINT8 -> bytes.put((byte) within(unsigned(contents, i), 0, 255, datatype, name));
                case UINT16 -> bytes.putShort((short) within(unsigned(contents, i), 0, 65_535, datatype, name));
                case UINT32 -> bytes.putInt(contents.getUintContents(i));
                case UINT64 -> bytes.putLong(contents.getUint64Contents(i));
                case FP32 -> bytes.putFloat(contents.getFp32Contents(i));
                case FP64 -> bytes.putDouble(contents.getFp64Contents(i));
                default -> throw new IllegalStateException(datatype + " has no list of numbers");
            }
        }
        return UnsafeByteOperations.unsafeWrap(bytes.flip());
    }

    private static long unsigned(InferTensorContents contents, int i) {
        return Integer.toUnsignedLong(contents.getUintContents(i));
    }

    private static long within(long value, long min, long max, Datatype datatype, String name) {
        if (value < min || value > max) {
            throw invalid(name, "its contents hold " + value + ", which is no " + datatype);
        }
        return value;
    }

    private static ByteString texts(List<ByteString> elements) {
        int size = elements.stream()
                .mapToInt(element -> Integer.BYTES + element.size())
                .sum();
        ByteBuffer bytes = ByteBuffer.allocate(size).order(ByteOrder.LITTLE_ENDIAN);
        for (ByteString element : elements) {
            bytes.putInt(element.size());
            element.copyTo(bytes);
        }
        return UnsafeByteOperations.unsafeWrap(bytes.flip());
    }

    /** Whether the tensor can be answered in a list. */
    static boolean isListable(Tensor tensor) {
        return !tensor.getDatatype().equals(Datatype.FP16.name())
                && !tensor.getDatatype().equals(Datatype.BF16.name());
    }

    /** The elements of a tensor that {@link #isListable}. */
    static InferTensorContents contents(Tensor tensor) {
        Datatype datatype = Datatype.of(tensor.getDatatype(), tensor.getName());
        ByteBuffer bytes = tensor.getContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        InferTensorContents.Builder contents = InferTensorContents.newBuilder();
        Runnable add =
                switch (datatype) {
                    case BOOL -> () -> contents.addBoolContents(bytes.get() != 0);
                    case INT8 -> () -> contents.addIntContents(bytes.get());
                    case INT16 -> () -> contents.addIntContents(bytes.getShort());
                    case INT32 -> () -> contents.addIntContents(bytes.getInt());
                    case INT64 -> () -> contents.addInt64Contents(bytes.getLong());
                    case UINT8 -> () -> contents.addUintContents(Byte.toUnsignedInt(bytes.get()));
                    case UINT16 -> () -> contents.addUintContents(Short.toUnsignedInt(bytes.getShort()));
                    case UINT32 -> () -> contents.addUintContents(bytes.getInt());
                    case UINT64 -> () -> contents.addUint64Contents(bytes.getLong());
                    case FP32 -> () -> contents.addFp32Contents(bytes.getFloat());
                    case FP64 -> () -> contents.addFp64Contents(bytes.getDouble());
                    case BYTES -> () -> contents.addBytesContents(element(bytes));
                    case FP16, BF16 -> throw new IllegalStateException(datatype + " travels only raw");
                };
        while (bytes.hasRemaining()) {
            add.run();
        }
        return contents.build();
    }

    private static ByteString element(ByteBuffer bytes) {
        return ByteString.copyFrom(bytes, bytes.getInt());
    }

    private static FarmException invalid(String tensor, String why) {
        return new FarmException(ErrorCode.INVALID_TENSOR, "tensor '" + tensor + "': " + why);
    }
}
