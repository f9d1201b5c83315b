package farm.tilth.ledger.chain;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.sun.net.httpserver.HttpServer;
import farm.tilth.ledger.chain.ChainNode.Reception;
import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Nodes that lie, hang or babble. */
class HttpChainNodeTest {
    private static final PayoutAddress CONTRACT = new PayoutAddress("0x" + "0c".repeat(20));
    private static final KeccakHash HASH = new KeccakHash("0x" + "ab".repeat(32));

    private final CountDownLatch hanging = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private HttpServer server;
    private HttpChainNode node;
    private Supplier<String> answer = () -> "";

    @BeforeEach
    void listen() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.createContext("/", exchange -> {
            byte[] body = answer.get().getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        node = new HttpChainNode(
                URI.create("http://127.0.0.1:" + server.getAddress().getPort()), Duration.ofMillis(700));
    }

    @AfterEach
    void stop() {
        hanging.countDown();
        node.close();
        server.stop(0);
        threads.shutdownNow();
    }

    private void answers(String result) {
        answer = () -> "{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":" + result + "}";
    }

    private static FarmException refused(Runnable call) {
        FarmException e = assertThrows(FarmException.class, call::run);
        assertEquals(ErrorCode.UNAVAILABLE, e.code(), e.getMessage());
        return e;
    }

    @Test
    void answersAreRead() {
        answers("\"0x7a69\"");
        assertEquals(31_337, node.chainId());
        answers("{\"number\":\"0x5\",\"hash\":\"" + HASH + "\",\"baseFeePerGas\":\"0x7\",\"timestamp\":\"0x9\"}");
        assertEquals(new ChainNode.Block(5, HASH, 7, 9), node.head());
        answers("null");
        assertEquals(Optional.empty(), node.inclusion(HASH));
        assertEquals(Optional.empty(), node.block(9));
        answers("\"0x0102\"");
        assertArrayEquals(new byte[] {1, 2}, node.call(CONTRACT, new byte[0], 1));
    }

    @Test
    void nodeThatHangsIsLeft() {
        answer = () -> {
            try {
                hanging.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return "";
        };
        assertTrue(refused(node::chainId).getMessage().contains("did not answer"));
    }

    @Test
    void nodeThatIsAwayIsNamed() {
        server.stop(0);
        refused(node::chainId);
    }

    @Test
    void nonsenseIsRefused() {
        for (String result : List.of("\"31337\"", "\"0x\"", "\"0xffffffffffffffffff\"", "null", "[]", "-1")) {
            answers(result);
            refused(node::chainId);
        }
        for (String text : List.of("", "hello", "[]", "{}", "{\"error\":{\"message\":\"no\"}}")) {
            answer = () -> text;
            refused(node::chainId);
        }
    }

    @Test
    void endlessAnswerIsCutOff() {
        String longText = "x".repeat(17 << 20);
        answer = () -> longText;
        refused(node::chainId);
    }

    @Test
    void answerToAnotherQuestionIsRefused() {
        answers("{\"number\":\"0x5\",\"hash\":\"" + HASH + "\",\"timestamp\":\"0x9\"}");
        refused(() -> node.block(6));
        answers("{\"transactionHash\":\"" + HASH + "\"}");
        refused(() -> node.inclusion(new KeccakHash("0x" + "cd".repeat(32))));
        answers("[{\"topics\":[],\"blockNumber\":\"0x9\",\"address\":\"" + CONTRACT + "\",\"data\":\"0x\"}]");
        refused(() -> node.logs(List.of(CONTRACT), 1, 8));
        refused(() -> node.logs(List.of(), 1, 9));
    }

    @Test
    void refusalsOfATransactionAreTold() {
        assertEquals(Reception.ALREADY_KNOWN, reception("already known"));
        assertEquals(Reception.NONCE_TOO_LOW, reception("Nonce too low"));
        assertEquals(Reception.UNDERPRICED, reception("replacement transaction underpriced"));
        assertEquals(Reception.UNDERPRICED, reception("max fee per gas less than block base fee"));
        assertEquals(Reception.INSUFFICIENT_FUNDS, reception("Insufficient funds for gas * price + value"));
        assertEquals(Reception.REFUSED, reception("who are you?"));
        answers("\"" + HASH + "\"");
        assertEquals(Reception.ACCEPTED, node.send(new byte[] {2}));
    }

    private Reception reception(String message) {
        answer = () -> "{\"error\":{\"code\":-32000,\"message\":\"" + message + "\"}}";
        return node.send(new byte[] {2});
    }

    @Test
    void argumentsAreThoseOfSolidity() {
        byte[] call = AbiCall.of("claim(address,uint256,bytes32[])", CONTRACT, 258L, List.of(HASH));
        assertEquals(
                "3d13f874"
                        + "0".repeat(24) + "0c".repeat(20)
                        + "%064x".formatted(258)
                        + "%064x".formatted(96)
                        + "%064x".formatted(1)
                        + "ab".repeat(32),
                HexFormat.of().formatHex(call));
        assertEquals(
                "%064x%064x%064x%s".formatted(1, 64, 3, "010203" + "0".repeat(58)),
                HexFormat.of().formatHex(AbiCall.arguments(1L, new byte[] {1, 2, 3})));
        assertThrows(IllegalArgumentException.class, () -> AbiCall.arguments(-1L));
        assertThrows(IllegalArgumentException.class, () -> AbiCall.arguments("text"));
    }
}
