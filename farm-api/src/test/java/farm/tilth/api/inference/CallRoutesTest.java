package farm.tilth.api.inference;

import static org.hamcrest.Matchers.containsString;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.FarmTestResource;
import farm.tilth.protocol.wire.InferenceAnswer;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.config.DecoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the way past the REST framework owes to clients of HTTP. */
@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
@TestProfile(FakeWorkersProfile.class)
class CallRoutesTest extends InferenceTestBase {
    private static final String INFER = "/v2/models/fake-doubler/infer";
    private static final int PATIENCE_MILLIS = 5000;

    @BeforeEach
    void workersJoin() {
        workers.join(false, FakeWorkers.HONEST);
        workers.join(true, FakeWorkers.HONEST);
    }

    @Test
    void answersOfAnySizeSayTheirLength() {
        int rows = 2000;
        Response large = plain().body(doubled(rows)).post(INFER);
        assertEquals(200, large.statusCode());
        assertTrue(large.asByteArray().length > 8192);
        hasItsLength(large);
        hasItsLength(plain().body(Map.of("model", "fake-embedder", "input", Collections.nCopies(20, "a text")))
                .post("/v1/embeddings"));
        hasItsLength(plain().body("{").post(INFER));
    }

    /** A request of a client that takes no packed answers. */
    private RequestSpecification plain() {
        return json().config(RestAssuredConfig.config()
                .decoderConfig(DecoderConfig.decoderConfig().noContentDecoders()));
    }

    private static void hasItsLength(Response response) {
        assertEquals(String.valueOf(response.asByteArray().length), response.header("Content-Length"));
    }

    @Test
    void otherMethodsAreRefusedInTheFormOfTheProtocol() {
        json().get(INFER).then().statusCode(405).body("error", containsString("not allowed"));
        json().get("/v1/embeddings").then().statusCode(405).body("error.message", containsString("not allowed"));
    }

    @Test
    void connectionOutlivesARefusalBeforeItsBody() throws IOException {
        try (Socket socket = connected()) {
            BufferedReader in = reader(socket);
            byte[] body = doubled(100).getBytes(StandardCharsets.UTF_8);
            send(socket, "/v2/models/nobody/infer", "Content-Length: " + body.length);
            socket.getOutputStream().write(body);
            assertEquals("HTTP/1.1 404 Not Found", answer(in));
            send(socket, INFER, "Content-Length: " + body.length);
            socket.getOutputStream().write(body);
            assertEquals("HTTP/1.1 200 OK", answer(in));
        }
    }

    @Test
    void clientThatAsksWhetherItMaySendIsTold() throws IOException {
        try (Socket socket = connected()) {
            BufferedReader in = reader(socket);
            byte[] body = doubled(1).getBytes(StandardCharsets.UTF_8);
            send(socket, INFER, "Content-Length: " + body.length + "\r\nExpect: 100-continue");
            assertEquals("HTTP/1.1 100 Continue", answer(in));
            socket.getOutputStream().write(body);
            assertEquals("HTTP/1.1 200 OK", answer(in));
        }
    }

    @Test
    void whoGoesAwayIsNotAnsweredNorCharged() throws IOException {
        workers.clear();
        CompletableFuture<List<InferenceAnswer>> never = new CompletableFuture<>();
        FakeWorkers.Worker slow = workers.join(false, batch -> never);
        long before = balance().available();
        try (Socket socket = connected()) {
            byte[] body = doubled(1).getBytes(StandardCharsets.UTF_8);
            send(socket, INFER, "Content-Length: " + body.length);
            socket.getOutputStream().write(body);
            await(() -> !slow.asked().isEmpty(), "the worker is asked");
        }
        // The worker is busy: a second caller who goes away leaves nothing behind in the queue.
        try (Socket socket = connected()) {
            byte[] body = doubled(1).getBytes(StandardCharsets.UTF_8);
            send(socket, INFER, "Content-Length: " + body.length);
            socket.getOutputStream().write(body);
        }
        never.completeExceptionally(new IllegalStateException("the worker fails"));
        workers.clear();
        await(() -> balance().available() == before, "nothing is held or paid");
    }

    private static String doubled(int rows) {
        return "{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[" + rows + ",2],\"data\":"
                + Arrays.toString(new int[2 * rows]) + "}]}";
    }

    private Socket connected() throws IOException {
        Socket socket = new Socket("127.0.0.1", RestAssured.port);
        socket.setSoTimeout(PATIENCE_MILLIS);
        return socket;
    }

    private static BufferedReader reader(Socket socket) throws IOException {
        return new BufferedReader(new InputStreamReader(socket.getInputStream(), StandardCharsets.ISO_8859_1));
    }

    private void send(Socket socket, String path, String headers) throws IOException {
        String head = "POST " + path + " HTTP/1.1\r\nHost: farm\r\nAuthorization: Bearer " + key()
                + "\r\nContent-Type: application/json\r\n" + headers + "\r\n\r\n";
        socket.getOutputStream().write(head.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** Reads an answer whole, and returns its first line. */
    private static String answer(BufferedReader in) throws IOException {
        String status = in.readLine();
        int length = 0;
        for (String line = in.readLine(); !line.isEmpty(); line = in.readLine()) {
            if (line.toLowerCase(Locale.ROOT).startsWith("content-length:")) {
                length = Integer.parseInt(line.substring(line.indexOf(':') + 1).strip());
            }
        }
        for (int i = 0; i < length; i++) {
            in.read();
        }
        return status;
    }
}
