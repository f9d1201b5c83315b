package farm.tilth.api.openinference;

import com.google.protobuf.UnsafeByteOperations;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.Datatype;
import farm.tilth.protocol.wire.Tensor;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The protocol's classification extension: instead of a tensor, the highest values of each row as BYTES "value:index[:label]",
 * the highest first, the lower index first where values are equal.
 */
final class Classification {
    private Classification() {}

    /**
     * The classes of each row, or of the whole tensor when it has one dimension.
     *
     * @param classes how many are wanted; there are no more than values
     * @param labels added to the indices that have one: "value:index:label"
     * @throws FarmException with INVALID_REQUEST when the tensor holds no numbers
     */
    static Tensor of(Tensor tensor, int classes, List<String> labels) {
        Datatype datatype = Datatype.of(tensor.getDatatype(), tensor.getName());
        if (datatype == Datatype.BYTES || datatype == Datatype.BOOL) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    "classification: output '" + tensor.getName() + "' is " + datatype + "; only numbers have classes");
        }
        List<Long> shape = tensor.getShapeList();
        int elements = tensor.getContent().size() / datatype.elementBytes();
        int rows = shape.size() > 1 ? Math.toIntExact(shape.getFirst()) : 1;
        int width = rows == 0 ? 0 : elements / rows;
        int kept = Math.min(classes, width);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ByteBuffer content = tensor.getContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        for (int row = 0; row < rows; row++) {
            int first = row * width;
            ranked(content, datatype, first, width)
                    .limit(kept)
                    .forEach(i -> writeElement(
                            text(content, datatype, first + i) + ":" + i
                                    + (i < labels.size() ? ":" + labels.get(i) : ""),
                            out));
        }
        Tensor.Builder answer = Tensor.newBuilder()
                .setName(tensor.getName())
                .setDatatype(Datatype.BYTES.name())
                .setContent(UnsafeByteOperations.unsafeWrap(out.toByteArray()));
        if (shape.size() > 1) {
            answer.addShape(rows);
        }
        return answer.addShape(kept).build();
    }

    private static Stream<Integer> ranked(ByteBuffer content, Datatype datatype, int first, int width) {
        return IntStream.range(0, width)
                .boxed()
                .sorted(Comparator.comparingLong((Integer i) -> rank(content, datatype, first + i))
                        .reversed());
    }

    private static void writeElement(String text, ByteArrayOutputStream out) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        out.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(bytes.length)
                .array());
        out.writeBytes(bytes);
    }

    private static String text(ByteBuffer content, Datatype datatype, int element) {
        return switch (datatype) {
            case FP16, BF16, FP32, FP64 -> String.format(Locale.ROOT, "%f", real(content, datatype, element));
            case UINT64 -> Long.toUnsignedString(whole(content, datatype, element));
            default -> Long.toString(whole(content, datatype, element));
        };
    }

    /** Numbers in the order of their values, whatever their datatype; what is not a number comes first. */
    private static long rank(ByteBuffer content, Datatype datatype, int element) {
        return switch (datatype) {
            case FP16, BF16, FP32, FP64 -> {
                double value = real(content, datatype, element) + 0.0;
                long bits = Double.doubleToLongBits(value);
                yield Double.isNaN(value) ? Long.MIN_VALUE : bits ^ ((bits >> 63) & Long.MAX_VALUE);
            }
            case UINT64 -> whole(content, datatype, element) ^ Long.MIN_VALUE;
            default -> whole(content, datatype, element);
        };
    }

    private static double real(ByteBuffer content, Datatype datatype, int element) {
        int at = element * datatype.elementBytes();
        return switch (datatype) {
            case FP16 -> Float.float16ToFloat(content.getShort(at));
            case BF16 -> Float.intBitsToFloat(content.getShort(at) << 16);
            case FP32 -> content.getFloat(at);
            default -> content.getDouble(at);
        };
    }

    private static long whole(ByteBuffer content, Datatype datatype, int element) {
        int at = element * datatype.elementBytes();
        return switch (datatype) {
            case UINT8 -> Byte.toUnsignedInt(content.get(at));
            case INT8 -> content.get(at);
            case UINT16 -> Short.toUnsignedInt(content.getShort(at));
            case INT16 -> content.getShort(at);
            case UINT32 -> Integer.toUnsignedLong(content.getInt(at));
            case INT32 -> content.getInt(at);
            default -> content.getLong(at);
        };
    }
}
