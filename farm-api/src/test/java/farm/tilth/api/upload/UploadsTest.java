package farm.tilth.api.upload;

import static farm.tilth.api.upload.TestUploads.content;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.access.Accounts;
import farm.tilth.api.access.Role;
import farm.tilth.api.server.DataFolder;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** Uploads under small limits, and after the deaths of the farm at the worst moments. */
@QuarkusTest
class UploadsTest {
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @Inject
    PostgresUploads store;

    @Inject
    Blobs blobs;

    @Inject
    DataFolder data;

    @Inject
    Accounts accounts;

    private Uploads uploads;
    private UUID account;

    @BeforeEach
    void open() throws IOException {
        uploads = new Uploads(store, blobs, new SmallLimits(0), data);
        account = accounts.open("small", Set.of(Role.CUSTOMER))
                .await()
                .atMost(PATIENCE)
                .account();
    }

    @Test
    void everyLimitIsNamed() throws IOException {
        refused(ErrorCode.TOO_LARGE, "max-bytes", () -> uploads.open(account, Digest.ofText("large"), 1001));
        refused(ErrorCode.INVALID_REQUEST, "empty", () -> uploads.open(account, Digest.ofText("none"), 0));
        for (int i = 0; i < 3; i++) {
            uploads.open(account, Digest.ofText("open " + i), 10);
        }
        refused(
                ErrorCode.TOO_MANY_REQUESTS,
                "open-per-account",
                () -> uploads.open(account, Digest.ofText("one more"), 10));
        assertEquals(0, uploads.open(account, Digest.ofText("open 0"), 10).received());
    }

    @Test
    void accountOwnsNoMoreThanItMay() throws IOException {
        for (int i = 0; i < 10; i++) {
            upload(content(400 + i, 1000));
        }
        refused(ErrorCode.TOO_LARGE, "account-bytes", () -> uploads.open(account, Digest.ofText("more"), 1));
    }

    @Test
    void fullDiskTakesNothingAndLosesNothing() throws IOException {
        Uploads full = new Uploads(store, blobs, new SmallLimits(Long.MAX_VALUE / 2), data);
        refused(ErrorCode.OUT_OF_RESOURCES, "disk is full", () -> full.open(account, Digest.ofText("x"), 10));
        byte[] content = content(420, 300);
        Upload upload = uploads.open(account, Digest.of(content), 300);
        append(uploads, upload, 0, Arrays.copyOf(content, 100));
        refused(ErrorCode.OUT_OF_RESOURCES, "disk is full", () -> append(full, upload, 100, new byte[10]));
        assertEquals(100, uploads.find(account, upload.id()).received());
    }

    @Test
    void chunkOverTheLimitIsNotKept() throws IOException {
        byte[] content = content(421, 300);
        Upload upload = uploads.open(account, Digest.of(content), 300);
        refused(ErrorCode.TOO_LARGE, "200", () -> append(uploads, upload, 0, Arrays.copyOf(content, 201)));
        assertEquals(0, uploads.find(account, upload.id()).received());
    }

    @Test
    void deathBeforeTheCheckIsMadeUpFor() throws IOException {
        byte[] content = content(422, 300);
        Upload upload = uploads.open(account, Digest.of(content), 300);
        Files.write(uploads.file(upload.id()), content);
        store.advance(upload, 300).await().atMost(PATIENCE);
        assertTrue(uploads.find(account, upload.id()).complete());
        assertTrue(blobs.file(upload.digest()).isPresent());
    }

    @Test
    void deathAfterTheMoveIsMadeUpFor() throws IOException {
        byte[] content = content(423, 300);
        Upload upload = uploads.open(account, Digest.of(content), 300);
        store.advance(upload, 300).await().atMost(PATIENCE);
        blobs.put(content);
        assertTrue(uploads.open(account, upload.digest(), 300).complete());
    }

    @Test
    void lostFileMeansANewStart() throws IOException {
        Upload upload = uploads.open(account, Digest.of(content(424, 300)), 300);
        store.advance(upload, 300).await().atMost(PATIENCE);
        Upload again = uploads.find(account, upload.id());
        assertFalse(again.complete());
        assertEquals(0, again.received());
    }

    @Test
    void bytesOnTheDiskThatWereNotRecordedAreWrittenOver() throws IOException {
        byte[] content = content(425, 200);
        Upload upload = uploads.open(account, Digest.of(content), 200);
        Files.write(uploads.file(upload.id()), content(426, 150));
        assertTrue(append(uploads, upload, 0, content).complete());
    }

    private void upload(byte[] content) throws IOException {
        Upload upload = uploads.open(account, Digest.of(content), content.length);
        for (int at = 0; at < content.length; at += 200) {
            append(uploads, upload, at, Arrays.copyOfRange(content, at, Math.min(content.length, at + 200)));
        }
    }

    private Upload append(Uploads to, Upload upload, long offset, byte[] chunk) throws IOException {
        Append outcome = to.append(account, upload.id(), offset, new ByteArrayInputStream(chunk));
        return assertInstanceOf(Append.Done.class, outcome).upload();
    }

    private static void refused(ErrorCode code, String word, Executable call) {
        FarmException refused = assertThrows(FarmException.class, call);
        assertEquals(code, refused.code());
        assertTrue(refused.getMessage().contains(word), refused.getMessage());
    }
}
