package farm.tilth.inference.tensor;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.TensorInfo;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.CallCheck;
import farm.tilth.protocol.task.Datatype;
import farm.tilth.protocol.wire.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** The wire's tensors as ONNX Runtime's, and back; little-endian, row-major. */
public final class OnnxTensors {
    private OnnxTensors() {}

    /**
     * Copies a tensor into memory that ONNX Runtime reads; the caller closes it.
     *
     * @throws FarmException with INVALID_TENSOR when the content is malformed or ONNX Runtime for Java lacks the type
     */
    public static OnnxTensor toOnnx(OrtEnvironment environment, Tensor tensor) throws OrtException {
        Datatype datatype = Datatype.of(tensor.getDatatype(), tensor.getName());
        long[] shape = tensor.getShapeList().stream().mapToLong(Long::longValue).toArray();
        if (datatype == Datatype.BYTES) {
            return OnnxTensor.createTensor(environment, strings(tensor), shape);
        }
        ByteBuffer content =
                ByteBuffer.allocateDirect(tensor.getContent().size()).order(ByteOrder.LITTLE_ENDIAN);
        tensor.getContent().copyTo(content);
        return OnnxTensor.createTensor(environment, content.flip(), shape, javaType(datatype, tensor.getName()));
    }

    /** Copies a result out of ONNX Runtime's memory. */
    public static Tensor fromOnnx(String name, OnnxTensor value) throws OrtException {
        TensorInfo info = value.getInfo();
        Tensor.Builder tensor = Tensor.newBuilder()
                .setName(name)
                .setDatatype(datatype(info, name).name());
        Arrays.stream(info.getShape()).forEach(tensor::addShape);
        if (info.type == OnnxJavaType.STRING) {
            return tensor.setContent(bytes(flatten(value.getValue()))).build();
        }
        // The buffer is a copy already, of which nobody else knows.
        return tensor.setContent(UnsafeByteOperations.unsafeWrap(value.getByteBuffer()))
                .build();
    }

    /**
     * The datatype of a model's input or output.
     *
     * @throws FarmException with INVALID_MODEL when it has none in the protocol
     */
    public static Datatype datatype(TensorInfo info, String name) {
        return switch (info.onnxType) {
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT -> Datatype.FP32;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_DOUBLE -> Datatype.FP64;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_FLOAT16 -> Datatype.FP16;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_BFLOAT16 -> Datatype.BF16;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_UINT8 -> Datatype.UINT8;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT8 -> Datatype.INT8;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT16 -> Datatype.INT16;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT32 -> Datatype.INT32;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_INT64 -> Datatype.INT64;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_BOOL -> Datatype.BOOL;
            case ONNX_TENSOR_ELEMENT_DATA_TYPE_STRING -> Datatype.BYTES;
            default ->
                throw new FarmException(
                        ErrorCode.INVALID_MODEL,
                        "tensor '" + name + "' has the type " + info.onnxType + ", which ONNX Runtime for Java lacks");
        };
    }

    private static OnnxJavaType javaType(Datatype datatype, String tensor) {
        return switch (datatype) {
            case BOOL -> OnnxJavaType.BOOL;
            case UINT8 -> OnnxJavaType.UINT8;
            case INT8 -> OnnxJavaType.INT8;
            case INT16 -> OnnxJavaType.INT16;
            case INT32 -> OnnxJavaType.INT32;
            case INT64 -> OnnxJavaType.INT64;
            case FP16 -> OnnxJavaType.FLOAT16;
            case BF16 -> OnnxJavaType.BFLOAT16;
            case FP32 -> OnnxJavaType.FLOAT;
            case FP64 -> OnnxJavaType.DOUBLE;
            case UINT16, UINT32, UINT64, BYTES ->
                throw new FarmException(
                        ErrorCode.INVALID_TENSOR, "tensor '" + tensor + "': ONNX Runtime for Java has no " + datatype);
        };
    }

    private static String[] strings(Tensor tensor) {
        int count = Math.toIntExact(CallCheck.elements(tensor.getName(), tensor.getShapeList()));
        ByteBuffer content = tensor.getContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        if (content.remaining() < 4L * count) {
            throw malformed(tensor, "it has too few bytes for " + count + " elements");
        }
        String[] strings = new String[count];
        for (int i = 0; i < count; i++) {
            int length = content.remaining() < 4 ? -1 : content.getInt();
            if (length < 0 || length > content.remaining()) {
                throw malformed(tensor, "element " + i + " ends after the data");
            }
            strings[i] = StandardCharsets.UTF_8
                    .decode(content.slice(content.position(), length))
                    .toString();
            content.position(content.position() + length);
        }
        if (content.hasRemaining()) {
            throw malformed(tensor, content.remaining() + " bytes follow its " + count + " elements");
        }
        return strings;
    }

    private static FarmException malformed(Tensor tensor, String why) {
        return new FarmException(ErrorCode.INVALID_TENSOR, "tensor '" + tensor.getName() + "': " + why);
    }

    private static ByteString bytes(String[] strings) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        for (String string : strings) {
            byte[] utf8 = string.getBytes(StandardCharsets.UTF_8);
            out.writeBytes(ByteBuffer.allocate(4)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(utf8.length)
                    .array());
            out.writeBytes(utf8);
        }
        return ByteString.copyFrom(out.toByteArray());
    }

    private static String[] flatten(Object value) {
        return value instanceof Object[] rows && !(value instanceof String[])
                ? Arrays.stream(rows)
                        .flatMap(row -> Arrays.stream(flatten(row)))
                        .toArray(String[]::new)
                : value instanceof String[] strings ? strings : new String[] {(String) value};
    }
}
