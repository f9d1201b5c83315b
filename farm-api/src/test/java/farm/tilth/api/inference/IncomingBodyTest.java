package farm.tilth.api.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class IncomingBodyTest {
    private static final int MAX_BYTES = 100_000;

    private final BodyBudget budget =
            new BodyBudget(Configs.of(InferenceConfig.class, "tilth.inference.max-bodies-bytes", "150000"));
    private final Vertx vertx = Vertx.vertx();
    private final CompletableFuture<byte[]> body = new CompletableFuture<>();
    private HttpServer server;

    @BeforeEach
    void listen() throws Exception {
        server = vertx.createHttpServer()
                .requestHandler(request -> {
                    request.pause();
                    BodyBudget.Share share = budget.open();
                    IncomingBody.read(request, MAX_BYTES, share)
                            .onTermination()
                            .invoke(share::close)
                            .subscribe()
                            .with(body::complete, body::completeExceptionally);
                })
                .listen(0, "127.0.0.1")
                .toCompletionStage()
                .toCompletableFuture()
                .get(20, TimeUnit.SECONDS);
    }

    @AfterEach
    void close() throws Exception {
        vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }

    @Test
    void partsMakeTheWhole() throws Exception {
        ByteArrayOutputStream whole = new ByteArrayOutputStream();
        try (Socket client = chunked()) {
            for (int i = 0; i < 9; i++) {
                byte[] part = ("part " + i).repeat(1 + 200 * i).getBytes(StandardCharsets.US_ASCII);
                whole.writeBytes(part);
                send(client, part);
            }
            send(client, new byte[0]);
            assertArrayEquals(whole.toByteArray(), body.get(20, TimeUnit.SECONDS));
        }
        assertEquals(0, budget.used());
    }

    @Test
    void bodyThatSaysNothingOfItsLengthIsRefusedWhenItIsTooLarge() throws Exception {
        try (Socket client = chunked()) {
            send(client, new byte[MAX_BYTES]);
            send(client, new byte[1]);
            assertEquals(ErrorCode.TOO_LARGE, failure());
        }
        assertEquals(0, budget.used());
    }

    @Test
    void bodyThatFindsNoRoomIsRefused() throws Exception {
        try (BodyBudget.Share other = budget.open();
                Socket client = chunked()) {
            other.take(100_000);
            send(client, new byte[60_000]);
            assertEquals(ErrorCode.TOO_MANY_REQUESTS, failure());
        }
        assertEquals(0, budget.used());
    }

    @Test
    void clientThatLeavesTakesNoRoom() throws Exception {
        try (Socket client = chunked()) {
            send(client, new byte[10_000]);
        }
        assertEquals(ErrorCode.INVALID_REQUEST, failure());
        assertEquals(0, budget.used());
    }

    private Socket chunked() throws IOException {
        Socket client = new Socket("127.0.0.1", server.actualPort());
        client.getOutputStream()
                .write("POST / HTTP/1.1\r\nHost: test\r\nTransfer-Encoding: chunked\r\n\r\n"
                        .getBytes(StandardCharsets.US_ASCII));
        return client;
    }

    private static void send(Socket client, byte[] part) throws IOException {
        OutputStream out = client.getOutputStream();
        out.write((Integer.toHexString(part.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
        out.write(part);
        out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
    }

    private ErrorCode failure() {
        CompletionException failed = assertThrows(CompletionException.class, () -> body.orTimeout(20, TimeUnit.SECONDS)
                .join());
        return ((FarmException) failed.getCause()).code();
    }
}
