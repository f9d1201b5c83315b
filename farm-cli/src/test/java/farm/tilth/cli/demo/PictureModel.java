package farm.tilth.cli.demo;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedOutputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/** ONNX models of one operator that turn pictures into pictures, field by field (onnx.proto of ONNX 1.18). */
final class PictureModel {
    private static final int FLOAT = 1;

    private PictureModel() {}

    private interface Writer {
        void write(CodedOutputStream out) throws IOException;
    }

    /** Of nine channels: half of the colour, nothing of albedo and normal. */
    static byte[] halved() {
        float[] weights = new float[3 * 9];
        for (int c = 0; c < 3; c++) {
            weights[c * 9 + c] = 0.5f;
        }
        return model("Conv", new String[] {"x", "w"}, tensor("w", new long[] {3, 9, 1, 1}, weights), 9);
    }

    /** Every pixel four times. */
    static byte[] doubled() {
        return model("Resize", new String[] {"x", "", "w"}, tensor("w", new long[] {4}, 1, 1, 2, 2), 3);
    }

    private static byte[] model(String operator, String[] inputs, byte[] weights, long channels) {
        byte[] node = message(out -> {
            for (String input : inputs) {
                out.writeString(1, input);
            }
            out.writeString(2, "y");
            out.writeString(4, operator);
        });
        byte[] graph = message(out -> {
            out.writeByteArray(1, node);
            out.writeString(2, "graph");
            out.writeByteArray(5, weights);
            out.writeByteArray(11, picture("x", channels));
            out.writeByteArray(12, picture("y", 3));
        });
        return message(out -> {
            out.writeInt64(1, 8);
            out.writeByteArray(8, message(opset -> opset.writeInt64(2, 17)));
            out.writeByteArray(7, graph);
        });
    }

    private static byte[] tensor(String name, long[] shape, float... values) {
        ByteBuffer raw = ByteBuffer.allocate(values.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            raw.putFloat(value);
        }
        return message(out -> {
            for (long dimension : shape) {
                out.writeInt64(1, dimension);
            }
            out.writeInt32(2, FLOAT);
            out.writeString(8, name);
            out.writeBytes(9, ByteString.copyFrom(raw.flip()));
        });
    }

    /** A tensor of one picture of any size, channels first. */
    private static byte[] picture(String name, long channels) {
        byte[] shape = message(out -> {
            for (long dimension : new long[] {1, channels}) {
                out.writeByteArray(1, message(fixed -> fixed.writeInt64(1, dimension)));
            }
            for (String side : new String[] {"h", "w"}) {
                out.writeByteArray(1, message(open -> open.writeString(2, name + side)));
            }
        });
        byte[] tensor = message(out -> {
            out.writeInt32(1, FLOAT);
            out.writeByteArray(2, shape);
        });
        return message(out -> {
            out.writeString(1, name);
            out.writeByteArray(2, message(type -> type.writeByteArray(1, tensor)));
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
