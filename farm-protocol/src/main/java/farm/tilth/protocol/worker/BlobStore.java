package farm.tilth.protocol.worker;

import farm.tilth.protocol.Digest;
import java.nio.file.Path;

/**
 * The blobs of the farm as a worker sees them: content by digest, checked on the way in and out. Thread-safe.
 * Every method throws {@link farm.tilth.protocol.FarmException}: NOT_FOUND when there is no such blob, UNAVAILABLE
 * when the farm could not be reached for longer than the store's patience.
 */
public interface BlobStore {
    /**
     * The blob as a read-only file of the worker's cache; fetched when it is not there. The file stays until the
     * cache is over its limit and the task that asked for it has ended.
     */
    Path file(Digest digest) throws InterruptedException;

    /** A blob of at most {@code maxBytes}, in memory. */
    byte[] bytes(Digest digest, long maxBytes) throws InterruptedException;

    /** Stores content; safe to repeat. */
    Digest put(byte[] content) throws InterruptedException;

    /** Stores a file's content; safe to repeat. */
    Digest put(Path file) throws InterruptedException;
}
