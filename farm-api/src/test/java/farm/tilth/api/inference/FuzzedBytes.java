package farm.tilth.api.inference;

import com.google.protobuf.ByteString;
import farm.tilth.api.openinference.wire.InferParameter;
import farm.tilth.api.openinference.wire.InferTensorContents;
import farm.tilth.api.openinference.wire.ModelInferRequest;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** Good requests, and what becomes of them when bytes are lost, doubled, changed, or replaced by what parsers dread. */
final class FuzzedBytes {
    private static final List<String> DREADED = List.of(
            "-1",
            "0",
            "9223372036854775808",
            "1e999",
            "-0.0",
            "NaN",
            "null",
            "true",
            "[]",
            "{}",
            "[[[[",
            "\"",
            "\\u0000",
            "\\ud800",
            "67108864",
            "4294967296",
            "\u0000",
            "\u00ff",
            "\"x\"",
            ",,",
            "[-1]",
            "\"BYTES\"",
            "\"BF16\"",
            "\"binary_data_size\":4",
            "\"parameters\":{\"timeout\":-5}",
            "\"shape\":[1,2,3]",
            "\"input\":[[],[1]]");

    private final Random random;
    private final List<byte[]> good = new ArrayList<>();

    FuzzedBytes(Random random) {
        this.random = random;
        text(
                "{\"id\":\"a\",\"inputs\":[{\"name\":\"x\",\"shape\":[2,2],\"datatype\":\"FP32\",\"data\":[[1,2],[3,4.5]]}],"
                        + "\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":true,\"classification\":1}}],"
                        + "\"parameters\":{\"timeout\":1000,\"priority\":1,\"binary_data_output\":true}}");
        text("{\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"parameters\":"
                + "{\"binary_data_size\":8}}]}12345678");
        text(
                "{\"model\":\"fake-embedder\",\"input\":[\"a\",[1,2,3],\"b\"],\"encoding_format\":\"base64\",\"dimensions\":2}");
        text(
                "{\"custom_id\":\"a\",\"method\":\"POST\",\"url\":\"/v1/embeddings\",\"body\":{\"model\":\"fake-embedder\","
                        + "\"input\":\"text\"}}");
        good.add(new byte[16]);
        good.add(ContentCoding.GZIP.encode(new byte[5000]));
        good.add(ContentCoding.DEFLATE.encode(good.getFirst()));
        ModelInferRequest.InferInputTensor input = ModelInferRequest.InferInputTensor.newBuilder()
                .setName("x")
                .setDatatype("FP32")
                .addShape(1)
                .addShape(2)
                .build();
        good.add(ModelInferRequest.newBuilder()
                .setModelName("fake-doubler")
                .addInputs(input.toBuilder()
                        .setContents(InferTensorContents.newBuilder()
                                .addFp32Contents(1)
                                .addFp32Contents(2)))
                .putParameters(
                        "timeout", InferParameter.newBuilder().setInt64Param(7).build())
                .build()
                .toByteArray());
        good.add(ModelInferRequest.newBuilder()
                .setModelName("fake-doubler")
                .addInputs(input)
                .addRawInputContents(ByteString.copyFrom(new byte[8]))
                .build()
                .toByteArray());
    }

    private void text(String text) {
        good.add(text.getBytes(StandardCharsets.UTF_8));
    }

    /** A good request with up to four faults. */
    byte[] next() {
        byte[] body = good.get(random.nextInt(good.size()));
        for (int faults = random.nextInt(5); faults > 0; faults--) {
            body = spoil(body);
        }
        return body;
    }

    private byte[] spoil(byte[] body) {
        int from = random.nextInt(body.length + 1);
        int to = Math.min(body.length, from + random.nextInt(12));
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(body, 0, from);
        switch (random.nextInt(5)) {
            case 0 -> out.write(0);
            case 1 -> {
                out.write(body, from, to - from);
                out.write(body, from, to - from);
            }
            case 2 -> out.writeBytes(DREADED.get(random.nextInt(DREADED.size())).getBytes(StandardCharsets.UTF_8));
            case 3 -> {
                byte[] noise = new byte[random.nextInt(9)];
                random.nextBytes(noise);
                out.writeBytes(noise);
            }
            default -> {
                return out.toByteArray();
            }
        }
        out.write(body, to, body.length - to);
        return out.toByteArray();
    }
}
