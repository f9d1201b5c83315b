package farm.tilth.api.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.FarmTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import jakarta.inject.Inject;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever comes over HTTP or gRPC, the answer is no fault of the farm, and nothing of it stays in memory. */
@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
@TestProfile(FakeWorkersProfile.class)
class EndpointFuzzTest extends InferenceTestBase {
    private static final int CALLERS = 8;
    private static final long PATIENCE_SECONDS = 60;
    private static final long MOST_GROWTH_BYTES = 64L << 20;

    @Inject
    Vertx vertx;

    @Inject
    BodyBudget budget;

    private HttpClient plain;
    private HttpClient multiplexed;

    @BeforeEach
    void workersJoin() {
        workers.join(false, FakeWorkers.HONEST);
        workers.join(true, FakeWorkers.HONEST);
        plain = vertx.createHttpClient(new HttpClientOptions().setMaxPoolSize(CALLERS));
        multiplexed = vertx.createHttpClient(new HttpClientOptions()
                .setProtocolVersion(HttpVersion.HTTP_2)
                .setHttp2ClearTextUpgrade(false)
                .setHttp2MaxPoolSize(CALLERS));
    }

    @AfterEach
    void clientsLeave() {
        plain.close();
        multiplexed.close();
    }

    @Test
    void hundredsOfStrangeRequestsAreAnsweredWithoutAFault() throws Exception {
        fuzz(System.nanoTime(), 800);
    }

    @Tag("long")
    @Test
    void aMillionStrangeRequestsAreAnsweredWithoutAFault() throws Exception {
        fuzz(Long.getLong("tilth.fuzz.seed", System.nanoTime()), 2_000);
        long before = heapBytes();
        long begin = System.nanoTime();
        int requests = Integer.getInteger("tilth.fuzz.requests", 1_000_000);
        fuzz(Long.getLong("tilth.fuzz.seed", System.nanoTime()), requests);
        long seconds = (System.nanoTime() - begin) / 1_000_000_000;
        long after = heapBytes();
        System.out.println(requests + " strange requests in " + seconds + " s; heap before " + (before >> 20)
                + " MiB, after " + (after >> 20) + " MiB");
        assertTrue(after - before < MOST_GROWTH_BYTES, before + " bytes of heap have become " + after);
    }

    private void fuzz(long seed, int requests) throws Exception {
        try (ExecutorService callers = Executors.newVirtualThreadPerTaskExecutor()) {
            List<java.util.concurrent.Future<?>> all = new ArrayList<>();
            for (int i = 0; i < CALLERS; i++) {
                StrangeRequests strange = new StrangeRequests(seed + i, key());
                String of = "seed " + (seed + i);
                all.add(callers.submit(() -> {
                    for (int n = 0; n < requests / CALLERS; n++) {
                        send(strange.next(), of + ", request " + n);
                    }
                    return null;
                }));
            }
            for (java.util.concurrent.Future<?> one : all) {
                one.get();
            }
        }
        await(() -> budget.used() == 0, "the room of every request is given back");
        assertEquals(200, json().get("/v1/models").statusCode());
    }

    private void send(StrangeRequests.Strange strange, String which) throws Exception {
        RequestOptions options = new RequestOptions()
                .setHost("127.0.0.1")
                .setPort(RestAssured.port)
                .setMethod(strange.method())
                .setURI(strange.path())
                .setHeaders(strange.headers());
        HttpClient client = strange.version() == HttpVersion.HTTP_2 ? multiplexed : plain;
        Future<Answer> answer = client.request(options)
                .compose(request -> request.send(Buffer.buffer(strange.body())).compose(EndpointFuzzTest::read));
        try {
            Answer came = answer.toCompletionStage().toCompletableFuture().get(PATIENCE_SECONDS, TimeUnit.SECONDS);
            assertTrue(came.isNoFault(), () -> which + ": " + strange + "\n" + came);
        } catch (TimeoutException hangs) {
            throw new AssertionError(which + " is not answered: " + strange, hangs);
        } catch (ExecutionException broken) {
            // The farm may end a connection on which it cannot tell one request from the next.
            assertTrue(isEndOfConnection(broken.getCause()), () -> which + ": " + strange + "\n" + broken.getCause());
        }
    }

    private static boolean isEndOfConnection(Throwable failure) {
        return failure instanceof io.vertx.core.http.HttpClosedException
                || failure instanceof io.vertx.core.http.StreamResetException
                || failure instanceof java.io.IOException;
    }

    private record Answer(int status, String grpcMessage, String body) {
        boolean isNoFault() {
            return (status < 500 || status == 501 || status == 503 || status == 504)
                    && !String.valueOf(grpcMessage).startsWith("a%20fault%20of%20the%20farm");
        }
    }

    private static Future<Answer> read(HttpClientResponse response) {
        return response.body().map(body -> {
            String inHead = response.getHeader("grpc-message");
            return new Answer(
                    response.statusCode(),
                    inHead == null ? response.getTrailer("grpc-message") : inHead,
                    body.toString());
        });
    }

    private static long heapBytes() {
        Runtime runtime = Runtime.getRuntime();
        long least = Long.MAX_VALUE;
        for (int i = 0; i < 3; i++) {
            System.gc();
            least = Math.min(least, runtime.totalMemory() - runtime.freeMemory());
        }
        return least;
    }
}
