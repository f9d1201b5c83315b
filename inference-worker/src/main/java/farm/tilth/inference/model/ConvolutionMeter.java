package farm.tilth.inference.model;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import farm.tilth.inference.model.OnnxGraph.Convolution;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.CallCheck;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelStep;
import farm.tilth.protocol.wire.Tensor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Counts what a model's convolutions cost by the shapes that their tensors have in a run: a weight is used as often as
 * there are places to put its kernel, which the file alone does not tell. To see the shapes, a copy of the file names
 * those tensors among its outputs.
 */
final class ConvolutionMeter {
    private static final int GRAPH = 7;
    private static final int OUTPUT = 12;
    private static final int NAME = 1;

    private final OnnxRuntime runtime;
    private final ModelFiles files;
    private final OnnxGraph graph;

    ConvolutionMeter(OnnxRuntime runtime, ModelFiles files) {
        this.runtime = runtime;
        this.files = files;
        this.graph = OnnxGraph.read(files.onnx());
    }

    /**
     * The model with its work as it is on the first of these inputs that it runs on: for 1,024 numbers where its inputs
     * may be of any size or are pictures, else for a row. As it was where there is nothing to count, or no way to.
     *
     * @param notes get to know on what it did not run
     */
    ModelDescription metered(ModelDescription model, List<List<Tensor>> tries, List<String> notes) {
        if (graph.convolutions().isEmpty()) {
            return model;
        }
        for (List<Tensor> inputs : tries) {
            try {
                return metered(model, inputs);
            } catch (FarmException | ArithmeticException otherSize) {
                notes.add("its work could not be counted on an input of "
                        + inputs.getFirst().getShapeList());
            }
        }
        return model;
    }

    private ModelDescription metered(ModelDescription model, List<Tensor> inputs) {
        long work = work(inputs);
        boolean anySize = model.picture().isPresent()
                || model.inputs().stream()
                        .anyMatch(input -> input.shape().stream().skip(1).anyMatch(dimension -> dimension < 0));
        long numbers = inputs.stream()
                .mapToLong(input -> CallCheck.elements(input.getName(), input.getShapeList()))
                .sum();
        long rows = Math.max(
                1,
                inputs.getFirst().getShapeCount() == 0 ? 1 : inputs.getFirst().getShape(0));
        long convolutions = anySize
                ? Math.ceilDiv(Math.multiplyExact(work, (long) ModelStep.ELEMENTS_PER_TOKEN), Math.max(1, numbers))
                : Math.ceilDiv(work, rows);
        long units = Math.max(1, Math.addExact(convolutions, graph.multiplyAddsBesideConvolutions()));
        return model.metered(units, anySize ? Optional.of(ModelStep.ELEMENTS_PER_TOKEN) : Optional.empty());
    }

    private long work(List<Tensor> inputs) {
        List<Convolution> convolutions = graph.convolutions();
        Map<String, Long> elements = new HashMap<>();
        inputs.forEach(
                input -> elements.put(input.getName(), CallCheck.elements(input.getName(), input.getShapeList())));
        Set<String> unknown = new HashSet<>();
        convolutions.stream()
                .map(Convolution::tensor)
                .filter(name -> !elements.containsKey(name))
                .forEach(unknown::add);
        if (!unknown.isEmpty()) {
            shapes(inputs, unknown).forEach((name, shape) -> {
                long count = 1;
                for (long dimension : shape) {
                    count = Math.multiplyExact(count, dimension);
                }
                elements.put(name, count);
            });
        }
        long sum = 0;
        for (Convolution convolution : convolutions) {
            long each = Math.multiplyExact(elements.get(convolution.tensor()), convolution.multiplyAdds());
            sum = Math.addExact(sum, each);
        }
        return sum;
    }

    /** In the model's own folder, where its weights may lie beside it. */
    private Map<String, long[]> shapes(List<Tensor> inputs, Set<String> tensors) {
        Path copy = files.onnx().resolveSibling("shapes-of-" + files.onnx().getFileName());
        try {
            Files.copy(files.onnx(), copy);
            try (OutputStream out = Files.newOutputStream(copy, StandardOpenOption.APPEND)) {
                out.write(withOutputs(tensors));
            }
            return OnnxModel.shapes(runtime, copy, inputs, tensors);
        } catch (IOException e) {
            throw new FarmException(
                    ErrorCode.OUT_OF_RESOURCES, "the model cannot be copied to count its work: " + e.getMessage(), e);
        } finally {
            delete(copy);
        }
    }

    private static void delete(Path copy) {
        try {
            Files.deleteIfExists(copy);
        } catch (IOException leftBehind) {
            copy.toFile().deleteOnExit();
        }
    }

    /** A second part of the model's graph: who reads protobuf joins it to the first. */
    private static byte[] withOutputs(Set<String> tensors) throws IOException {
        ByteArrayOutputStream outputs = new ByteArrayOutputStream();
        CodedOutputStream coded = CodedOutputStream.newInstance(outputs);
        for (String tensor : tensors) {
            coded.writeTag(OUTPUT, WireFormat.WIRETYPE_LENGTH_DELIMITED);
            coded.writeUInt32NoTag(CodedOutputStream.computeStringSize(NAME, tensor));
            coded.writeString(NAME, tensor);
        }
        coded.flush();
        ByteArrayOutputStream model = new ByteArrayOutputStream();
        CodedOutputStream whole = CodedOutputStream.newInstance(model);
        whole.writeByteArray(GRAPH, outputs.toByteArray());
        whole.flush();
        return model.toByteArray();
    }
}
