package farm.tilth.api.upload;

import farm.tilth.protocol.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.Optional;

/**
 * The farm's content by its digest. Methods block: call them on a worker or virtual thread. What was stored is on
 * disk before a method returns, and a digest is never bound to other content. Thread-safe.
 */
public interface Blobs {
    /** The content as a local file, only to be read; empty when there is no such blob. */
    Optional<Path> file(Digest digest) throws IOException;

    /**
     * A whole blob in memory.
     *
     * @throws farm.tilth.protocol.FarmException with NOT_FOUND, or TOO_LARGE over {@code maxBytes}
     */
    byte[] bytes(Digest digest, long maxBytes) throws IOException;

    /** Stores content; safe to repeat. */
    Digest put(byte[] content) throws IOException;

    /**
     * Stores a stream that must have this digest; safe to repeat.
     *
     * @return the content's size
     * @throws farm.tilth.protocol.FarmException with DIGEST_MISMATCH when it has another, TOO_LARGE over the limit,
     *     OUT_OF_RESOURCES when the disk is full; nothing is stored then
     */
    long put(Digest digest, InputStream content, long maxBytes) throws IOException;

    /**
     * Takes over a file of the same disk, which is gone afterwards.
     *
     * @throws farm.tilth.protocol.FarmException with DIGEST_MISMATCH when its content is another; the file stays then
     */
    void adopt(Digest digest, Path file) throws IOException;
}
