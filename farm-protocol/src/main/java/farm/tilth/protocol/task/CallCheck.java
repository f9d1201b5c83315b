package farm.tilth.protocol.task;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription.TensorDescription;
import farm.tilth.protocol.wire.Tensor;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Whether the tensors of an online call fit a model, and how much work they are. The coordinator asks before it charges
 * anything, the worker before it runs anything; both refuse with INVALID_TENSOR and a message that names the tensor.
 */
public final class CallCheck {
    /** The most elements of one tensor of a call. */
    public static final long MAX_ELEMENTS = 1 << 26;

    /** The input that holds a text's tokens, in every model that reads texts. */
    public static final String TOKENS = "input_ids";

    private CallCheck() {}

    /** Checks names, datatypes, shapes and lengths against the model's description. */
    public static void check(ModelDescription model, List<Tensor> inputs) {
        Map<String, TensorDescription> expected = new HashMap<>();
        model.inputs().forEach(input -> expected.put(input.name(), input));
        for (Tensor tensor : inputs) {
            TensorDescription description = expected.remove(tensor.getName());
            if (description == null) {
                throw invalid(
                        tensor.getName(),
                        "model '" + model.name() + "' has no such input, or it came twice; " + inputs(model));
            }
            check(tensor, description, model);
        }
        if (!expected.isEmpty()) {
            String missing = model.inputs().stream()
                    .map(TensorDescription::name)
                    .filter(expected::containsKey)
                    .findFirst()
                    .orElseThrow();
            throw invalid(missing, "it is missing; " + inputs(model));
        }
    }

    private static void check(Tensor tensor, TensorDescription expected, ModelDescription model) {
        String name = tensor.getName();
        if (!tensor.getDatatype().equals(expected.datatype())) {
            throw invalid(
                    name, "its datatype is " + clip(tensor.getDatatype()) + "; the model takes " + expected.datatype());
        }
        List<Long> shape = tensor.getShapeList();
        boolean fits = shape.size() == expected.shape().size();
        for (int i = 0; fits && i < shape.size(); i++) {
            long wanted = expected.shape().get(i);
            fits = shape.get(i) > 0 && (wanted < 0 || shape.get(i) == wanted);
        }
        if (!fits) {
            throw invalid(
                    name, "its shape is " + clip(shape.toString()) + "; the model takes " + text(expected.shape()));
        }
        checkLength(tensor, elements(name, shape));
        if (name.equals(TOKENS) && model.maxTokens() > 0 && shape.getLast() > model.maxTokens()) {
            throw invalid(
                    name,
                    "its shape is " + shape + "; a row of this model has at most " + model.maxTokens() + " tokens");
        }
    }

    private static void checkLength(Tensor tensor, long elements) {
        int elementBytes = Datatype.of(tensor.getDatatype(), tensor.getName()).elementBytes();
        if (elementBytes > 0 && tensor.getContent().size() != elements * elementBytes) {
            throw invalid(
                    tensor.getName(),
                    "its data has %d bytes; shape %s of %s needs %d (%d elements)"
                            .formatted(
                                    tensor.getContent().size(),
                                    tensor.getShapeList(),
                                    tensor.getDatatype(),
                                    elements * elementBytes,
                                    elements));
        }
    }

    /**
     * The number of elements of a shape.
     *
     * @throws FarmException with INVALID_TENSOR when a dimension is negative or there are over {@link #MAX_ELEMENTS}
     */
    public static long elements(String tensor, List<Long> shape) {
        long elements = 1;
        for (long dimension : shape) {
            if (dimension < 0) {
                throw invalid(tensor, "its shape " + clip(shape.toString()) + " has a negative dimension");
            }
            if (dimension > 0 && elements > MAX_ELEMENTS / dimension) {
                throw invalid(
                        tensor, "its shape " + clip(shape.toString()) + " has more than " + MAX_ELEMENTS + " elements");
            }
            elements *= dimension;
        }
        return elements;
    }

    /**
     * The tokens that such a call is charged for: all its numbers where the model says how many of them make a token,
     * else the elements of {@link #TOKENS} where the model has that input, else the rows of its first input.
     */
    public static long tokens(ModelDescription model, List<Tensor> inputs) {
        if (model.numbersPerToken().isPresent()) {
            long numbers = 0;
            for (Tensor tensor : inputs) {
                numbers += elements(tensor.getName(), tensor.getShapeList());
            }
            return Math.max(1, Math.ceilDiv(numbers, model.numbersPerToken().get()));
        }
        String metered = model.inputs().stream()
                .map(TensorDescription::name)
                .filter(TOKENS::equals)
                .findFirst()
                .orElse(model.inputs().getFirst().name());
        for (Tensor tensor : inputs) {
            if (tensor.getName().equals(metered)) {
                List<Long> shape = tensor.getShapeList();
                long rows = shape.isEmpty() ? 1 : shape.getFirst();
                return Math.max(1, metered.equals(TOKENS) ? elements(metered, shape) : rows);
            }
        }
        return 1;
    }

    private static String inputs(ModelDescription model) {
        return "its inputs are "
                + model.inputs().stream()
                        .map(input -> input.name() + " " + input.datatype() + " " + text(input.shape()))
                        .collect(Collectors.joining(", "));
    }

    private static String text(List<Long> shape) {
        return shape + (shape.contains(-1L) ? " (-1 is any positive number)" : "");
    }

    private static String clip(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }

    private static FarmException invalid(String tensor, String why) {
        return new FarmException(ErrorCode.INVALID_TENSOR, "tensor '" + clip(tensor) + "': " + why);
    }
}
