package farm.tilth.api.upload;

import farm.tilth.protocol.Digest;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.ReadableByteChannel;
import java.nio.file.Path;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The farm's content by its digest. Methods block: call them on a worker or virtual thread. What was stored is on
 * disk before a method returns; a digest is never bound to other content. Thread-safe.
 */
public interface Blobs {
    /** The size in bytes; empty when there is no such blob. */
    OptionalLong size(Digest digest) throws IOException;

    /** The content from {@code offset} on; empty when there is no such blob. The caller closes it. */
    Optional<ReadableByteChannel> open(Digest digest, long offset) throws IOException;

    /**
     * A whole blob in memory.
     *
     * @throws farm.tilth.protocol.FarmException with NOT_FOUND, or TOO_LARGE over {@code maxBytes}
     */
    byte[] bytes(Digest digest, long maxBytes) throws IOException;

    /** Stores content; safe to repeat. */
    Digest put(byte[] content) throws IOException;

    /**
     * Stores a stream that must have this digest.
     *
     * @throws farm.tilth.protocol.FarmException with INVALID_REQUEST when it has another, TOO_LARGE over the limit;
     *     nothing is stored then
     */
    void put(Digest digest, InputStream content, long maxBytes) throws IOException;

    /** Takes over a complete file of the same disk whose digest the caller has computed; the file is gone afterwards. */
    void adopt(Digest digest, Path file) throws IOException;
}
