package farm.tilth.protocol.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.Arrays;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HttpBlobStoreTest {
    private static final byte[] CONTENT = "some content of a scene".getBytes();
    private static final Digest DIGEST = Digest.of(CONTENT);

    @TempDir
    private Path folder;

    private FakeFarm farm;
    private BlobCache cache;
    private HttpBlobStore store;

    @BeforeEach
    void open() throws IOException {
        farm = new FakeFarm();
        cache = new BlobCache(folder, 1 << 20, InstantSource.system());
        store = new HttpBlobStore(
                new WorkerConfig(farm.blobUri(), "tk_k", folder, "test", false, 1, 1 << 20), "w", cache);
    }

    @AfterEach
    void close() {
        farm.close();
    }

    @Test
    void whatWasStoredComesBack() throws InterruptedException, IOException {
        assertEquals(DIGEST, store.put(CONTENT));
        assertArrayEquals(CONTENT, store.bytes(DIGEST, 1000));
        assertArrayEquals(CONTENT, Files.readAllBytes(store.file(DIGEST)));
    }

    @Test
    void aBrokenTransferGoesOnWhereItStopped() throws InterruptedException, IOException {
        farm.blobs.put(DIGEST, CONTENT);
        Files.write(cache.partial(DIGEST), Arrays.copyOf(CONTENT, 7));
        assertArrayEquals(CONTENT, store.bytes(DIGEST, 1000));
        assertEquals(CONTENT.length - 7, farm.lastBytesSent);
    }

    @Test
    void theSecondUseComesFromTheCache() throws InterruptedException {
        farm.blobs.put(DIGEST, CONTENT);
        store.file(DIGEST);
        farm.blobs.clear();
        assertArrayEquals(CONTENT, store.bytes(DIGEST, 1000));
    }

    @Test
    void otherContentThanWasAskedForIsRefusedAndNotKept() {
        farm.blobs.put(DIGEST, new byte[] {1});
        FarmException e = assertThrows(FarmException.class, () -> store.file(DIGEST));
        assertEquals(ErrorCode.UNAVAILABLE, e.code());
        assertEquals(false, Files.exists(cache.path(DIGEST)));
    }

    @Test
    void aBlobThatIsNotThereIsSaidSoAtOnce() {
        FarmException e = assertThrows(FarmException.class, () -> store.bytes(DIGEST, 1000));
        assertEquals(ErrorCode.NOT_FOUND, e.code());
    }

    @Test
    void aBlobOverTheReadersLimitIsRefused() {
        farm.blobs.put(DIGEST, CONTENT);
        FarmException e = assertThrows(FarmException.class, () -> store.bytes(DIGEST, 5));
        assertEquals(ErrorCode.TOO_LARGE, e.code());
    }
}
