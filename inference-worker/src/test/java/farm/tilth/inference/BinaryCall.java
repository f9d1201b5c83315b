package farm.tilth.inference;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * An inference request with binary tensors behind its JSON: the tokens of some rows, padded to the longest.
 *
 * @param headerBytes the length of the JSON
 */
record BinaryCall(byte[] body, int headerBytes, int rows) {
    static BinaryCall of(List<long[]> rows) {
        int longest = rows.stream().mapToInt(row -> row.length).max().orElseThrow();
        ByteBuffer ids = longs(rows.size() * longest);
        ByteBuffer mask = longs(rows.size() * longest);
        for (long[] row : rows) {
            for (int i = 0; i < longest; i++) {
                ids.putLong(i < row.length ? row[i] : 0);
                mask.putLong(i < row.length ? 1 : 0);
            }
        }
        byte[] types = new byte[ids.capacity()];
        StringBuilder json = new StringBuilder("{\"parameters\":{\"binary_data_output\":true},\"inputs\":[");
        for (String name : List.of("input_ids", "attention_mask", "token_type_ids")) {
            json.append(
                    "%s{\"name\":\"%s\",\"datatype\":\"INT64\",\"shape\":[%d,%d],\"parameters\":{\"binary_data_size\":%d}}"
                            .formatted(name.startsWith("i") ? "" : ",", name, rows.size(), longest, types.length));
        }
        byte[] header = json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        body.writeBytes(header);
        body.writeBytes(ids.array());
        body.writeBytes(mask.array());
        body.writeBytes(types);
        return new BinaryCall(body.toByteArray(), header.length, rows.size());
    }

    private static ByteBuffer longs(int count) {
        return ByteBuffer.allocate(count * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }
}
