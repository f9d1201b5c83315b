package farm.tilth.api.inference;

import io.vertx.core.MultiMap;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;

/** Requests of the inference protocols that hardly anybody would send: a function of the seed. For one thread. */
final class StrangeRequests {
    private static final List<String> PATHS = List.of(
            "/v2/models/fake-doubler/infer",
            "/v2/models/fake-echo/infer",
            "/v2/models/fake-texts/versions/1/infer",
            "/v2/models/%00/infer",
            "/v2/models/fake-doubler/config",
            "/v2/models/stats",
            "/v2/repository/index",
            "/v2/repository/models/none/unload",
            "/v2/trace/setting",
            "/v1/embeddings",
            "/v1/embeddings?x=%zz&y=%",
            "/v1/models/%2F..",
            "/v1/chat/completions",
            "/v1/files",
            "/v1/files/file-00000000000000000000000000000000/content",
            "/v1/files?limit=-1&order=x&after=%27",
            "/v1/batches",
            "/v1/batches?limit=1000000&after=batch_",
            "/v1/batches/batch_00000000000000000000000000000000/cancel");
    private static final List<String> METHODS =
            List.of("POST", "POST", "POST", "POST", "GET", "DELETE", "PUT", "HEAD", "PURGE");
    private static final List<String> TYPES = List.of(
            "application/json",
            "application/octet-stream",
            "multipart/form-data; boundary=b",
            "multipart/form-data",
            "multipart/form-data; boundary=",
            "text/plain; charset=nonsense",
            "application/x-www-form-urlencoded",
            "nonsense",
            ";;;/=");
    private static final List<String> CODINGS = List.of("identity", "gzip", "deflate", "br", "gzip, gzip", "");
    private static final List<String> LENGTHS = List.of("0", "1", "40", "-1", "x", "999999999999");
    private static final List<String> RANGES =
            List.of("bytes=0-", "bytes=5-1", "bytes=-", "bytes=99999999999999999999-", "x");
    private static final List<String> GRPC = List.of(
            "ModelInfer",
            "ModelInfer",
            "ModelInfer",
            "ModelStreamInfer",
            "ModelMetadata",
            "RepositoryModelLoad",
            "Nothing");
    /** 2 MiB of zeros take 2 KiB: more than a body may have. */
    private static final byte[] BOMB = ContentCoding.GZIP.encode(new byte[2 << 20]);

    private final Random random;
    private final FuzzedBytes fuzzed;
    private final String key;

    StrangeRequests(long seed, String key) {
        this.random = new Random(seed);
        this.fuzzed = new FuzzedBytes(random);
        this.key = key;
    }

    /** A request as it goes out. */
    record Strange(HttpVersion version, HttpMethod method, String path, MultiMap headers, byte[] body) {
        @Override
        public String toString() {
            return version + " " + method + " " + path + "\n" + headers + "\n"
                    + new String(body, 0, Math.min(body.length, 4000), StandardCharsets.ISO_8859_1);
        }
    }

    Strange next() {
        return random.nextInt(5) == 0 ? grpc() : http();
    }

    private Strange http() {
        MultiMap headers = headers(pick(TYPES));
        sometimes(headers, "Content-Encoding", CODINGS);
        sometimes(headers, "Accept-Encoding", CODINGS);
        sometimes(headers, "Inference-Header-Content-Length", LENGTHS);
        sometimes(headers, "Range", RANGES);
        if (random.nextInt(10) == 0) {
            headers.set("X-" + random.nextInt(9), "y".repeat(random.nextInt(9000)));
        }
        return new Strange(
                HttpVersion.HTTP_1_1, HttpMethod.valueOf(pick(METHODS)), pick(PATHS), headers, body(headers));
    }

    private byte[] body(MultiMap headers) {
        return switch (random.nextInt(12)) {
            case 0, 1 -> multipart(fuzzed.next());
            case 2 -> shaped();
            case 3 -> "[".repeat(random.nextInt(20_000)).getBytes(StandardCharsets.ISO_8859_1);
            case 4 -> {
                headers.set("Content-Encoding", "gzip");
                yield random.nextInt(4) == 0 ? BOMB : ContentCoding.GZIP.encode(fuzzed.next());
            }
            default -> fuzzed.next();
        };
    }

    /** A tensor whose size is not that of its data, and may be more than there is of anything. */
    private byte[] shaped() {
        long[] sizes = {0, 1, 2, -1, Integer.MAX_VALUE, Long.MAX_VALUE, Long.MIN_VALUE, 1L << 31, 1L << 62, 1L << 32};
        StringBuilder shape = new StringBuilder();
        for (int dimensions = random.nextInt(6); dimensions >= 0; dimensions--) {
            shape.append(shape.isEmpty() ? "" : ",").append(sizes[random.nextInt(sizes.length)]);
        }
        String type = pick(List.of("FP32", "FP64", "FP16", "BF16", "BYTES", "BOOL", "INT8", "UINT64", "FP128"));
        boolean binary = random.nextBoolean();
        return ("{\"inputs\":[{\"name\":\"x\",\"shape\":[" + shape + "],\"datatype\":\"" + type + "\","
                        + (binary
                                ? "\"parameters\":{\"binary_data_size\":" + sizes[random.nextInt(sizes.length)] + "}}]}"
                                : "\"data\":[1,[2],\"3\",true,null,1e400]}]}"))
                .getBytes(StandardCharsets.UTF_8);
    }

    /** A gRPC call whose frames may say what they are not. */
    private Strange grpc() {
        MultiMap headers = headers(random.nextInt(8) == 0 ? pick(TYPES) : "application/grpc");
        headers.set("te", "trailers");
        sometimes(headers, "grpc-encoding", CODINGS);
        sometimes(headers, "grpc-timeout", List.of("1S", "0n", "99999999H", "-1S", "x", "1"));
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        for (int frames = random.nextInt(200) == 0 ? 2 : 1; frames > 0; frames--) {
            byte[] message = fuzzed.next();
            int length = random.nextInt(6) == 0 ? random.nextInt() : message.length;
            body.write(random.nextInt(8) == 0 ? random.nextInt(256) : 0);
            body.writeBytes(ByteBuffer.allocate(Integer.BYTES).putInt(length).array());
            body.writeBytes(message);
        }
        return new Strange(
                HttpVersion.HTTP_2,
                HttpMethod.POST,
                "/inference.GRPCInferenceService/" + pick(GRPC),
                headers,
                body.toByteArray());
    }

    private MultiMap headers(String type) {
        return MultiMap.caseInsensitiveMultiMap()
                .set("Authorization", random.nextInt(20) == 0 ? "Bearer tk_x" : "Bearer " + key)
                .set("Content-Type", type);
    }

    private void sometimes(MultiMap headers, String name, List<String> values) {
        if (random.nextInt(3) == 0) {
            headers.set(name, pick(values));
        }
    }

    private static byte[] multipart(byte[] content) {
        String head = "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--b\r\n"
                + "Content-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";
        return (head + new String(content, StandardCharsets.ISO_8859_1) + "\r\n--b--\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private String pick(List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
