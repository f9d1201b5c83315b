package farm.tilth.api.upload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.ErrorCode;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChunkTest {
    @TempDir
    Path folder;

    @Test
    void chunkIsWrittenAtItsPlace() throws IOException {
        Path file = folder.resolve("x");
        new Chunk(file, 0, 10, 10).receive(bytes(4, 1));
        assertEquals(new Chunk.Received(6, Optional.empty()), new Chunk(file, 4, 10, 10).receive(bytes(6, 2)));
        assertArrayEquals(new byte[] {1, 1, 1, 1, 2, 2, 2, 2, 2, 2}, Files.readAllBytes(file));
    }

    @Test
    void whatCameBeforeABreakIsCounted() throws IOException {
        InputStream broken = new SequenceInputStream(bytes(5, 3), new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("reset by peer");
            }
        });
        Path file = folder.resolve("y");
        Chunk.Received received = new Chunk(file, 0, 10, 10).receive(broken);
        assertEquals(5, received.bytes());
        assertEquals(ErrorCode.INVALID_REQUEST, received.problem().orElseThrow().code());
        assertEquals(5, Files.size(file));
    }

    @Test
    void overlongChunkCountsForNothing() throws IOException {
        Chunk.Received beyondTheEnd = new Chunk(folder.resolve("z"), 8, 10, 10).receive(bytes(3, 4));
        assertEquals(0, beyondTheEnd.bytes());
        assertEquals(ErrorCode.TOO_LARGE, beyondTheEnd.problem().orElseThrow().code());
        Chunk.Received overTheLimit = new Chunk(folder.resolve("z"), 0, 100, 10).receive(bytes(11, 4));
        assertEquals(0, overTheLimit.bytes());
        assertTrue(overTheLimit.problem().orElseThrow().getMessage().contains("10 bytes"));
    }

    private static InputStream bytes(int count, int value) {
        byte[] bytes = new byte[count];
        java.util.Arrays.fill(bytes, (byte) value);
        return new ByteArrayInputStream(bytes);
    }
}
