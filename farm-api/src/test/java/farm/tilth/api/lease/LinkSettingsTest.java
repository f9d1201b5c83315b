package farm.tilth.api.lease;

import static farm.tilth.api.TestKeys.first;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertSame;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.FarmTestResource;
import farm.tilth.api.TestKeys;
import farm.tilth.api.access.Role;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.junit.jupiter.api.Test;

/** What lets an answer pass the port without waiting: read from the port itself, by HTTP/2 (RFC 9113). */
@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
class LinkSettingsTest {
    private static final int TIMEOUT_MILLIS = 10_000;
    private static final int FRAME_HEAD_BYTES = 9;
    private static final int DATA = 0;
    private static final int HEADERS = 1;
    private static final int END_HEADERS = 4;
    private static final int SETTINGS = 4;
    private static final int WINDOW_UPDATE = 8;
    private static final int INITIAL_WINDOW_SIZE = 4;
    private static final int MAX_FRAME_SIZE = 5;
    private static final int PLAIN_WINDOW_BYTES = (1 << 16) - 1;
    /** The hidden states of 32 sentences of 17 tokens: what a batch of the bundled model answers. */
    private static final int USUAL_ANSWER_BYTES = 32 * 17 * 384 * Float.BYTES;

    @TestHTTPResource("/")
    URI farm;

    private final Set<Integer> passed = new HashSet<>();

    @Test
    void usualAnswerOfAWorkerFitsTheWindowsAndOneFrame() throws IOException {
        try (Socket socket = connect()) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            Map<Integer, Integer> first = settings(frame(in, SETTINGS));
            assertTrue(first.getOrDefault(INITIAL_WINDOW_SIZE, PLAIN_WINDOW_BYTES) <= PLAIN_WINDOW_BYTES);
            socket.getOutputStream().write(link(first()));
            assertTrue(PLAIN_WINDOW_BYTES
                            + ByteBuffer.wrap(frame(in, WINDOW_UPDATE)).getInt()
                    >= USUAL_ANSWER_BYTES);
            Map<Integer, Integer> settings = settings(frame(in, SETTINGS));
            assertTrue(settings.get(INITIAL_WINDOW_SIZE) >= USUAL_ANSWER_BYTES);
            assertTrue(settings.get(MAX_FRAME_SIZE) >= USUAL_ANSWER_BYTES);
        }
    }

    /** The challenge, which everybody gets, comes after what the filter would have sent. */
    @Test
    void whoHasNoOwnersKeyGetsNoLargerWindow() throws IOException {
        try (Socket socket = connect()) {
            DataInputStream in = new DataInputStream(socket.getInputStream());
            frame(in, SETTINGS);
            socket.getOutputStream().write(link(TestKeys.open("customer", Role.CUSTOMER)));
            String challenged = new String(frame(in, DATA), StandardCharsets.ISO_8859_1);
            assertFalse(challenged.isEmpty());
            assertEquals(Set.of(HEADERS), passed);
        }
    }

    @Test
    void stepsOfAnAnswerAreNotWrapped() {
        Function<Integer, Integer> step = number -> number + 1;
        assertSame(step, Infrastructure.decorate(step));
        assertEquals(3, step.apply(2));
    }

    private Socket connect() throws IOException {
        Socket socket = new Socket(farm.getHost(), farm.getPort());
        socket.setSoTimeout(TIMEOUT_MILLIS);
        socket.getOutputStream().write("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        socket.getOutputStream().write(framed(SETTINGS, 0, 0, new byte[0]));
        return socket;
    }

    /** The headers that open a worker's stream. */
    private static byte[] link(String key) {
        ByteArrayOutputStream block = new ByteArrayOutputStream();
        block.write(0x83); // :method POST
        block.write(0x86); // :scheme http
        literal(block, ":path", "/tilth.v1.WorkerLink/Connect");
        literal(block, ":authority", "farm");
        literal(block, "content-type", "application/grpc");
        literal(block, "te", "trailers");
        literal(block, "authorization", "Bearer " + key);
        return framed(HEADERS, END_HEADERS, 1, block.toByteArray());
    }

    /** A header that no table has (RFC 7541, 6.2.2). */
    private static void literal(ByteArrayOutputStream block, String name, String value) {
        block.write(0);
        for (String text : new String[] {name, value}) {
            block.write(text.length());
            block.writeBytes(text.getBytes(StandardCharsets.US_ASCII));
        }
    }

    private static byte[] framed(int type, int flags, int stream, byte[] content) {
        return ByteBuffer.allocate(FRAME_HEAD_BYTES + content.length)
                .put((byte) 0)
                .putShort((short) content.length)
                .put((byte) type)
                .put((byte) flags)
                .putInt(stream)
                .put(content)
                .array();
    }

    /** The content of the next frame of a type; those before it have passed. */
    private byte[] frame(DataInputStream in, int type) throws IOException {
        while (true) {
            byte[] head = in.readNBytes(FRAME_HEAD_BYTES);
            byte[] content = in.readNBytes(ByteBuffer.wrap(head).getInt() >>> Byte.SIZE);
            if (head[3] == type) {
                return content;
            }
            if (content.length > 0) { // an acknowledgement has no content
                passed.add((int) head[3]);
            }
        }
    }

    private static Map<Integer, Integer> settings(byte[] content) {
        Map<Integer, Integer> settings = new HashMap<>();
        for (ByteBuffer in = ByteBuffer.wrap(content); in.hasRemaining(); ) {
            settings.put((int) in.getShort(), in.getInt());
        }
        return settings;
    }
}
