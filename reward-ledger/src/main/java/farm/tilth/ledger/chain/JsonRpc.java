package farm.tilth.ledger.chain;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** JSON-RPC over HTTP. A call ends in {@code timeout}, whatever the other side does, and reads no more than 16 MiB. */
final class JsonRpc implements AutoCloseable {
    private static final int MAX_ANSWER_BYTES = 16 << 20;

    private final String who;
    private final URI uri;
    private final Duration timeout;
    private final HttpClient http;

    /** {@code who} answers, for messages: "the chain's node". */
    JsonRpc(String who, URI uri, Duration timeout) {
        this.who = who;
        this.uri = uri;
        this.timeout = timeout;
        this.http = HttpClient.newBuilder()
                .connectTimeout(timeout)
                .version(HttpClient.Version.HTTP_1_1)
                .build();
    }

    /** The result of a call; UNAVAILABLE when there is none. */
    JsonNode result(String method, Object... parameters) {
        JsonNode answer = answer(method, parameters);
        if (answer.has("error") || !answer.has("result")) {
            throw nonsense("it refused " + method + ": "
                    + answer.path("error").path("message").asText("no reason"));
        }
        return answer.get("result");
    }

    /** The whole answer, which may be an error. */
    JsonNode answer(String method, Object... parameters) {
        String request = Json.write(Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", List.of(parameters)));
        HttpRequest post = HttpRequest.newBuilder(uri)
                .timeout(timeout)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(request))
                .build();
        CompletableFuture<HttpResponse<byte[]>> call = http.sendAsync(post, _ -> new LimitedBody(MAX_ANSWER_BYTES));
        try {
            JsonNode answer = Json.MAPPER.readTree(
                    call.get(timeout.toMillis(), TimeUnit.MILLISECONDS).body());
            if (!answer.isObject()) {
                throw nonsense("its answer is no object");
            }
            return answer;
        } catch (JsonProcessingException e) {
            throw nonsense("its answer is not JSON");
        } catch (IOException | ExecutionException e) {
            throw unavailable("cannot be reached", e);
        } catch (TimeoutException e) {
            throw unavailable("did not answer in " + timeout.toSeconds() + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unavailable("was interrupted while it was asked", e);
        } finally {
            call.cancel(true);
        }
    }

    FarmException nonsense(String what) {
        return new FarmException(ErrorCode.UNAVAILABLE, who + " makes no sense: " + what);
    }

    private FarmException unavailable(String what, Exception cause) {
        return new FarmException(ErrorCode.UNAVAILABLE, who + " " + what + "; settlement waits for it", cause);
    }

    @Override
    public void close() {
        http.shutdownNow();
    }
}
