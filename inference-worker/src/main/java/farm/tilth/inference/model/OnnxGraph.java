package farm.tilth.inference.model;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.WireFormat;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.function.LongSupplier;

/**
 * What an ONNX file says about its work and its needs: the nodes of its graphs, the shapes of its weights and the files
 * that it keeps them in, read straight from the protobuf without the weights themselves (onnx.proto of ONNX 1.18). Not
 * a validator: ONNX Runtime is that.
 */
public final class OnnxGraph {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int EXTERNAL = 1;

    /** Graphs within graphs: bodies of loops and branches. */
    private static final int MAX_DEPTH = 32;

    /** A guess at how often a convolution's weights are used for each 1,024 elements of the input. */
    private static final long POSITIONS = 64;

    private static final Set<String> CONVOLUTIONS =
            Set.of("Conv", "ConvInteger", "ConvTranspose", "FusedConv", "QLinearConv");

    private static final Set<String> KNOWN_DOMAINS =
            Set.of("", "ai.onnx", "ai.onnx.ml", "com.microsoft", "com.microsoft.nchwc");

    /** Its attributes name files and programs of the machine. */
    private static final String CONTEXT = "EPContext";

    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, List<Long>> weights = new HashMap<>();
    private final Set<String> functions = new HashSet<>();
    private final SortedSet<String> externalFiles = new TreeSet<>();
    private int depth;
    private boolean inFunction;

    private OnnxGraph() {}

    /** {@code inner}: within a branch, a loop's body or a function. */
    private record Node(String type, String domain, List<String> inputs, List<String> outputs, boolean inner) {
        boolean convolves() {
            return CONVOLUTIONS.contains(type);
        }

        /** Which input holds a convolution's weights. */
        int kernel() {
            return type.startsWith("QLinear") ? 3 : 1;
        }
    }

    /**
     * A convolution of known weights.
     *
     * @param tensor what it is done for each element of: its output; its input where it is transposed
     * @param multiplyAdds for each of those elements
     */
    record Convolution(String tensor, long multiplyAdds) {}

    /**
     * Reads the file.
     *
     * @throws FarmException with INVALID_MODEL when it is not ONNX
     */
    public static OnnxGraph read(Path file) {
        OnnxGraph graph = new OnnxGraph();
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES)) {
            CodedInputStream coded = CodedInputStream.newInstance(in, BUFFER_BYTES);
            coded.setSizeLimit(Integer.MAX_VALUE);
            graph.readModel(coded);
        } catch (IOException e) {
            throw new FarmException(
                    ErrorCode.INVALID_MODEL, file.getFileName() + " is not an ONNX model: " + e.getMessage(), e);
        }
        if (graph.nodes.isEmpty()) {
            throw new FarmException(
                    ErrorCode.INVALID_MODEL, file.getFileName() + " is not an ONNX model: it has no nodes");
        }
        return graph;
    }

    /**
     * Refuses what a stranger's model may not have: operators that are no part of ONNX or ONNX Runtime, and weights in
     * files that are not among its own.
     *
     * @throws FarmException with INVALID_MODEL that names the operator or the file
     */
    public void check(Set<String> ownFiles) {
        for (Node node : nodes) {
            boolean known = KNOWN_DOMAINS.contains(node.domain) || functions.contains(node.domain + ":" + node.type);
            if (!known || node.type.equals(CONTEXT)) {
                throw new FarmException(
                        ErrorCode.INVALID_MODEL,
                        "the model uses the operator " + clip(node.domain.isEmpty() ? "" : node.domain + ":")
                                + clip(node.type) + ", which is not allowed; export it with ONNX's own operators");
            }
        }
        for (String file : externalFiles) {
            if (!ownFiles.contains(file)) {
                throw new FarmException(
                        ErrorCode.INVALID_MODEL,
                        "the model keeps weights in '" + clip(file)
                                + "', which is not among its files; upload it beside the model");
            }
        }
    }

    private static String clip(String text) {
        return text.length() <= 80 ? text : text.substring(0, 80) + "…";
    }

    /**
     * Multiply-adds that one token costs in the matrix products with the model's weights: the sum of the sizes of the
     * matrices, each counted at every node that uses it. Products of activations (attention's scores) are not counted,
     * since they depend on what stands beside the token. Convolutions count as if each weight were used for 64 places
     * of each 1,024 elements of the input: a guess for who does not know the shapes of {@link #convolutions}.
     *
     * @return at least 1
     * @throws FarmException with INVALID_MODEL when the shapes of the weights are absurd
     */
    public long multiplyAddsPerToken() {
        return Math.max(1, checked(() -> sumOfProducts(true)));
    }

    /** The same without convolutions; 0 where there is nothing else. */
    long multiplyAddsBesideConvolutions() {
        return checked(() -> sumOfProducts(false));
    }

    /**
     * The convolutions of the model, for who knows the shapes of its tensors; empty when there are none, or one that is
     * done an unknown number of times or with unknown weights, for which the guess must do.
     */
    List<Convolution> convolutions() {
        Map<String, List<Long>> matrices = allMatrices();
        List<Convolution> found = new ArrayList<>();
        for (Node node : nodes) {
            if (node.convolves()) {
                List<Long> shape =
                        node.inputs.size() > node.kernel() ? matrices.get(node.inputs.get(node.kernel())) : null;
                if (node.inner || shape == null || shape.size() < 2 || shape.getFirst() < 1) {
                    return List.of();
                }
                boolean transposed = node.type.equals("ConvTranspose");
                found.add(new Convolution(
                        transposed ? node.inputs.getFirst() : node.outputs.getFirst(),
                        checked(() -> shape.stream().skip(1).reduce(1L, Math::multiplyExact))));
            }
        }
        return found;
    }

    private static long checked(LongSupplier sum) {
        try {
            return sum.getAsLong();
        } catch (ArithmeticException overflow) {
            throw new FarmException(ErrorCode.INVALID_MODEL, "the model's weights have impossible shapes", overflow);
        }
    }

    /** The weights, and what is made of them by nodes that keep their size. */
    private Map<String, List<Long>> allMatrices() {
        Map<String, List<Long>> matrices = new HashMap<>(weights);
        for (Node node : nodes) {
            switch (node.type) {
                case "Identity", "Cast", "Transpose", "DequantizeLinear" -> passOn(node, matrices);
                default -> {
                    // Everything else makes something new.
                }
            }
        }
        return matrices;
    }

    private long sumOfProducts(boolean withConvolutions) {
        Map<String, List<Long>> matrices = allMatrices();
        long sum = 0;
        for (Node node : nodes) {
            if (node.convolves() && withConvolutions) {
                sum = Math.addExact(sum, Math.multiplyExact(POSITIONS, matrix(node, matrices, 1, node.kernel())));
            }
            switch (node.type) {
                case "MatMul", "Gemm", "FusedMatMul", "FusedGemm", "MatMulInteger" ->
                    sum = Math.addExact(sum, matrix(node, matrices, 0, 1));
                case "LSTM", "GRU", "RNN" ->
                    sum = Math.addExact(sum, Math.addExact(matrix(node, matrices, 1, 1), matrix(node, matrices, 2, 2)));
                case "QLinearMatMul" -> sum = Math.addExact(sum, matrix(node, matrices, 0, 3));
                default -> {
                    // Everything else is not a product with a matrix of weights.
                }
            }
        }
        return sum;
    }

    private static void passOn(Node node, Map<String, List<Long>> matrices) {
        if (!node.inputs.isEmpty() && !node.outputs.isEmpty() && matrices.containsKey(node.inputs.getFirst())) {
            matrices.put(node.outputs.getFirst(), matrices.get(node.inputs.getFirst()));
        }
    }

    private static long matrix(Node node, Map<String, List<Long>> matrices, int left, int right) {
        for (int operand : new int[] {right, left}) {
            List<Long> shape = operand < node.inputs.size() ? matrices.get(node.inputs.get(operand)) : null;
            if (shape != null && shape.size() >= 2) {
                return Math.max(0, shape.stream().reduce(1L, Math::multiplyExact));
            }
        }
        return 0;
    }

    private void readModel(CodedInputStream in) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == message(7)) {
                nested(in, this::readGraph);
            } else if (tag == message(25)) {
                nested(in, this::readFunction);
            } else {
                in.skipField(tag);
            }
        }
    }

    /** A function of the model's own: its name is an operator, its nodes are nodes. */
    private void readFunction(CodedInputStream in) throws IOException {
        inFunction = true;
        String name = "";
        String domain = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == message(1)) {
                name = in.readString();
            } else if (tag == message(10)) {
                domain = in.readString();
            } else if (tag == message(7)) {
                nested(in, this::readNode);
            } else {
                in.skipField(tag);
            }
        }
        functions.add(domain + ":" + name);
        inFunction = false;
    }

    private void readGraph(CodedInputStream in) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == message(1)) {
                nested(in, this::readNode);
            } else if (tag == message(5)) {
                nested(in, tensor -> readTensor(tensor, ""));
            } else {
                in.skipField(tag);
            }
        }
    }

    private void readNode(CodedInputStream in) throws IOException {
        String type = "";
        String domain = "";
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == message(1)) {
                inputs.add(in.readString());
            } else if (tag == message(2)) {
                outputs.add(in.readString());
            } else if (tag == message(4)) {
                type = in.readString();
            } else if (tag == message(7)) {
                domain = in.readString();
            } else if (tag == message(5)) {
                // Exporters write a node's outputs before its attributes; the value of a Constant is one.
                String output = outputs.isEmpty() ? "" : outputs.getFirst();
                nested(in, attribute -> readAttribute(attribute, output));
            } else {
                in.skipField(tag);
            }
        }
        nodes.add(new Node(type, domain, inputs, outputs, inFunction || depth > 0));
    }

    private void readAttribute(CodedInputStream in, String output) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == message(5) || tag == message(10)) {
                nested(in, tensor -> readTensor(tensor, output));
            } else if (tag == message(6) || tag == message(11)) {
                if (++depth > MAX_DEPTH) {
                    throw new IOException("its graphs are nested deeper than " + MAX_DEPTH);
                }
                nested(in, this::readGraph);
                depth--;
            } else {
                in.skipField(tag);
            }
        }
    }

    private void readTensor(CodedInputStream in, String defaultName) throws IOException {
        List<Long> shape = new ArrayList<>();
        String name = defaultName;
        boolean external = false;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == message(1)) {
                nested(in, packed -> {
                    while (!packed.isAtEnd()) {
                        shape.add(packed.readInt64());
                    }
                });
            } else if (tag == number(1)) {
                shape.add(in.readInt64());
            } else if (tag == message(8)) {
                String own = in.readString();
                name = own.isEmpty() || !defaultName.isEmpty() ? defaultName : own;
            } else if (tag == message(13)) {
                nested(in, this::readExternal);
            } else if (tag == number(14)) {
                external = in.readEnum() == EXTERNAL;
            } else {
                in.skipField(tag);
            }
        }
        if (external && externalFiles.isEmpty()) {
            throw new IOException("a tensor lies in another file, but in none that is named");
        }
        weights.put(name, List.copyOf(shape));
    }

    /** An entry of where a tensor lies: a key and its value. */
    private void readExternal(CodedInputStream in) throws IOException {
        String key = "";
        String value = "";
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == message(1)) {
                key = in.readString();
            } else if (tag == message(2)) {
                value = in.readString();
            } else {
                in.skipField(tag);
            }
        }
        if (key.equals("location")) {
            externalFiles.add(value);
        }
    }

    private interface Reader {
        void read(CodedInputStream in) throws IOException;
    }

    private static void nested(CodedInputStream in, Reader reader) throws IOException {
        int limit = in.pushLimit(in.readRawVarint32());
        reader.read(in);
        if (in.getBytesUntilLimit() != 0) {
            throw new IOException("a message is longer than what it holds");
        }
        in.popLimit(limit);
    }

    private static int message(int field) {
        return field << 3 | WireFormat.WIRETYPE_LENGTH_DELIMITED;
    }

    private static int number(int field) {
        return field << 3 | WireFormat.WIRETYPE_VARINT;
    }
}
