package farm.tilth.inference.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxGraphTest {
    @TempDir
    Path folder;

    @Test
    void productsWithWeightsAreCounted() throws IOException {
        OnnxGraph graph = read(List.of(
                node("MatMul", List.of("x", "w"), "a"),
                node("Add", List.of("a", "b"), "c"),
                node("Gemm", List.of("c", "v", "b"), "d"),
                node("MatMul", List.of("d", "d"), "e"),
                tensor("w", true, 3, 4),
                tensor("b", true, 4),
                tensor("v", false, 5, 4)));
        assertEquals(3 * 4 + 5 * 4, graph.multiplyAddsPerToken());
    }

    @Test
    void matrixIsCountedAtEveryNodeThatUsesIt() throws IOException {
        OnnxGraph graph = read(List.of(
                node("MatMul", List.of("x", "w"), "a"),
                node("MatMul", List.of("a", "w"), "b"),
                tensor("w", true, 4, 4)));
        assertEquals(32, graph.multiplyAddsPerToken());
    }

    @Test
    void weightsAreFoundBehindTransposesAndInQuantisedProducts() throws IOException {
        OnnxGraph graph = read(List.of(
                node("DequantizeLinear", List.of("w", "scale", "zero"), "w1"),
                node("Transpose", List.of("w1"), "w2"),
                node("MatMul", List.of("x", "w2"), "a"),
                node("QLinearMatMul", List.of("a", "s", "z", "v"), "b"),
                node("MatMulInteger", List.of("x", "v"), "c"),
                tensor("w", true, 6, 7),
                tensor("v", true, 2, 3)));
        assertEquals(6 * 7 + 2 * 3 + 2 * 3, graph.multiplyAddsPerToken());
    }

    @Test
    void modelWithoutProductsCostsOneAToken() throws IOException {
        assertEquals(1, read(List.of(node("Relu", List.of("x"), "y"))).multiplyAddsPerToken());
    }

    @Test
    void filesThatAreNoModelAreRefused() throws IOException {
        for (byte[] content : List.of(new byte[0], new byte[] {1, 2, 3}, "{\"not\": \"onnx\"}".getBytes())) {
            Path file = Files.write(folder.resolve("broken.onnx"), content);
            FarmException e = assertThrows(FarmException.class, () -> OnnxGraph.read(file));
            assertEquals(ErrorCode.INVALID_MODEL, e.code());
            assertTrue(e.getMessage().startsWith("broken.onnx is not an ONNX model"), e.getMessage());
        }
    }

    @Test
    void tensorThatLiesNowhereIsRefused() {
        byte[] external = message(out -> {
            out.writeString(8, "w");
            out.writeEnum(14, 1);
        });
        List<Field> graph = List.of(node("MatMul", List.of("x", "w"), "y"), new Field(5, external));
        FarmException e = assertThrows(FarmException.class, () -> read(graph));
        assertTrue(e.getMessage().endsWith("but in none that is named"), e.getMessage());
    }

    private OnnxGraph read(List<Field> fields) throws IOException {
        byte[] graph = message(out -> {
            for (Field field : fields) {
                out.writeBytes(field.number, ByteString.copyFrom(field.content));
            }
        });
        byte[] model = message(out -> {
            out.writeInt64(1, 8);
            out.writeString(2, "test");
            out.writeBytes(7, ByteString.copyFrom(graph));
        });
        return OnnxGraph.read(Files.write(folder.resolve("model.onnx"), model));
    }

    private record Field(int number, byte[] content) {}

    private static Field node(String type, List<String> inputs, String output) {
        return new Field(1, message(out -> {
            for (String input : inputs) {
                out.writeString(1, input);
            }
            out.writeString(2, output);
            out.writeString(3, "name of " + output);
            out.writeString(4, type);
        }));
    }

    private static Field tensor(String name, boolean packed, long... shape) {
        return new Field(5, message(out -> {
            if (packed) {
                out.writeBytes(1, ByteString.copyFrom(message(dimensions -> {
                    for (long dimension : shape) {
                        dimensions.writeInt64NoTag(dimension);
                    }
                })));
            } else {
                for (long dimension : shape) {
                    out.writeInt64(1, dimension);
                }
            }
            out.writeInt32(2, 1);
            out.writeString(8, name);
            out.writeByteArray(9, new byte[16]);
            out.writeEnum(14, 0);
        }));
    }

    private interface Writer {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] message(Writer writer) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        try {
            writer.write(out);
            out.flush();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return bytes.toByteArray();
    }
}
