package farm.tilth.api.openinference;

import com.google.protobuf.ByteString;
import farm.tilth.api.inference.CallTerms;
import farm.tilth.api.openinference.wire.InferParameter;
import farm.tilth.api.openinference.wire.ModelInferRequest;
import farm.tilth.api.openinference.wire.ModelInferResponse;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.Tensor;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Inference requests and answers between gRPC's form and the farm's. */
public final class GrpcRequests {
    private static final long MAX_CLASSES = 100_000;
    private static final String FINAL_ASKED = "triton_enable_empty_final_response";
    private static final String FINAL = "triton_final_response";

    private GrpcRequests() {}

    /**
     * Reads a request; {@code binaryOutputs} stands for raw contents.
     *
     * @param deadline of the gRPC call, which the request's own timeout can only shorten
     * @throws FarmException with INVALID_REQUEST or INVALID_TENSOR that says where
     */
    public static InferRequest read(ModelInferRequest request, Optional<Duration> deadline) {
        int inputs = request.getInputsCount();
        int raw = request.getRawInputContentsCount();
        if (inputs == 0 || inputs > InferRequest.MAX_TENSORS || request.getOutputsCount() > InferRequest.MAX_TENSORS) {
            throw invalid("inputs must be 1 to " + InferRequest.MAX_TENSORS + " tensors, outputs no more");
        }
        if (raw > 0 && raw != inputs) {
            throw invalid("raw_input_contents has " + raw + " elements; there are " + inputs + " inputs");
        }
        List<Tensor> tensors = new ArrayList<>(inputs);
        for (int i = 0; i < inputs; i++) {
            ModelInferRequest.InferInputTensor input = request.getInputs(i);
            if (raw > 0 && input.hasContents()) {
                throw invalid("tensor '" + input.getName() + "' has contents beside raw_input_contents");
            }
            tensors.add(raw > 0 ? GrpcTensors.raw(input, request.getRawInputContents(i)) : GrpcTensors.listed(input));
        }
        CallTerms own = CallTerms.of(
                whole(request.getParametersMap(), "timeout"), whole(request.getParametersMap(), "priority"));
        return new InferRequest(
                Optional.of(request.getId()).filter(id -> !id.isEmpty()),
                tensors,
                outputs(request),
                raw > 0,
                new CallTerms(shorter(own.deadline(), deadline), own.priority()));
    }

    private static Optional<Duration> shorter(Optional<Duration> a, Optional<Duration> b) {
        return a.isPresent() && b.isPresent() ? (a.get().compareTo(b.get()) < 0 ? a : b) : a.or(() -> b);
    }

    private static List<RequestedOutput> outputs(ModelInferRequest request) {
        return request.getOutputsList().stream()
                .map(output -> {
                    long classes = whole(output.getParametersMap(), "classification");
                    if (classes > MAX_CLASSES) {
                        throw invalid("classification must be from 1 to " + MAX_CLASSES);
                    }
                    return new RequestedOutput(output.getName(), Optional.empty(), (int) classes);
                })
                .toList();
    }

    private static long whole(Map<String, InferParameter> parameters, String name) {
        InferParameter value = parameters.get(name);
        if (value == null) {
            return 0;
        }
        long number =
                switch (value.getParameterChoiceCase()) {
                    case INT64_PARAM -> value.getInt64Param();
                    case UINT64_PARAM -> value.getUint64Param();
                    case STRING_PARAM ->
                        value.getStringParam().matches("\\d{1,18}") ? Long.parseLong(value.getStringParam()) : -1;
                    default -> -1;
                };
        if (number < 0) {
            throw invalid("parameter " + name + " must be a whole number of at least 0");
        }
        return number;
    }

    /** The answer in the form in which the request was asked, or raw where that form has no place for a datatype. */
    static ModelInferResponse write(
            ModelDescription model, InferRequest asked, ModelInferRequest request, InferenceAnswer answer) {
        List<Tensor> outputs = InferAnswer.outputs(model, asked, answer);
        boolean raw = asked.binaryOutputs() || !outputs.stream().allMatch(GrpcTensors::isListable);
        ModelInferResponse.Builder response = ModelInferResponse.newBuilder()
                .setModelName(model.name())
                .setModelVersion(model.version().hex())
                .setId(request.getId());
        if (request.getParametersOrDefault(FINAL_ASKED, InferParameter.getDefaultInstance())
                .getBoolParam()) {
            response.putParameters(
                    FINAL, InferParameter.newBuilder().setBoolParam(true).build());
        }
        for (Tensor output : outputs) {
            ModelInferResponse.InferOutputTensor.Builder tensor = ModelInferResponse.InferOutputTensor.newBuilder()
                    .setName(output.getName())
                    .setDatatype(output.getDatatype())
                    .addAllShape(output.getShapeList());
            if (raw) {
                ByteString content = output.getContent();
                response.addRawOutputContents(content);
            } else {
                tensor.setContents(GrpcTensors.contents(output));
            }
            response.addOutputs(tensor);
        }
        return response.build();
    }

    private static FarmException invalid(String message) {
        return new FarmException(ErrorCode.INVALID_REQUEST, message);
    }
}
