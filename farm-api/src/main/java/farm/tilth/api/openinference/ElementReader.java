package farm.tilth.api.openinference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.google.protobuf.ByteString;
import com.google.protobuf.UnsafeByteOperations;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.CallCheck;
import farm.tilth.protocol.task.Datatype;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * Reads a tensor's elements from JSON, flat or nested, to the bytes that the wire has: little-endian, row-major. Reads
 * from the parser as it goes, so that a large tensor never is a tree of objects.
 */
final class ElementReader {
    private static final int MAX_DEPTH = 16;
    private static final int MAX_SHOWN = 40;

    private final String tensor;
    private final Datatype datatype;
    private final List<Long> shape;
    private final long elements;
    private final ByteBuffer fixed;
    private final ByteArrayOutputStream varying = new ByteArrayOutputStream();
    private long count;

    /**
     * A reader of one tensor.
     *
     * @param shape of it
     * @param most how many elements the text can hold at most: what bounds the memory, whatever the shape says
     */
    ElementReader(String tensor, Datatype datatype, List<Long> shape, long most) {
        this.tensor = tensor;
        this.datatype = datatype;
        this.shape = shape;
        this.elements = CallCheck.elements(tensor, shape);
        int bytes = Math.toIntExact(Math.min(elements, most) * datatype.elementBytes());
        this.fixed = ByteBuffer.allocate(bytes).order(ByteOrder.LITTLE_ENDIAN);
    }

    /**
     * Reads the list at which the parser stands.
     *
     * @throws FarmException with INVALID_TENSOR that names the tensor, and the element where one is at fault
     */
    ByteString read(JsonParser json) throws IOException {
        int depth = 1;
        while (depth > 0) {
            JsonToken token = json.nextToken();
            if (token == JsonToken.START_ARRAY) {
                if (++depth > MAX_DEPTH) {
                    throw invalid("its data is nested deeper than " + MAX_DEPTH);
                }
            } else if (token == JsonToken.END_ARRAY) {
                depth--;
            } else {
                if (count++ >= elements) {
                    throw invalid("its data has more than the " + elements + " elements of its shape");
                }
                write(json, token);
            }
        }
        if (count != elements) {
            throw invalid("its data has " + count + " elements; shape " + shape + " needs " + elements);
        }
        return datatype == Datatype.BYTES
                ? UnsafeByteOperations.unsafeWrap(varying.toByteArray())
                : UnsafeByteOperations.unsafeWrap(fixed.flip());
    }

    private void write(JsonParser json, JsonToken token) throws IOException {
        switch (datatype) {
            case BOOL -> fixed.put((byte) (bool(json, token) ? 1 : 0));
            case UINT8 -> fixed.put((byte) integer(json, token, 0, 255));
            case UINT16 -> fixed.putShort((short) integer(json, token, 0, 65_535));
            case UINT32 -> fixed.putInt((int) integer(json, token, 0, 4_294_967_295L));
            case UINT64 -> fixed.putLong(unsigned(json, token));
            case INT8 -> fixed.put((byte) integer(json, token, Byte.MIN_VALUE, Byte.MAX_VALUE));
            case INT16 -> fixed.putShort((short) integer(json, token, Short.MIN_VALUE, Short.MAX_VALUE));
            case INT32 -> fixed.putInt((int) integer(json, token, Integer.MIN_VALUE, Integer.MAX_VALUE));
            case INT64 -> fixed.putLong(integer(json, token, Long.MIN_VALUE, Long.MAX_VALUE));
            case FP16 -> fixed.putShort(Float.floatToFloat16(number(json, token).getFloatValue()));
            case FP32 -> fixed.putFloat(number(json, token).getFloatValue());
            case FP64 -> fixed.putDouble(number(json, token).getDoubleValue());
            case BYTES -> text(json, token);
            case BF16 -> throw invalid("BF16 has no form in JSON; send it as a binary tensor");
        }
    }

    private boolean bool(JsonParser json, JsonToken token) throws IOException {
        return token.isBoolean() ? json.getBooleanValue() : integer(json, token, 0, 1) == 1;
    }

    private long integer(JsonParser json, JsonToken token, long min, long max) throws IOException {
        if (token == JsonToken.VALUE_NUMBER_INT && json.getNumberType() != JsonParser.NumberType.BIG_INTEGER) {
            long value = json.getLongValue();
            if (value >= min && value <= max) {
                return value;
            }
        }
        throw element(json);
    }

    private long unsigned(JsonParser json, JsonToken token) throws IOException {
        if (token == JsonToken.VALUE_NUMBER_INT) {
            BigInteger value = json.getBigIntegerValue();
            if (value.signum() >= 0 && value.bitLength() <= Long.SIZE) {
                return value.longValue();
            }
        }
        throw element(json);
    }

    private JsonParser number(JsonParser json, JsonToken token) throws IOException {
        if (!token.isNumeric()) {
            throw element(json);
        }
        return json;
    }

    private void text(JsonParser json, JsonToken token) throws IOException {
        if (token != JsonToken.VALUE_STRING) {
            throw element(json);
        }
        byte[] utf8 = json.getText().getBytes(StandardCharsets.UTF_8);
        varying.writeBytes(ByteBuffer.allocate(Integer.BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(utf8.length)
                .array());
        varying.writeBytes(utf8);
    }

    private FarmException element(JsonParser json) throws IOException {
        String text =
                switch (json.currentToken()) {
                    case START_OBJECT -> "an object";
                    case VALUE_STRING -> '"' + json.getText() + '"';
                    default -> json.getText();
                };
        String shown = text.length() > MAX_SHOWN ? text.substring(0, MAX_SHOWN) + "…" : text;
        return invalid("element " + (count - 1) + " is " + shown + ", which is no " + datatype);
    }

    private FarmException invalid(String why) {
        return new FarmException(ErrorCode.INVALID_TENSOR, "tensor '" + tensor + "': " + why);
    }
}
