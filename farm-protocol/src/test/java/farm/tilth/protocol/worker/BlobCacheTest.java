package farm.tilth.protocol.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BlobCacheTest {
    private static final int BLOB_BYTES = 100;

    @TempDir
    private Path folder;

    private Instant now = Instant.EPOCH;
    private BlobCache cache;

    @BeforeEach
    void open() throws IOException {
        cache = new BlobCache(folder, 3 * BLOB_BYTES, () -> now);
    }

    private Digest add(String name) throws IOException {
        byte[] content = new byte[BLOB_BYTES];
        System.arraycopy(name.getBytes(), 0, content, 0, name.length());
        Digest digest = Digest.of(content);
        Files.write(cache.partial(digest), content);
        now = now.plusSeconds(1);
        cache.add(digest, cache.partial(digest));
        return digest;
    }

    private boolean has(Digest digest) {
        return Files.exists(cache.path(digest));
    }

    @Test
    void nothingGoesWhileItIsInUse() throws IOException {
        Digest a = add("a");
        for (String name : new String[] {"b", "c", "d"}) {
            add(name);
        }
        assertTrue(has(a));
        assertEquals(4, Files.list(folder).count());
    }

    @Test
    void whatWasUsedLongestAgoGoesOnceNothingIsInUse() throws IOException {
        Digest a = add("a");
        Digest b = add("b");
        add("c");
        add("d");
        now = now.plusSeconds(1);
        assertTrue(cache.touch(a));
        cache.release();
        assertTrue(has(a));
        assertFalse(has(b));
        assertEquals(3, Files.list(folder).count());
    }

    @Test
    void aBlobThatIsNotThereCannotBeTouched() {
        assertFalse(cache.touch(Digest.ofText("absent")));
    }
}
