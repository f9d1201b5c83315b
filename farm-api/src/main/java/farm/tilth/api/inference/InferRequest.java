package farm.tilth.api.inference;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.Tensor;
import farm.tilth.protocol.wire.TensorList;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The body of {@code POST /v2/models/{model}/infer}.
 *
 * @param id echoed in the response
 * @param outputs the names that are asked for; empty for all
 * @param timeout the reserved parameter of that name, in the protocol a number of microseconds
 */
record InferRequest(Optional<String> id, TensorList inputs, List<String> outputs, Optional<Duration> timeout) {
    private static final int MAX_TENSORS = 64;

    static InferRequest parse(JsonNode body) {
        JsonNode inputs = body.path("inputs");
        if (!inputs.isArray() || inputs.isEmpty() || inputs.size() > MAX_TENSORS) {
            throw invalid("inputs must be a list of 1 to " + MAX_TENSORS + " tensors");
        }
        TensorList.Builder tensors = TensorList.newBuilder();
        for (int i = 0; i < inputs.size(); i++) {
            tensors.addTensors(TensorJson.read(inputs.get(i), i));
        }
        return new InferRequest(
                body.hasNonNull("id") ? Optional.of(RequestBody.text(body, "id")) : Optional.empty(),
                tensors.build(),
                outputs(body.path("outputs")),
                timeout(body.path("parameters").path("timeout")));
    }

    private static List<String> outputs(JsonNode json) {
        List<String> names = new ArrayList<>();
        for (JsonNode output : json) {
            if (!output.path("name").isTextual() || names.size() == MAX_TENSORS) {
                throw invalid("outputs must be a list of at most " + MAX_TENSORS + " objects with a name");
            }
            names.add(output.path("name").textValue());
        }
        return names;
    }

    private static Optional<Duration> timeout(JsonNode micros) {
        if (!micros.canConvertToLong() || !micros.isIntegralNumber() || micros.longValue() < 1) {
            return Optional.empty();
        }
        return Optional.of(Duration.of(micros.longValue(), ChronoUnit.MICROS));
    }

    /** Checks that the model has the outputs that are asked for. */
    void check(ModelDescription model) {
        List<String> known = model.outputs().stream()
                .map(ModelDescription.TensorDescription::name)
                .toList();
        for (String output : outputs) {
            if (!known.contains(output)) {
                throw new FarmException(
                        ErrorCode.INVALID_TENSOR,
                        "tensor '" + output + "': model '" + model.name() + "' has no such output; its outputs are "
                                + String.join(", ", known));
            }
        }
    }

    /** Whether an output was asked for. */
    boolean wants(Tensor output) {
        return outputs.isEmpty() || outputs.contains(output.getName());
    }

    private static FarmException invalid(String message) {
        return new FarmException(ErrorCode.INVALID_REQUEST, message);
    }
}
