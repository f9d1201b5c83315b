package farm.tilth.inference.model;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Small ONNX models, written field by field (onnx.proto of ONNX 1.18), so that the tests need no file of anybody's. */
public final class OnnxFile {
    private static final int FLOAT = 1;
    private static final int INTS = 7;

    private final List<Field> graph = new ArrayList<>();

    private record Field(int number, byte[] content) {}

    private interface Writer {
        void write(CodedOutputStream out) throws IOException;
    }

    /** y = x × w for rows of two numbers; w is (1 2; 3 4). */
    public static byte[] product() {
        return new OnnxFile()
                .node("MatMul", "", List.of("x", "w"), "y")
                .weights("w", new long[] {2, 2}, 1, 2, 3, 4)
                .input("x", -1, 2)
                .output("y", -1, 2)
                .bytes();
    }

    /** y = softmax over the rows, so that each depends on the others. */
    public static byte[] acrossRows() {
        return new OnnxFile()
                .node("Transpose", "", List.of("x"), "t")
                .node("Softmax", "", List.of("t"), "s")
                .node("Transpose", "", List.of("s"), "y")
                .input("x", -1, 2)
                .output("y", -1, 2)
                .bytes();
    }

    /** Twice as large: every pixel four times, channels first. */
    public static byte[] upscaler() {
        return new OnnxFile()
                .node("Resize", "", List.of("x", "", "scales"), "y")
                .weights("scales", new long[] {4}, 1, 1, 2, 2)
                .input("x", 1, 3, -1, -1)
                .output("y", 1, 3, -1, -1)
                .bytes();
    }

    /** Each channel the mean of 3 × 3 pixels, with zeros around the picture. */
    public static byte[] blur() {
        float[] weights = new float[3 * 3 * 9];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i / 27 == i / 9 % 3 ? 1 / 9f : 0;
        }
        return new OnnxFile()
                .node("Conv", "", List.of("x", "w"), "y", Map.of("pads", new long[] {1, 1, 1, 1}))
                .weights("w", new long[] {3, 3, 3, 3}, weights)
                .input("x", -1, 3, -1, -1)
                .output("y", -1, 3, -1, -1)
                .bytes();
    }

    /** Of nine channels (colour, albedo, normal): half of the first three, a quarter of the next, an eighth of the last. */
    public static byte[] guided() {
        float[] weights = new float[3 * 9];
        for (int i = 0; i < weights.length; i++) {
            weights[i] = i % 3 == i / 9 ? 0.5f / (1 << i % 9 / 3) : 0;
        }
        return new OnnxFile()
                .node("Conv", "", List.of("x", "w"), "y")
                .weights("w", new long[] {3, 9, 1, 1}, weights)
                .input("x", 1, 9, -1, -1)
                .output("y", 1, 3, -1, -1)
                .bytes();
    }

    /** 1 − x, channels last. */
    public static byte[] negative() {
        return new OnnxFile()
                .node("Sub", "", List.of("one", "x"), "y")
                .weights("one", new long[] {1}, 1)
                .input("x", 1, -1, -1, 3)
                .output("y", 1, -1, -1, 3)
                .bytes();
    }

    public OnnxFile node(String type, String domain, List<String> inputs, String output) {
        return node(type, domain, inputs, output, Map.of());
    }

    /** A node with lists of integers as attributes. */
    public OnnxFile node(
            String type, String domain, List<String> inputs, String output, Map<String, long[]> attributes) {
        graph.add(new Field(1, message(out -> {
            for (String input : inputs) {
                out.writeString(1, input);
            }
            out.writeString(2, output);
            out.writeString(3, "name of " + output);
            out.writeString(4, type);
            for (Map.Entry<String, long[]> attribute : attributes.entrySet()) {
                out.writeByteArray(5, message(value -> {
                    value.writeString(1, attribute.getKey());
                    for (long number : attribute.getValue()) {
                        value.writeInt64(8, number);
                    }
                    value.writeEnum(20, INTS);
                }));
            }
            out.writeString(7, domain);
        })));
        return this;
    }

    public OnnxFile weights(String name, long[] shape, float... values) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            raw.putFloat(value);
        }
        graph.add(new Field(5, message(out -> {
            for (long dimension : shape) {
                out.writeInt64(1, dimension);
            }
            out.writeInt32(2, FLOAT);
            out.writeString(8, name);
            out.writeByteArray(9, raw.array());
        })));
        return this;
    }

    /** Weights that lie in another file. */
    public OnnxFile external(String name, String location, long... shape) {
        graph.add(new Field(5, message(out -> {
            for (long dimension : shape) {
                out.writeInt64(1, dimension);
            }
            out.writeInt32(2, FLOAT);
            out.writeString(8, name);
            out.writeByteArray(13, message(entry -> {
                entry.writeString(1, "location");
                entry.writeString(2, location);
            }));
            out.writeEnum(14, 1);
        })));
        return this;
    }

    public OnnxFile input(String name, long... shape) {
        graph.add(new Field(11, value(name, shape)));
        return this;
    }

    public OnnxFile output(String name, long... shape) {
        graph.add(new Field(12, value(name, shape)));
        return this;
    }

    private static byte[] value(String name, long... shape) {
        byte[] dimensions = message(out -> {
            for (int i = 0; i < shape.length; i++) {
                long dimension = shape[i];
                String open = name + i;
                out.writeByteArray(1, message(dim -> {
                    if (dimension < 0) {
                        dim.writeString(2, open);
                    } else {
                        dim.writeInt64(1, dimension);
                    }
                }));
            }
        });
        byte[] tensor = message(out -> {
            out.writeInt32(1, FLOAT);
            out.writeByteArray(2, dimensions);
        });
        return message(out -> {
            out.writeString(1, name);
            out.writeByteArray(2, message(type -> type.writeByteArray(1, tensor)));
        });
    }

    public byte[] bytes() {
        byte[] body = message(out -> {
            out.writeString(2, "graph");
            for (Field field : graph) {
                out.writeBytes(field.number, ByteString.copyFrom(field.content));
            }
        });
        return message(out -> {
            out.writeInt64(1, 8);
            out.writeByteArray(8, message(opset -> {
                opset.writeString(1, "");
                opset.writeInt64(2, 17);
            }));
            out.writeByteArray(7, body);
        });
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
