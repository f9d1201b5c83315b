package farm.tilth.cli.demo;

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
import java.util.concurrent.TimeUnit;

/**
 * Somebody's wallet: an account of which a chain on a developer's machine has the key and the gas. It sends what the farm
 * says is to be sent, and signs what is to be signed.
 */
public final class Wallet {
    private static final Duration TIMEOUT = Duration.ofSeconds(20);
    private static final int POLLS = 150;
    private static final long POLL_MILLIS = 200;

    private final URI node;
    private final String address;
    private final HttpClient http = HttpClient.newHttpClient();

    private Wallet(URI node, String address) {
        this.node = node;
        this.address = address;
    }

    /** One of the chain's own accounts. */
    public static Wallet of(URI node, int number) throws InterruptedException {
        Wallet nobody = new Wallet(node, "");
        return new Wallet(node, nobody.ask("eth_accounts").path(number).asText());
    }

    public String address() {
        return address;
    }

    /** Sends calls one after the other, each when the one before is in a block. */
    public void send(JsonNode calls) throws InterruptedException {
        for (JsonNode call : calls) {
            send(call.path("to").asText(), call.path("data").asText());
        }
    }

    /**
     * Sends a call and waits until it is in a block.
     *
     * @throws FarmException with CONFLICT when the contract refuses it
     */
    public void send(String to, String data) throws InterruptedException {
        String hash = ask("eth_sendTransaction", Map.of("from", address, "to", to, "data", data))
                .asText();
        for (int i = 0; i < POLLS; i++) {
            JsonNode receipt = ask("eth_getTransactionReceipt", hash);
            if (receipt.isObject()) {
                if (!receipt.path("status").asText().equals("0x1")) {
                    throw new FarmException(ErrorCode.CONFLICT, "the contract " + to + " refused the call");
                }
                return;
            }
            TimeUnit.MILLISECONDS.sleep(POLL_MILLIS);
        }
        throw new FarmException(ErrorCode.DEADLINE_EXCEEDED, "no block took transaction " + hash);
    }

    /** Signs a statement (EIP-712). */
    public String sign(JsonNode statement) throws InterruptedException {
        return ask("eth_signTypedData_v4", address, statement).asText();
    }

    /** The chain's newest block. */
    public long head() throws InterruptedException {
        return Long.decode(ask("eth_blockNumber").asText());
    }

    private JsonNode ask(String method, Object... parameters) throws InterruptedException {
        String body = Json.write(Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", List.of(parameters)));
        HttpRequest request = HttpRequest.newBuilder(node)
                .timeout(TIMEOUT)
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body))
                .build();
        try {
            JsonNode answer = Json.MAPPER.readTree(
                    http.send(request, HttpResponse.BodyHandlers.ofString()).body());
            if (answer.has("error")) {
                throw new FarmException(
                        ErrorCode.CONFLICT,
                        "the chain refused " + method + ": "
                                + answer.path("error").path("message").asText());
            }
            return answer.path("result");
        } catch (IOException e) {
            throw new FarmException(ErrorCode.UNAVAILABLE, "the chain's node cannot be reached at " + node, e);
        }
    }
}
