package farm.tilth.inference;

import com.google.protobuf.CodedOutputStream;
import com.google.protobuf.WireFormat;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** One inference request over the tokens of some rows, in each of the forms that the Open Inference Protocol has. */
final class BinaryCall {
    private final int rows;
    private final int longest;
    private final Map<String, byte[]> inputs = new LinkedHashMap<>();

    private BinaryCall(List<long[]> tokens) {
        rows = tokens.size();
        longest = tokens.stream().mapToInt(row -> row.length).max().orElseThrow();
        ByteBuffer ids = longs();
        ByteBuffer mask = longs();
        for (long[] row : tokens) {
            for (int i = 0; i < longest; i++) {
                ids.putLong(i < row.length ? row[i] : 0);
                mask.putLong(i < row.length ? 1 : 0);
            }
        }
        inputs.put("input_ids", ids.array());
        inputs.put("attention_mask", mask.array());
        inputs.put("token_type_ids", new byte[rows * longest * Long.BYTES]);
    }

    static BinaryCall of(List<long[]> rows) {
        return new BinaryCall(rows);
    }

    int rows() {
        return rows;
    }

    /** The JSON that stands before the tensors' bytes. */
    byte[] header() {
        return inputs.entrySet().stream()
                .map(input -> described(
                        input.getKey(), "\"parameters\":{\"binary_data_size\":%d}".formatted(input.getValue().length)))
                .collect(Collectors.joining(",", "{\"parameters\":{\"binary_data_output\":true},\"inputs\":[", "]}"))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The JSON and the tensors' bytes. */
    byte[] body() {
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(header());
        inputs.values().forEach(body::writeBytes);
        return body.toByteArray();
    }

    /** The same request without a byte in binary. */
    byte[] json() {
        return inputs.entrySet().stream()
                .map(input -> described(input.getKey(), "\"data\":" + listed(input.getValue())))
                .collect(Collectors.joining(",", "{\"inputs\":[", "]}"))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** The same request as a message of gRPC: ModelInferRequest with raw contents. */
    byte[] message(String model) {
        List<byte[]> described = new ArrayList<>();
        inputs.keySet()
                .forEach(name -> described.add(written(out -> {
                    out.writeString(1, name);
                    out.writeString(2, "INT64");
                    out.writeInt64(3, rows);
                    out.writeInt64(3, longest);
                })));
        return written(out -> {
            out.writeString(1, model);
            for (byte[] input : described) {
                out.writeByteArray(5, input);
            }
            for (byte[] content : inputs.values()) {
                out.writeByteArray(7, content);
            }
        });
    }

    /** The number of rows in the answer of gRPC: how many bytes its raw contents have, by the bytes of a row. */
    static int rawBytes(byte[] response) throws IOException {
        var in = com.google.protobuf.CodedInputStream.newInstance(response);
        int bytes = 0;
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
            if (WireFormat.getTagFieldNumber(tag) == 6) {
                bytes += in.readBytes().size();
            } else {
                in.skipField(tag);
            }
        }
        return bytes;
    }

    private String described(String name, String rest) {
        return "{\"name\":\"%s\",\"datatype\":\"INT64\",\"shape\":[%d,%d],%s}".formatted(name, rows, longest, rest);
    }

    private static String listed(byte[] content) {
        ByteBuffer longs = ByteBuffer.wrap(content).order(ByteOrder.LITTLE_ENDIAN);
        return IntStream.range(0, content.length / Long.BYTES)
                .mapToObj(i -> String.valueOf(longs.getLong(i * Long.BYTES)))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private ByteBuffer longs() {
        return ByteBuffer.allocate(rows * longest * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    /** Something that writes fields. */
    private interface Fields {
        void write(CodedOutputStream out) throws IOException;
    }

    private static byte[] written(Fields fields) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            CodedOutputStream out = CodedOutputStream.newInstance(bytes);
            fields.write(out);
            out.flush();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }
}
