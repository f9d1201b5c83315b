package farm.tilth.api.openinference;

import farm.tilth.api.inference.CallTerms;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelDescription.TensorDescription;
import farm.tilth.protocol.wire.Tensor;
import java.util.List;
import java.util.Optional;

/**
 * An inference request of the Open Inference Protocol, by whichever way it came.
 *
 * @param id echoed in the response
 * @param outputs those that are asked for; empty for all
 * @param binaryOutputs whether outputs that do not say otherwise are answered in binary
 */
public record InferRequest(
        Optional<String> id,
        List<Tensor> inputs,
        List<RequestedOutput> outputs,
        boolean binaryOutputs,
        CallTerms terms) {
    static final int MAX_TENSORS = 64;

    /** Checks that the model has the outputs that are asked for, each once. */
    public void check(ModelDescription model) {
        List<String> known =
                model.outputs().stream().map(TensorDescription::name).toList();
        for (RequestedOutput output : outputs) {
            if (!known.contains(output.name())) {
                throw new FarmException(
                        ErrorCode.INVALID_TENSOR,
                        "tensor '" + output.name() + "': model '" + model.name()
                                + "' has no such output; its outputs are " + String.join(", ", known));
            }
        }
        if (outputs.stream().map(RequestedOutput::name).distinct().count() < outputs.size()) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "outputs names the same output twice");
        }
    }

    /** The outputs in the order in which they were asked for. */
    List<RequestedOutput> wanted(ModelDescription model) {
        return outputs.isEmpty()
                ? model.outputs().stream()
                        .map(output -> new RequestedOutput(output.name(), Optional.empty(), 0))
                        .toList()
                : outputs;
    }

    /** Whether an output is answered in binary. */
    boolean isBinary(RequestedOutput output) {
        return output.binary().orElse(binaryOutputs);
    }
}
