package farm.tilth.inference;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.worker.BlobStore;
import farm.tilth.protocol.worker.TaskContext;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/** Blobs of a test: bytes in a map, files in a folder. */
final class InMemoryBlobs implements BlobStore {
    private final Map<Digest, byte[]> blobs = new HashMap<>();
    private final Path folder;

    InMemoryBlobs(Path folder) {
        this.folder = folder;
    }

    TaskContext context() {
        return new TaskContext(new TaskId(new JobId(new UUID(1, 2)), 0), this, folder);
    }

    Digest put(String text) {
        return put(text.getBytes(StandardCharsets.UTF_8));
    }

    String text(Digest digest) {
        return new String(bytes(digest, Long.MAX_VALUE), StandardCharsets.UTF_8);
    }

    @Override
    public Path file(Digest digest) {
        try {
            return Files.write(folder.resolve(digest.hex()), bytes(digest, Long.MAX_VALUE));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public byte[] bytes(Digest digest, long maxBytes) {
        if (!blobs.containsKey(digest)) {
            throw new FarmException(ErrorCode.NOT_FOUND, "there is no blob " + digest);
        }
        return blobs.get(digest);
    }

    @Override
    public Digest put(byte[] content) {
        Digest digest = Digest.of(content);
        blobs.put(digest, content);
        return digest;
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
