package farm.tilth.api.openinference;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.MessageLite;
import com.google.protobuf.UnsafeByteOperations;
import farm.tilth.api.inference.BodyBudget;
import farm.tilth.api.inference.RequestBody;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** The one message of a unary call as gRPC sends it: a byte that is 1 when it is packed, its length, itself. */
final class GrpcFrame {
    static final String CONTENT_TYPE = "application/grpc";

    /** Before every message. */
    static final int HEADER_BYTES = 5;

    private static final long UNSIGNED = 0xFFFFFFFFL;

    private GrpcFrame() {}

    /**
     * Takes the message out of a body.
     *
     * @param encoding the header grpc-encoding, or null
     * @param maxBytes of the message, unpacked
     * @throws StatusRuntimeException as gRPC has it: INTERNAL for a body that is not one message, RESOURCE_EXHAUSTED for
     *     one that says it is too long, UNIMPLEMENTED for a packing that is not known
     * @throws farm.tilth.protocol.FarmException with TOO_LARGE when it is too long unpacked
     */
    static ByteString message(byte[] body, String encoding, int maxBytes, BodyBudget.Share share) {
        if (body.length < HEADER_BYTES) {
            throw status(Status.INTERNAL, "the call ended without a whole message");
        }
        ByteBuffer header = ByteBuffer.wrap(body, 0, HEADER_BYTES);
        byte flag = header.get();
        if (flag < 0 || flag > 1) {
            throw status(Status.INTERNAL, "a message begins with 0, or with 1 when it is packed; not with " + flag);
        }
        long length = header.getInt() & UNSIGNED;
        if (length > maxBytes) {
            throw status(
                    Status.RESOURCE_EXHAUSTED,
                    "the message has " + length + " bytes; at most " + maxBytes + " are read");
        }
        if (length != body.length - HEADER_BYTES) {
            throw status(
                    Status.INTERNAL,
                    "the message says that it has " + length + " bytes; " + (body.length - HEADER_BYTES) + " came");
        }
        if (flag == 1) {
            byte[] message = Arrays.copyOfRange(body, HEADER_BYTES, body.length);
            return UnsafeByteOperations.unsafeWrap(unpacked(message, encoding, maxBytes, share));
        }
        return UnsafeByteOperations.unsafeWrap(body, HEADER_BYTES, body.length - HEADER_BYTES);
    }

    private static byte[] unpacked(byte[] message, String encoding, int maxBytes, BodyBudget.Share share) {
        return switch (encoding) {
            case null -> throw status(Status.INTERNAL, "the message is packed, and the call does not say how");
            case "identity" -> throw status(Status.INTERNAL, "the message is packed, and the call says that it is not");
            case "gzip", "deflate" -> RequestBody.unpacked(message, encoding, maxBytes, share);
            default ->
                throw status(Status.UNIMPLEMENTED, "grpc-encoding '" + encoding + "' is not read; send gzip or none");
        };
    }

    /** A message as the body of an answer. */
    static byte[] body(MessageLite message) {
        int length = message.getSerializedSize();
        byte[] body = new byte[HEADER_BYTES + length];
        ByteBuffer.wrap(body).put((byte) 0).putInt(length);
        CodedOutputStream out = CodedOutputStream.newInstance(body, HEADER_BYTES, length);
        try {
            message.writeTo(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e); // there is room for all of it
        }
        return body;
    }

    private static StatusRuntimeException status(Status status, String why) {
        return status.withDescription(why).asRuntimeException();
    }
}
