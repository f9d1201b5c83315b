package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.check;
import static farm.tilth.protocol.task.Checks.present;

import farm.tilth.protocol.Digest;
import java.util.List;

/**
 * A model version, as the worker that loaded it describes it.
 *
 * @param name what clients call it: "all-minilm-l6-v2"
 * @param version the digest of its ONNX file
 * @param engine the runtime and its version: another runtime's results are another engine's
 * @param inputs in the model's order; −1 is a dynamic dimension
 * @param embeddingDimensions the length of the embedding of a text; 0 when the model does not embed texts
 * @param maxTokens of one text
 * @param batchInvariant whether a row's result is the same to the bit in any batch, as measured
 * @param workUnitsPerToken multiply-adds for one token of one row (1 token a row where there are none)
 */
public record ModelDescription(
        String name,
        Digest version,
        String engine,
        List<TensorDescription> inputs,
        List<TensorDescription> outputs,
        int embeddingDimensions,
        int maxTokens,
        boolean batchInvariant,
        long workUnitsPerToken) {
    public ModelDescription {
        present(name, "the model's name");
        check(name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}"), "the model's name has a character that is not allowed");
        present(version, "the model's version");
        present(engine, "the model's engine");
        inputs = List.copyOf(present(inputs, "the model's inputs"));
        outputs = List.copyOf(present(outputs, "the model's outputs"));
        check(workUnitsPerToken > 0, "the model's work units per token must be positive");
    }

    /**
     * A tensor that the model reads or writes.
     *
     * @param datatype of the Open Inference Protocol: INT64, FP32, …
     * @param shape −1 for a dynamic dimension
     */
    public record TensorDescription(String name, String datatype, List<Long> shape) {
        public TensorDescription {
            present(name, "the tensor's name");
            present(datatype, "the tensor's datatype");
            shape = List.copyOf(present(shape, "the tensor's shape"));
        }
    }
}
