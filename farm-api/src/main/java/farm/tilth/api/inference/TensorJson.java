package farm.tilth.api.inference;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.google.protobuf.ByteString;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.CallCheck;
import farm.tilth.protocol.task.Datatype;
import farm.tilth.protocol.wire.Tensor;
import java.io.ByteArrayOutputStream;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** The Open Inference Protocol's tensors in JSON: {@code {name, shape, datatype, data}}, data flat or nested. */
final class TensorJson {
    private static final int MAX_DEPTH = 16;

    private TensorJson() {}

    /**
     * Reads an input.
     *
     * @throws FarmException with INVALID_TENSOR that names the tensor, and the element where one is at fault
     */
    static Tensor read(JsonNode json, int index) {
        String name = json.path("name").asText();
        if (!json.path("name").isTextual() || name.isEmpty()) {
            throw new FarmException(ErrorCode.INVALID_TENSOR, "inputs[" + index + "] has no name");
        }
        List<Long> shape = shape(json.path("shape"), name);
        Datatype datatype = Datatype.of(json.path("datatype").asText(), name);
        long elements = CallCheck.elements(name, shape);
        Reader reader = new Reader(name, datatype, elements);
        if (!json.path("data").isArray()) {
            throw invalid(name, "its data is " + (json.has("data") ? "not a list" : "missing"));
        }
        reader.read(json.path("data"), 0);
        if (reader.count != elements) {
            throw invalid(name, "its data has " + reader.count + " elements; shape " + shape + " needs " + elements);
        }
        return Tensor.newBuilder()
                .setName(name)
                .setDatatype(datatype.name())
                .addAllShape(shape)
                .setContent(ByteString.copyFrom(reader.out.toByteArray()))
                .build();
    }

    private static List<Long> shape(JsonNode json, String tensor) {
        List<Long> shape = new ArrayList<>();
        for (JsonNode dimension : json) {
            if (!dimension.isIntegralNumber() || !dimension.canConvertToLong()) {
                throw invalid(tensor, "its shape holds something else than whole numbers");
            }
            shape.add(dimension.longValue());
        }
        if (!json.isArray()) {
            throw invalid(tensor, "its shape is " + (json.isMissingNode() ? "missing" : "not a list"));
        }
        return shape;
    }

    /** Collects elements, however deep they are nested, as the wire has them. */
    private static final class Reader {
        private final String name;
        private final Datatype datatype;
        private final long most;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();
        private final ByteBuffer element = ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN);
        private long count;

        Reader(String name, Datatype datatype, long most) {
            this.name = name;
            this.datatype = datatype;
            this.most = most;
        }

        void read(JsonNode list, int depth) {
            if (depth > MAX_DEPTH) {
                throw invalid(name, "its data is nested deeper than " + MAX_DEPTH);
            }
            for (JsonNode value : list) {
                if (value.isArray()) {
                    read(value, depth + 1);
                } else {
                    if (count++ >= most) {
                        throw invalid(name, "its data has more than the " + most + " elements of its shape");
                    }
                    write(value);
                }
            }
        }

        private void write(JsonNode value) {
            element.clear();
            switch (datatype) {
                case BOOL -> element.put((byte) (bool(value) ? 1 : 0));
                case UINT8 -> element.put((byte) integer(value, 0, 255));
                case UINT16 -> element.putShort((short) integer(value, 0, 65_535));
                case UINT32 -> element.putInt((int) integer(value, 0, 4_294_967_295L));
                case UINT64 -> element.putLong(unsigned(value));
                case INT8 -> element.put((byte) integer(value, Byte.MIN_VALUE, Byte.MAX_VALUE));
                case INT16 -> element.putShort((short) integer(value, Short.MIN_VALUE, Short.MAX_VALUE));
                case INT32 -> element.putInt((int) integer(value, Integer.MIN_VALUE, Integer.MAX_VALUE));
                case INT64 -> element.putLong(integer(value, Long.MIN_VALUE, Long.MAX_VALUE));
                case FP16 -> element.putShort(Float.floatToFloat16((float) number(value)));
                case FP32 -> element.putFloat(value.isNumber() ? value.floatValue() : (float) number(value));
                case FP64 -> element.putDouble(number(value));
                case BYTES -> bytes(value);
                case BF16 -> throw invalid(name, "BF16 has no form in JSON; send FP32 if the model takes it");
            }
            out.write(element.array(), 0, element.position());
        }

        private boolean bool(JsonNode value) {
            if (value.isBoolean()) {
                return value.booleanValue();
            }
            return integer(value, 0, 1) == 1;
        }

        private long integer(JsonNode value, long min, long max) {
            if (value.isIntegralNumber()
                    && value.canConvertToLong()
                    && value.longValue() >= min
                    && value.longValue() <= max) {
                return value.longValue();
            }
            throw element(value);
        }

        private long unsigned(JsonNode value) {
            BigInteger number = value.isIntegralNumber() ? value.bigIntegerValue() : BigInteger.valueOf(-1);
            if (number.signum() < 0 || number.bitLength() > 64) {
                throw element(value);
            }
            return number.longValue();
        }

        private double number(JsonNode value) {
            if (value.isNumber()) {
                return value.doubleValue();
            }
            throw element(value);
        }

        private void bytes(JsonNode value) {
            if (!value.isTextual()) {
                throw element(value);
            }
            byte[] utf8 = value.textValue().getBytes(StandardCharsets.UTF_8);
            element.putInt(utf8.length);
            out.write(element.array(), 0, element.position());
            element.clear();
            out.writeBytes(utf8);
        }

        private FarmException element(JsonNode value) {
            String text = value.toString();
            return invalid(
                    name,
                    "element " + (count - 1) + " is " + (text.length() > 40 ? text.substring(0, 40) + "…" : text)
                            + ", which is no " + datatype);
        }
    }

    /** The elements of a tensor, flat. */
    static ArrayNode data(Tensor tensor) {
        Datatype datatype = Datatype.of(tensor.getDatatype(), tensor.getName());
        ByteBuffer content = tensor.getContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        ArrayNode data = JsonNodeFactory.instance.arrayNode();
        while (content.hasRemaining()) {
            switch (datatype) {
                case BOOL -> data.add(content.get() != 0);
                case UINT8 -> data.add(Byte.toUnsignedInt(content.get()));
                case UINT16 -> data.add(Short.toUnsignedInt(content.getShort()));
                case UINT32 -> data.add(Integer.toUnsignedLong(content.getInt()));
                case UINT64 -> data.add(new BigInteger(Long.toUnsignedString(content.getLong())));
                case INT8 -> data.add(content.get());
                case INT16 -> data.add(content.getShort());
                case INT32 -> data.add(content.getInt());
                case INT64 -> data.add(content.getLong());
                case FP16 -> data.add(Float.float16ToFloat(content.getShort()));
                case BF16 -> data.add(Float.intBitsToFloat(content.getShort() << 16));
                case FP32 -> data.add(content.getFloat());
                case FP64 -> data.add(content.getDouble());
                case BYTES -> {
                    byte[] utf8 = new byte[content.getInt()];
                    content.get(utf8);
                    data.add(new String(utf8, StandardCharsets.UTF_8));
                }
            }
        }
        return data;
    }

    private static FarmException invalid(String tensor, String why) {
        return new FarmException(ErrorCode.INVALID_TENSOR, "tensor '" + tensor + "': " + why);
    }
}
