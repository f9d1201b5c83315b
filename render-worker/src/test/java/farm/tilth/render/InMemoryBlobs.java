package farm.tilth.render;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.worker.BlobStore;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** Blobs in memory; a file is written when one is asked for. Counts how often that was. */
final class InMemoryBlobs implements BlobStore {
    private final Path folder;
    private final Map<Digest, byte[]> content = new HashMap<>();
    private int filesAsked;

    InMemoryBlobs(Path folder) {
        this.folder = folder;
    }

    int filesAsked() {
        return filesAsked;
    }

    @Override
    public Path file(Digest digest) {
        filesAsked++;
        try {
            return Files.write(folder.resolve(digest.hex()), bytes(digest, Long.MAX_VALUE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public byte[] bytes(Digest digest, long maxBytes) {
        byte[] bytes = content.get(digest);
        if (bytes == null) {
            throw new FarmException(ErrorCode.NOT_FOUND, digest.hex());
        }
        return bytes;
    }

    @Override
    public Digest put(byte[] bytes) {
        content.put(Digest.of(bytes), bytes);
        return Digest.of(bytes);
    }

    @Override
    public Digest put(Path file) {
        try {
            return put(Files.readAllBytes(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
