package farm.tilth.api.openinference;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.google.protobuf.ByteString;
import farm.tilth.api.inference.CallTerms;
import farm.tilth.api.inference.RequestBody;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.CallCheck;
import farm.tilth.protocol.task.Datatype;
import farm.tilth.protocol.wire.Tensor;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Reads the body of an inference request: JSON, and behind it the bytes of those inputs that say {@code
 * binary_data_size}. The text is gone through once for its structure and once, where it lies, for each tensor's data,
 * so that fields may come in any order and data is never copied.
 */
public final class InferRequestReader {
    private static final int MAX_CLASSES = 100_000;
    private static final ObjectReader VALUES =
            Json.MAPPER.reader().without(DeserializationFeature.FAIL_ON_TRAILING_TOKENS);

    private final byte[] body;
    private final int jsonLength;
    private final List<Head> heads = new ArrayList<>();
    private final List<RequestedOutput> outputs = new ArrayList<>();
    private Optional<String> id = Optional.empty();
    private JsonNode parameters = MissingNode.getInstance();
    private boolean hasInputs;
    private int binaryAt;

    private InferRequestReader(byte[] body, int jsonLength) {
        this.body = body;
        this.jsonLength = jsonLength;
        this.binaryAt = jsonLength;
    }

    /** An input before its data is read; data lies from {@code start} to {@code end} of the body, if in JSON. */
    private record Head(JsonNode name, JsonNode datatype, JsonNode shape, JsonNode parameters, int start, int end) {}

    /**
     * Reads a request.
     *
     * @param jsonLength how many bytes of the body are JSON
     * @throws FarmException with INVALID_REQUEST or INVALID_TENSOR that says where
     */
    public static InferRequest read(byte[] body, int jsonLength) {
        return new InferRequestReader(body, jsonLength).read();
    }

    private InferRequest read() {
        try {
            structure();
            if (!hasInputs || heads.isEmpty() || heads.size() > InferRequest.MAX_TENSORS) {
                throw invalid("inputs must be a list of 1 to " + InferRequest.MAX_TENSORS + " tensors");
            }
            List<Tensor> inputs = new ArrayList<>(heads.size());
            for (int i = 0; i < heads.size(); i++) {
                inputs.add(tensor(heads.get(i), i));
            }
            if (binaryAt != body.length) {
                throw invalid("the body has " + (body.length - jsonLength)
                        + " bytes behind its JSON; binary_data_size of the inputs adds up to "
                        + (binaryAt - jsonLength));
            }
            return new InferRequest(
                    id,
                    inputs,
                    List.copyOf(outputs),
                    parameters.path("binary_data_output").asBoolean(),
                    CallTerms.of(whole(parameters, "timeout"), whole(parameters, "priority")));
        } catch (IOException e) {
            throw RequestBody.notJson(e);
        }
    }

    private void structure() throws IOException {
        try (JsonParser json = Json.MAPPER.getFactory().createParser(body, 0, jsonLength)) {
            if (json.nextToken() != JsonToken.START_OBJECT) {
                throw invalid("the body must be a JSON object");
            }
            while (json.nextToken() != JsonToken.END_OBJECT) {
                String field = json.currentName();
                json.nextToken();
                switch (field) {
                    case "id" -> id = text(json);
                    case "parameters" -> parameters = VALUES.readTree(json);
                    case "inputs" -> inputs(json);
                    case "outputs" -> outputs(json);
                    default -> json.skipChildren();
                }
            }
            if (json.nextToken() != null) {
                throw invalid("the body goes on after its JSON object");
            }
        }
    }

    private static Optional<String> text(JsonParser json) throws IOException {
        if (json.currentToken() == JsonToken.VALUE_NULL) {
            return Optional.empty();
        }
        if (json.currentToken() != JsonToken.VALUE_STRING) {
            throw invalid("id is not a string");
        }
        return Optional.of(json.getText());
    }

    private void inputs(JsonParser json) throws IOException {
        hasInputs = json.currentToken() == JsonToken.START_ARRAY;
        if (!hasInputs) {
            json.skipChildren();
            return;
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            if (json.currentToken() != JsonToken.START_OBJECT || heads.size() > InferRequest.MAX_TENSORS) {
                throw invalid("inputs must be a list of 1 to " + InferRequest.MAX_TENSORS + " tensors");
            }
            heads.add(head(json));
        }
    }

    private static Head head(JsonParser json) throws IOException {
        JsonNode missing = MissingNode.getInstance();
        Head head = new Head(missing, missing, missing, missing, -1, -1);
        while (json.nextToken() != JsonToken.END_OBJECT) {
            String field = json.currentName();
            JsonToken token = json.nextToken();
            head = switch (field) {
                case "name" ->
                    new Head(VALUES.readTree(json), head.datatype, head.shape, head.parameters, head.start, head.end);
                case "datatype" ->
                    new Head(head.name, VALUES.readTree(json), head.shape, head.parameters, head.start, head.end);
                case "shape" ->
                    new Head(head.name, head.datatype, VALUES.readTree(json), head.parameters, head.start, head.end);
                case "parameters" ->
                    new Head(head.name, head.datatype, head.shape, VALUES.readTree(json), head.start, head.end);
                case "data" -> data(json, token, head);
                default -> {
                    json.skipChildren();
                    yield head;
                }
            };
        }
        return head;
    }

    private static Head data(JsonParser json, JsonToken token, Head head) throws IOException {
        int start = (int) json.currentTokenLocation().getByteOffset();
        json.skipChildren();
        // A value that is no list is remembered as an empty range.
        int end = token == JsonToken.START_ARRAY ? (int) json.currentLocation().getByteOffset() : start;
        return new Head(head.name, head.datatype, head.shape, head.parameters, start, end);
    }

    private void outputs(JsonParser json) throws IOException {
        if (json.currentToken() != JsonToken.START_ARRAY) {
            throw invalid("outputs must be a list of objects with a name");
        }
        while (json.nextToken() != JsonToken.END_ARRAY) {
            JsonNode output = VALUES.readTree(json);
            if (!output.path("name").isTextual() || outputs.size() == InferRequest.MAX_TENSORS) {
                throw invalid("outputs must be a list of at most " + InferRequest.MAX_TENSORS + " objects with a name");
            }
            JsonNode wishes = output.path("parameters");
            JsonNode binary = wishes.path("binary_data");
            outputs.add(new RequestedOutput(
                    output.path("name").textValue(),
                    binary.isBoolean() ? Optional.of(binary.booleanValue()) : Optional.empty(),
                    classes(wishes)));
        }
    }

    private static int classes(JsonNode wishes) {
        long classes = whole(wishes, "classification");
        if (classes < 0 || classes > MAX_CLASSES) {
            throw invalid("classification must be from 1 to " + MAX_CLASSES);
        }
        return (int) classes;
    }

    /** A reserved parameter that is a whole number, which some clients send as text; 0 when it is absent. */
    private static long whole(JsonNode parameters, String name) {
        JsonNode value = parameters.path(name);
        if (value.isMissingNode() || value.isNull()) {
            return 0;
        }
        if (value.isIntegralNumber() && value.canConvertToLong() && value.longValue() >= 0) {
            return value.longValue();
        }
        if (value.isTextual() && value.textValue().matches("\\d{1,18}")) {
            return Long.parseLong(value.textValue());
        }
        throw invalid("parameters." + name + " must be a whole number of at least 0");
    }

    private Tensor tensor(Head head, int index) throws IOException {
        String name = head.name.asText();
        if (!head.name.isTextual() || name.isEmpty()) {
            throw new FarmException(ErrorCode.INVALID_TENSOR, "inputs[" + index + "] has no name");
        }
        List<Long> shape = shape(head.shape, name);
        Datatype datatype = Datatype.of(head.datatype.asText(), name);
        return Tensor.newBuilder()
                .setName(name)
                .setDatatype(datatype.name())
                .addAllShape(shape)
                .setContent(content(head, name, datatype, shape))
                .build();
    }

    private ByteString content(Head head, String name, Datatype datatype, List<Long> shape) throws IOException {
        if (head.parameters.has("shared_memory_region")) {
            throw tensor(name, "this server has no shared memory; send the data");
        }
        JsonNode size = head.parameters.path("binary_data_size");
        if (!size.isMissingNode()) {
            if (head.start >= 0) {
                throw tensor(name, "it has both data and binary_data_size");
            }
            return binary(name, size, datatype, CallCheck.elements(name, shape));
        }
        if (head.end <= head.start) {
            throw tensor(name, "its data is " + (head.start < 0 ? "missing" : "not a list"));
        }
        int length = head.end - head.start;
        try (JsonParser json = Json.MAPPER.getFactory().createParser(body, head.start, length)) {
            json.nextToken();
            return new ElementReader(name, datatype, shape, length / 2 + 1).read(json);
        }
    }

    private ByteString binary(String name, JsonNode size, Datatype datatype, long elements) {
        if (!size.isIntegralNumber() || !size.canConvertToInt() || size.intValue() < 0) {
            throw tensor(name, "binary_data_size must be a whole number of at least 0");
        }
        int bytes = size.intValue();
        if (bytes > body.length - binaryAt) {
            throw tensor(
                    name, "binary_data_size is " + bytes + "; the body has only " + (body.length - binaryAt) + " left");
        }
        binaryAt += bytes;
        return TensorBytes.of(name, datatype, elements, body, binaryAt - bytes, bytes);
    }

    private static List<Long> shape(JsonNode json, String tensor) {
        if (!json.isArray()) {
            throw tensor(tensor, "its shape is " + (json.isMissingNode() ? "missing" : "not a list"));
        }
        if (json.size() > TensorBytes.MAX_DIMENSIONS) {
            throw tensor(tensor, "its shape has more than " + TensorBytes.MAX_DIMENSIONS + " dimensions");
        }
        List<Long> shape = new ArrayList<>();
        for (JsonNode dimension : json) {
            if (!dimension.isIntegralNumber() || !dimension.canConvertToLong()) {
                throw tensor(tensor, "its shape holds something else than whole numbers");
            }
            shape.add(dimension.longValue());
        }
        return shape;
    }

    private static FarmException invalid(String message) {
        return new FarmException(ErrorCode.INVALID_REQUEST, message);
    }

    private static FarmException tensor(String tensor, String why) {
        return new FarmException(ErrorCode.INVALID_TENSOR, "tensor '" + tensor + "': " + why);
    }
}
