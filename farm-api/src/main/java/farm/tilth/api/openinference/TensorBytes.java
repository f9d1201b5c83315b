package farm.tilth.api.openinference;

import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.Datatype;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** A tensor's elements as a client sent them in binary: little-endian, row-major. */
final class TensorBytes {
    static final int MAX_DIMENSIONS = 16;

    private TensorBytes() {}

    /**
     * A part of a body, not copied, that was checked against its shape.
     *
     * @throws FarmException with INVALID_TENSOR that names the tensor
     */
    static ByteString of(String tensor, Datatype datatype, long elements, byte[] body, int offset, int length) {
        ByteString bytes = UnsafeByteOperations.unsafeWrap(body, offset, length);
        check(tensor, datatype, elements, bytes);
        return bytes;
    }

    /**
     * Checks that the bytes are exactly so many elements.
     *
     * @throws FarmException with INVALID_TENSOR that names the tensor
     */
    static void check(String tensor, Datatype datatype, long elements, ByteString bytes) {
        if (datatype == Datatype.BYTES) {
            checkTexts(tensor, elements, bytes.asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN));
        } else if (bytes.size() != elements * datatype.elementBytes()) {
            throw new FarmException(
                    ErrorCode.INVALID_TENSOR,
                    "tensor '%s': its data has %d bytes; %d elements of %s need %d"
                            .formatted(tensor, bytes.size(), elements, datatype, elements * datatype.elementBytes()));
        }
    }

    private static void checkTexts(String tensor, long elements, ByteBuffer bytes) {
        long count = 0;
        while (bytes.hasRemaining()) {
            int length = bytes.remaining() < Integer.BYTES ? -1 : bytes.getInt();
            if (length < 0 || length > bytes.remaining()) {
                throw new FarmException(
                        ErrorCode.INVALID_TENSOR,
                        "tensor '" + tensor + "': element " + count + " is cut short; each one is a length of 4 bytes"
                                + " (little-endian) and that many bytes");
            }
            bytes.position(bytes.position() + length);
            count++;
        }
        if (count != elements) {
            throw new FarmException(
                    ErrorCode.INVALID_TENSOR,
                    "tensor '" + tensor + "': its data has " + count + " elements; its shape needs " + elements);
        }
    }
}
