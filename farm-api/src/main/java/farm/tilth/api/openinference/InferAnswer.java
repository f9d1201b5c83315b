package farm.tilth.api.openinference;

import com.fasterxml.jackson.core.JsonGenerator;
import com.google.protobuf.ByteString;
import farm.tilth.api.inference.CallAnswer;
import farm.tilth.api.inference.ContentCoding;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** An answer as REST has it: JSON, and behind it the bytes of the outputs that were asked for in binary. */
final class InferAnswer {
    static final String HEADER_LENGTH = "Inference-Header-Content-Length";
    /** Answers with fewer bytes of tensors are not worth another thread for their packing. */
    static final int WORTH_PACKING = ContentCoding.MIN_BYTES / 4;

    private static final String JSON = "application/json";
    private static final String BINARY = "application/octet-stream";

    private final ByteArrayOutputStream header = new ByteArrayOutputStream(512);
    private final List<ByteString> tail = new ArrayList<>();

    private InferAnswer() {}

    /** The outputs that the request wants, in its order, with classes where it wants those. */
    static List<Tensor> outputs(ModelDescription model, InferRequest request, InferenceAnswer answer) {
        Map<String, Tensor> byName = new HashMap<>();
        answer.getTensors().getTensorsList().forEach(tensor -> byName.put(tensor.getName(), tensor));
        return request.wanted(model).stream()
                .map(output -> output.classes() > 0
                        ? Classification.of(byName.get(output.name()), output.classes(), labels(model, output.name()))
                        : byName.get(output.name()))
                .toList();
    }

    private static List<String> labels(ModelDescription model, String output) {
        return model.outputs().stream()
                .filter(described -> described.name().equals(output))
                .findFirst()
                .map(ModelDescription.TensorDescription::labels)
                .orElse(List.of());
    }

    /** The whole answer, packed when the caller takes that and it is worth it. */
    static CallAnswer of(ModelDescription model, InferRequest request, InferenceAnswer answer, String acceptEncoding) {
        InferAnswer written = new InferAnswer();
        try {
            written.write(model, request, outputs(model, request, answer));
        } catch (IOException e) {
            throw new IllegalStateException("writing to memory failed", e);
        }
        return written.whole(acceptEncoding);
    }

    private void write(ModelDescription model, InferRequest request, List<Tensor> outputs) throws IOException {
        List<RequestedOutput> wanted = request.wanted(model);
        try (JsonGenerator json = Json.MAPPER.getFactory().createGenerator(header)) {
            json.writeStartObject();
            json.writeStringField("model_name", model.name());
            json.writeStringField("model_version", model.version().hex());
            if (request.id().isPresent()) {
                json.writeStringField("id", request.id().get());
            }
            json.writeArrayFieldStart("outputs");
            for (int i = 0; i < outputs.size(); i++) {
                writeOutput(json, outputs.get(i), request.isBinary(wanted.get(i)));
            }
            json.writeEndArray();
            json.writeEndObject();
        }
    }

    private void writeOutput(JsonGenerator json, Tensor output, boolean binary) throws IOException {
        json.writeStartObject();
        json.writeStringField("name", output.getName());
        json.writeStringField("datatype", output.getDatatype());
        json.writeArrayFieldStart("shape");
        for (long dimension : output.getShapeList()) {
            json.writeNumber(dimension);
        }
        json.writeEndArray();
        if (binary) {
            json.writeObjectFieldStart("parameters");
            json.writeNumberField("binary_data_size", output.getContent().size());
            json.writeEndObject();
            tail.add(output.getContent());
        } else {
            json.writeFieldName("data");
            ElementWriter.write(output, json);
        }
        json.writeEndObject();
    }

    private CallAnswer whole(String acceptEncoding) {
        Map<String, String> headers = new HashMap<>();
        byte[] body = header.toByteArray();
        if (!tail.isEmpty()) {
            headers.put(HEADER_LENGTH, String.valueOf(body.length));
            body = joined(body);
        }
        Optional<ContentCoding> coding =
                body.length < ContentCoding.MIN_BYTES ? Optional.empty() : ContentCoding.accepted(acceptEncoding);
        if (coding.isPresent()) {
            body = coding.get().encode(body);
            headers.put("Content-Encoding", coding.get().header());
        }
        return new CallAnswer(tail.isEmpty() ? JSON : BINARY, headers, body);
    }

    private byte[] joined(byte[] json) {
        byte[] whole = new byte
                [Math.addExact(
                        json.length, tail.stream().mapToInt(ByteString::size).sum())];
        System.arraycopy(json, 0, whole, 0, json.length);
        int at = json.length;
        for (ByteString bytes : tail) {
            bytes.copyTo(whole, at);
            at += bytes.size();
        }
        return whole;
    }
}
