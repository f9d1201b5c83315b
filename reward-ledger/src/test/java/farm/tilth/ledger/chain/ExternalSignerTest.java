package farm.tilth.ledger.chain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import farm.tilth.ledger.epoch.ClosedEpoch;
import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.Payout;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Signers that do as they are asked, and others. */
class ExternalSignerTest {
    private static final PayoutAddress TARGET = new PayoutAddress("0x" + "0c".repeat(20));
    private static final ChainTransaction ASKED =
            new ChainTransaction(7, 3, 10, 200, 50_000, Optional.of(TARGET), new byte[] {1, 2, 3});
    private static final ClosedEpoch EPOCH =
            new ClosedEpoch(4, new KeccakHash("0x" + "ab".repeat(32)), 99, 0, List.of(new Payout(TARGET, 99)));

    private final ChainKey key = ChainKey.generate();
    private final CountDownLatch hanging = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer server;
    private ExternalSigner signer;
    private Function<JsonNode, Object> answer;

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            JsonNode request = Json.MAPPER.readTree(exchange.getRequestBody());
            byte[] body = Json.MAPPER.writeValueAsBytes(answer.apply(request));
            exchange.getResponseHeaders().set("Connection", "close"); // or the next request may meet its end
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        signer = new ExternalSigner(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), key.address(), Duration.ofSeconds(2));
    }

    @AfterEach
    void stop() {
        hanging.countDown();
        signer.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private static Map<String, Object> result(Object result) {
        return Map.of("jsonrpc", "2.0", "id", 1, "result", result);
    }

    private static String hex(byte[] bytes) {
        return "0x" + HexFormat.of().formatHex(bytes);
    }

    private static String signed(ChainTransaction transaction, ChainKey by) {
        return hex(transaction.signed(by.sign(transaction.hash())));
    }

    private void refused(String text) {
        FarmException e = assertThrows(FarmException.class, () -> signer.sign(ASKED));
        assertEquals(ErrorCode.UNAVAILABLE, e.code());
        assertTrue(e.getMessage().contains(text), e.getMessage());
    }

    @Test
    void signsWhatItIsAskedTo() {
        answer = request -> {
            JsonNode asked = request.path("params").path(0);
            assertEquals("eth_signTransaction", request.path("method").asText());
            assertEquals(key.address().hex(), asked.path("from").asText());
            assertEquals("0x3", asked.path("nonce").asText());
            assertEquals("0x010203", asked.path("data").asText());
            return result(signed(ASKED, key));
        };
        assertArrayEquals(ASKED.signed(key.sign(ASKED.hash())), signer.sign(ASKED));
        answer = _ -> result(Map.of("raw", signed(ASKED, key), "tx", Map.of()));
        assertArrayEquals(ASKED.signed(key.sign(ASKED.hash())), signer.sign(ASKED));
        assertEquals(key.address(), signer.address());
    }

    @Test
    void anotherTransactionOrKeyIsRefused() {
        ChainTransaction dearer =
                new ChainTransaction(7, 3, 10, 201, 50_000, Optional.of(TARGET), new byte[] {1, 2, 3});
        ChainTransaction elsewhere =
                new ChainTransaction(8, 3, 10, 200, 50_000, Optional.of(TARGET), new byte[] {1, 2, 3});
        answer = _ -> result(signed(dearer, key));
        refused("another transaction");
        answer = _ -> result(signed(elsewhere, key));
        refused("another transaction");
        answer = _ -> result(signed(ASKED, ChainKey.generate()));
        refused("another key");
    }

    @Test
    void refusalSilenceAndBabbleAreNoSignature() {
        answer = _ ->
                Map.of("jsonrpc", "2.0", "id", 1, "error", Map.of("code", -32000, "message", "denied by a person"));
        refused("denied by a person");
        for (Object babble : List.of("", "0x", "0x02", "0x02c0", "0x02ff00ff", "hello", 5)) {
            answer = _ -> result(babble);
            refused("makes no sense");
        }
        answer = _ -> {
            try {
                hanging.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return result("");
        };
        refused("did not answer");
    }

    @Test
    void payoutRootIsSignedByTheSameAddress() {
        PayoutSigner words = new PayoutSigner(7);
        answer = request -> {
            assertEquals("eth_signTypedData_v4", request.path("method").asText());
            JsonNode message = request.path("params").path(1).path("message");
            assertEquals(EPOCH.payoutRoot().hex(), message.path("root").asText());
            return result(words.sign(EPOCH, key));
        };
        assertEquals(words.sign(EPOCH, key), signer.signRoot(words, EPOCH));
        answer = _ -> result(words.sign(EPOCH, ChainKey.generate()));
        assertThrows(FarmException.class, () -> signer.signRoot(words, EPOCH));
        answer = _ -> result(new PayoutSigner(8).sign(EPOCH, key));
        assertThrows(FarmException.class, () -> signer.signRoot(words, EPOCH));
    }
}
