package farm.tilth.api.inference;

import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.FarmTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever comes over HTTP, the answer is no fault of the farm. */
@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
@TestProfile(FakeWorkersProfile.class)
class EndpointFuzzTest extends InferenceTestBase {
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
            "/v1/models/%2F..",
            "/v1/chat/completions",
            "/v1/files",
            "/v1/files/file-00000000000000000000000000000000/content",
            "/v1/files?limit=-1&order=x&after=%27",
            "/v1/batches",
            "/v1/batches?limit=1000000&after=batch_",
            "/v1/batches/batch_00000000000000000000000000000000/cancel");
    private static final List<String> METHODS = List.of("POST", "POST", "POST", "POST", "GET", "DELETE", "PUT");
    private static final List<String> TYPES = List.of(
            "application/json",
            "application/octet-stream",
            "multipart/form-data; boundary=b",
            "multipart/form-data",
            "text/plain; charset=nonsense",
            "application/x-www-form-urlencoded");
    private static final List<String> CODINGS = List.of("identity", "gzip", "deflate", "br", "gzip, gzip", "");
    private static final List<String> LENGTHS = List.of("0", "1", "40", "-1", "x", "999999999999");

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    @BeforeEach
    void workersJoin() {
        workers.join(false, FakeWorkers.HONEST);
        workers.join(true, FakeWorkers.HONEST);
    }

    @Test
    void hundredsOfStrangeRequestsAreAnsweredWithoutAFault() throws IOException, InterruptedException {
        fuzz(System.nanoTime(), 600);
    }

    @Tag("long")
    @Test
    void aHundredThousandStrangeRequestsAreAnsweredWithoutAFault() throws IOException, InterruptedException {
        fuzz(System.nanoTime(), 100_000);
    }

    private void fuzz(long seed, int cases) throws IOException, InterruptedException {
        Random random = new Random(seed);
        FuzzedBytes fuzzed = new FuzzedBytes(random);
        for (int i = 0; i < cases; i++) {
            byte[] body = random.nextInt(6) == 0 ? multipart(fuzzed.next()) : fuzzed.next();
            HttpRequest request = request(random, body);
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            int status = answer.statusCode();
            int number = i;
            assertTrue(
                    status < 500 || status == 501 || status == 503 || status == 504,
                    () -> "seed " + seed + ", request " + number + ": " + request + " " + request.headers() + " "
                            + new String(body, StandardCharsets.ISO_8859_1) + "\n" + status + " " + answer.body());
        }
    }

    private HttpRequest request(Random random, byte[] body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + RestAssured.port + pick(random, PATHS)))
                .timeout(Duration.ofSeconds(60))
                .header("Authorization", random.nextInt(20) == 0 ? "Bearer tk_x" : "Bearer " + key())
                .header("Content-Type", pick(random, TYPES))
                .method(pick(random, METHODS), HttpRequest.BodyPublishers.ofByteArray(body));
        if (random.nextInt(3) == 0) {
            request.header("Content-Encoding", pick(random, CODINGS));
        }
        if (random.nextInt(3) == 0) {
            request.header("Accept-Encoding", pick(random, CODINGS));
        }
        if (random.nextInt(3) == 0) {
            request.header("Inference-Header-Content-Length", pick(random, LENGTHS));
        }
        return request.build();
    }

    private static byte[] multipart(byte[] content) {
        String head = "--b\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--b\r\n"
                + "Content-Disposition: form-data; name=\"file\"; filename=\"f\"\r\n\r\n";
        return (head + new String(content, StandardCharsets.ISO_8859_1) + "\r\n--b--\r\n")
                .getBytes(StandardCharsets.ISO_8859_1);
    }

    private static String pick(Random random, List<String> choices) {
        return choices.get(random.nextInt(choices.size()));
    }
}
