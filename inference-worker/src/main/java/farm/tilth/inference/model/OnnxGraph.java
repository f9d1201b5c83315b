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
import java.util.List;
import java.util.Map;

/**
 * What an ONNX file says about its work: the nodes of the main graph and the shapes of its weights, read straight from
 * the protobuf without the weights themselves (onnx.proto of ONNX 1.18). Not a validator: ONNX Runtime is that.
 */
public final class OnnxGraph {
    private static final int BUFFER_BYTES = 1 << 16;
    private static final int EXTERNAL = 1;

    private final List<Node> nodes = new ArrayList<>();
    private final Map<String, List<Long>> weights = new HashMap<>();

    private OnnxGraph() {}

    private record Node(String type, List<String> inputs, List<String> outputs) {}

    /**
     * Reads the file.
     *
     * @throws FarmException with INVALID_MODEL when it is not ONNX, or keeps weights in other files
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
     * Multiply-adds that one token costs in the matrix products with the model's weights: the sum of the sizes of the
     * matrices, each counted at every node that uses it. Products of activations (attention's scores) are not counted,
     * since they depend on what stands beside the token.
     *
     * @return at least 1
     */
    public long multiplyAddsPerToken() {
        Map<String, List<Long>> matrices = new HashMap<>(weights);
        long sum = 0;
        for (Node node : nodes) {
            switch (node.type) {
                case "Identity", "Cast", "Transpose", "DequantizeLinear" -> passOn(node, matrices);
                case "MatMul", "Gemm", "FusedMatMul", "FusedGemm", "MatMulInteger" ->
                    sum = Math.addExact(sum, matrix(node, matrices, 0, 1));
                case "QLinearMatMul" -> sum = Math.addExact(sum, matrix(node, matrices, 0, 3));
                default -> {
                    // Everything else is not a product with a matrix of weights.
                }
            }
        }
        return Math.max(1, sum);
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
                return shape.stream().reduce(1L, Math::multiplyExact);
            }
        }
        return 0;
    }

    private void readModel(CodedInputStream in) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == message(7)) {
                nested(in, this::readGraph);
            } else {
                in.skipField(tag);
            }
        }
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
        List<String> inputs = new ArrayList<>();
        List<String> outputs = new ArrayList<>();
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == message(1)) {
                inputs.add(in.readString());
            } else if (tag == message(2)) {
                outputs.add(in.readString());
            } else if (tag == message(4)) {
                type = in.readString();
            } else if (tag == message(5) && !outputs.isEmpty()) {
                // Exporters write a node's outputs before its attributes; the value of a Constant is one.
                String output = outputs.getFirst();
                nested(in, attribute -> readAttribute(attribute, output));
            } else {
                in.skipField(tag);
            }
        }
        nodes.add(new Node(type, inputs, outputs));
    }

    private void readAttribute(CodedInputStream in, String output) throws IOException {
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (tag == message(5)) {
                nested(in, tensor -> readTensor(tensor, output));
            } else {
                in.skipField(tag);
            }
        }
    }

    private void readTensor(CodedInputStream in, String defaultName) throws IOException {
        List<Long> shape = new ArrayList<>();
        String name = defaultName;
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
            } else if (tag == number(14) && in.readEnum() == EXTERNAL) {
                throw new FarmException(
                        ErrorCode.INVALID_MODEL, "the model keeps weights in other files; save it as one file");
            } else if (tag != number(14)) {
                in.skipField(tag);
            }
        }
        weights.put(name, List.copyOf(shape));
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
