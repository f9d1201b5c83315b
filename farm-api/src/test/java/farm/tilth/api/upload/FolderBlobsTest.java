package farm.tilth.api.upload;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.server.DataFolder;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FolderBlobsTest {
    private static final byte[] CONTENT = "some content".getBytes(StandardCharsets.UTF_8);
    private static final Digest DIGEST = Digest.of(CONTENT);

    @TempDir
    Path root;

    private FolderBlobs blobs;

    @BeforeEach
    void open() throws IOException {
        blobs = new FolderBlobs(new DataFolder(root), new SmallLimits(0));
    }

    @Test
    void contentIsFoundByItsDigest() throws IOException {
        assertEquals(Optional.empty(), blobs.file(DIGEST));
        assertEquals(DIGEST, blobs.put(CONTENT));
        assertEquals(DIGEST, blobs.put(CONTENT));
        assertArrayEquals(CONTENT, blobs.bytes(DIGEST, 100));
        assertEquals(
                root.resolve("blobs")
                        .resolve(DIGEST.hex().substring(0, 2))
                        .resolve(DIGEST.hex().substring(2, 4))
                        .resolve(DIGEST.hex()),
                blobs.file(DIGEST).orElseThrow());
    }

    @Test
    void streamUnderAnotherDigestLeavesNothing() throws IOException {
        Digest other = Digest.ofText("other");
        assertCode(ErrorCode.DIGEST_MISMATCH, () -> blobs.put(other, new ByteArrayInputStream(CONTENT), 100));
        assertNothingLeft(other);
    }

    @Test
    void streamOverTheLimitLeavesNothing() throws IOException {
        assertCode(ErrorCode.TOO_LARGE, () -> blobs.put(DIGEST, new ByteArrayInputStream(CONTENT), 11));
        assertNothingLeft(DIGEST);
        assertEquals(CONTENT.length, blobs.put(DIGEST, new ByteArrayInputStream(CONTENT), 12));
    }

    @Test
    void brokenStreamLeavesNothing() throws IOException {
        InputStream broken = new InputStream() {
            @Override
            public int read() throws IOException {
                throw new IOException("the line broke");
            }
        };
        assertThrows(IOException.class, () -> blobs.put(DIGEST, broken, 100));
        assertNothingLeft(DIGEST);
    }

    @Test
    void adoptedFileMovesInOnlyWithItsDigest() throws IOException {
        Path file = Files.write(root.resolve("upload"), CONTENT);
        assertCode(ErrorCode.DIGEST_MISMATCH, () -> blobs.adopt(Digest.ofText("other"), file));
        assertTrue(Files.exists(file));
        blobs.adopt(DIGEST, file);
        assertFalse(Files.exists(file));
        assertArrayEquals(CONTENT, blobs.bytes(DIGEST, 100));
    }

    @Test
    void absentOrOverlongContentIsNotRead() throws IOException {
        assertCode(ErrorCode.NOT_FOUND, () -> blobs.bytes(DIGEST, 100));
        blobs.put(CONTENT);
        assertCode(ErrorCode.TOO_LARGE, () -> blobs.bytes(DIGEST, 11));
    }

    @Test
    void fullDiskIsSaidPlainly() throws IOException {
        FolderBlobs full = new FolderBlobs(new DataFolder(root), new SmallLimits(Long.MAX_VALUE / 2));
        assertCode(ErrorCode.OUT_OF_RESOURCES, () -> full.put(CONTENT));
        assertThrows(FarmException.class, () -> DiskSpace.explained(new IOException("No space left on device")));
        assertEquals("other", DiskSpace.explained(new IOException("other")).getMessage());
    }

    @Test
    void whatACrashLeftIsSweptAndBlobsAreNot() throws IOException {
        blobs.put(CONTENT);
        Files.write(root.resolve("blobs").resolve("incoming").resolve("left.new"), CONTENT);
        assertEquals(0, blobs.sweep(Instant.now().minusSeconds(60)));
        assertEquals(1, blobs.sweep(Instant.now().plusSeconds(60)));
        assertTrue(blobs.file(DIGEST).isPresent());
    }

    private void assertNothingLeft(Digest digest) throws IOException {
        assertEquals(Optional.empty(), blobs.file(digest));
        try (var left = Files.list(root.resolve("blobs").resolve("incoming"))) {
            assertEquals(0, left.count());
        }
    }

    private static void assertCode(ErrorCode code, org.junit.jupiter.api.function.Executable call) {
        assertEquals(code, assertThrows(FarmException.class, call).code());
    }
}
