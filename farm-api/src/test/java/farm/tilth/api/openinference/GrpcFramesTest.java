package farm.tilth.api.openinference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.FarmTestResource;
import farm.tilth.api.inference.FakeWorkersProfile;
import farm.tilth.api.inference.InferenceTestBase;
import farm.tilth.api.openinference.wire.ModelInferRequest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.http.StreamResetException;
import jakarta.inject.Inject;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** gRPC below its messages: what comes before them, and what is none. */
@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
@TestProfile(FakeWorkersProfile.class)
class GrpcFramesTest extends InferenceTestBase {
    private static final byte[] NO_MESSAGE = {-1, -1, -1, -1, -1};

    @Inject
    Vertx vertx;

    private HttpClient http;

    @BeforeEach
    void connect() {
        http = vertx.createHttpClient(
                new HttpClientOptions().setProtocolVersion(HttpVersion.HTTP_2).setHttp2ClearTextUpgrade(false));
    }

    @AfterEach
    void disconnect() {
        http.close();
    }

    @Test
    void keyIsCheckedBeforeAnythingOfTheMessageIsTaken() throws Exception {
        Future<HttpClientResponse> answer = http.request(options("ModelInfer", "Bearer tk_x"))
                .compose(request -> request.sendHead().compose(sent -> request.response()));
        HttpClientResponse refused = get(answer);
        assertEquals("16", refused.getHeader("grpc-status"));
        assertTrue(refused.getHeader("grpc-message").contains("not%20an%20API%20key"));
    }

    @Test
    void whoeverMayAskWithoutAKeyIsNotAskedForOne() throws Exception {
        assertEquals("0", status(http.request(options("ServerLive", "")), frame(0, 0, new byte[0])));
    }

    @Test
    void framesThatSayWhatTheyAreNotAreRefused() throws Exception {
        assertEquals("13", unary(frame(0, 99, NO_MESSAGE)), "it is cut off");
        assertEquals("13", unary(new byte[3]));
        assertEquals("13", unary(frame(1, NO_MESSAGE.length, NO_MESSAGE)), "it is not compressed");
        assertEquals("13", unary(frame(2, NO_MESSAGE.length, NO_MESSAGE)), "there is no such flag");
        assertEquals("8", unary(frame(0, -1, NO_MESSAGE)));
        assertEquals("8", unary(frame(0, Integer.MAX_VALUE, NO_MESSAGE)));
        byte[] two = new byte[2 * 5];
        assertEquals("13", unary(two), "they are two, and empty");
    }

    @Test
    void packedMessagesAreUnpackedOrRefusedByName() throws Exception {
        byte[] request = ModelInferRequest.newBuilder()
                .setModelName("no-such-model")
                .build()
                .toByteArray();
        byte[] gzip = gzip(request);
        assertEquals("5", packed("gzip", frame(1, gzip.length, gzip)), "it was read: there is no such model");
        assertEquals(
                "5", packed("gzip", frame(0, request.length, request)), "packed or not is said message by message");
        assertEquals("5", packed("identity", frame(0, request.length, request)));
        assertEquals("3", packed("gzip", frame(1, request.length, request)), "it is not packed");
        assertEquals("12", packed("br", frame(1, gzip.length, gzip)));
        assertEquals("13", packed("identity", frame(1, gzip.length, gzip)));
        byte[] bomb = gzip(new byte[64 << 20]);
        assertEquals("8", packed("gzip", frame(1, bomb.length, bomb)));
    }

    @Test
    void whatIsToldFitsIntoAHeader() throws Exception {
        RequestOptions options = options("ModelInfer", "Bearer " + key()).putHeader("grpc-encoding", "%".repeat(6000));
        String told = get(http.request(options).compose(open -> open.send(Buffer.buffer(frame(1, 1, new byte[1])))
                .map(response -> response.getHeader("grpc-message"))));
        assertTrue(told.startsWith("grpc-encoding%20%27%25%25"), told);
        assertTrue(told.length() < 6000, told.length() + " bytes");
    }

    private static byte[] gzip(byte[] content) throws IOException {
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
            gzip.write(content);
        }
        return packed.toByteArray();
    }

    private String packed(String encoding, byte[] body) throws Exception {
        RequestOptions options = options("ModelInfer", "Bearer " + key()).putHeader("grpc-encoding", encoding);
        return status(http.request(options), body);
    }

    @Test
    @Tag("long")
    void streamWithAMessageThatIsNoneEnds() {
        ExecutionException ended = assertThrows(
                ExecutionException.class,
                () -> status(
                        http.request(options("ModelStreamInfer", "Bearer " + key())),
                        frame(0, NO_MESSAGE.length, NO_MESSAGE)));
        assertEquals(StreamResetException.class, ended.getCause().getClass());
    }

    private String unary(byte[] body) throws Exception {
        return status(http.request(options("ModelInfer", "Bearer " + key())), body);
    }

    private static RequestOptions options(String method, String authorization) {
        return new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(RestAssured.port)
                .setMethod(HttpMethod.POST)
                .setURI("/inference.GRPCInferenceService/" + method)
                .putHeader("content-type", "application/grpc")
                .putHeader("te", "trailers")
                .putHeader("authorization", authorization);
    }

    /** The body is asked for on the client's own thread: asked for later, it may have gone by unheard. */
    private static String status(Future<HttpClientRequest> request, byte[] body) throws Exception {
        return get(request.compose(open -> open.send(Buffer.buffer(body))
                .compose(response -> response.body().map(all -> {
                    String inHead = response.getHeader("grpc-status");
                    return inHead == null ? response.getTrailer("grpc-status") : inHead;
                }))));
    }

    private static <T> T get(Future<T> answer) throws Exception {
        return answer.toCompletionStage().toCompletableFuture().get(40, TimeUnit.SECONDS);
    }

    private static byte[] frame(int flag, int length, byte[] message) {
        return ByteBuffer.allocate(5 + message.length)
                .put((byte) flag)
                .putInt(length)
                .put(message)
                .array();
    }
}
