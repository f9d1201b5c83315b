package farm.tilth.api.upload;

import farm.tilth.api.server.DataFolder;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** Blobs as files of a folder, two levels deep: {@code ab/cd/abcd…}. A file is there as a whole or not at all. */
@ApplicationScoped
public class FolderBlobs implements Blobs {
    private static final int BUFFER_BYTES = 1 << 18;

    private final Path root;
    private final Path incoming;
    private final long reserveBytes;

    FolderBlobs(DataFolder folder, UploadLimits limits) throws IOException {
        this.root = folder.blobs();
        this.incoming = root.resolve("incoming");
        this.reserveBytes = limits.reserveBytes();
        Files.createDirectories(incoming);
    }

    @Override
    public Optional<Path> file(Digest digest) {
        Path file = place(digest);
        return Files.exists(file) ? Optional.of(file) : Optional.empty();
    }

    @Override
    public byte[] bytes(Digest digest, long maxBytes) throws IOException {
        Path file =
                file(digest).orElseThrow(() -> new FarmException(ErrorCode.NOT_FOUND, "there is no content " + digest));
        if (Files.size(file) > maxBytes) {
            throw tooLarge(maxBytes);
        }
        return Files.readAllBytes(file);
    }

    @Override
    public Digest put(byte[] content) throws IOException {
        Digest digest = Digest.of(content);
        if (!Files.exists(place(digest))) {
            put(digest, new ByteArrayInputStream(content), content.length);
        }
        return digest;
    }

    @Override
    public long put(Digest digest, InputStream content, long maxBytes) throws IOException {
        DiskSpace.require(incoming, 0, reserveBytes);
        Path fresh = Files.createTempFile(incoming, "", ".new");
        try {
            long bytes = write(digest, content, maxBytes, fresh);
            moveIn(digest, fresh);
            return bytes;
        } catch (IOException e) {
            throw DiskSpace.explained(e);
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    @Override
    public void adopt(Digest digest, Path file) throws IOException {
        if (!Digest.ofFile(file).equals(digest)) {
            throw mismatch(digest);
        }
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        moveIn(digest, file);
    }

    /** Forgets what a crash left in the middle of a {@code put} before that time. */
    int sweep(Instant before) throws IOException {
        int swept = 0;
        try (Stream<Path> left = Files.list(incoming)) {
            for (Path file : (Iterable<Path>) left::iterator) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(before) && Files.deleteIfExists(file)) {
                    swept++;
                }
            }
        }
        return swept;
    }

    private long write(Digest digest, InputStream content, long maxBytes, Path file) throws IOException {
        MessageDigest sha = Digest.sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        long bytes = 0;
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                bytes += n;
                if (bytes > maxBytes) {
                    throw tooLarge(maxBytes);
                }
                sha.update(buffer, 0, n);
                writeFully(channel, ByteBuffer.wrap(buffer, 0, n));
            }
            channel.force(true);
        }
        if (!Digest.fromBytes(sha.digest()).equals(digest)) {
            throw mismatch(digest);
        }
        return bytes;
    }

    private void moveIn(Digest digest, Path file) throws IOException {
        Path place = place(digest);
        Files.createDirectories(place.getParent());
        Files.move(file, place, StandardCopyOption.ATOMIC_MOVE);
        for (Path folder = place.getParent(); !folder.equals(root.getParent()); folder = folder.getParent()) {
            forceFolder(folder);
        }
    }

    private Path place(Digest digest) {
        String hex = digest.hex();
        return root.resolve(hex.substring(0, 2)).resolve(hex.substring(2, 4)).resolve(hex);
    }

    static void writeFully(FileChannel channel, ByteBuffer bytes) throws IOException {
        while (bytes.hasRemaining()) {
            channel.write(bytes);
        }
    }

    /** Makes a new name survive a loss of power. */
    private static void forceFolder(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }

    private static FarmException tooLarge(long maxBytes) {
        return new FarmException(ErrorCode.TOO_LARGE, "the content is larger than " + maxBytes + " bytes");
    }

    private static FarmException mismatch(Digest digest) {
        return new FarmException(
                ErrorCode.DIGEST_MISMATCH,
                "the bytes that arrived do not have the digest " + digest + "; send the content again from its start");
    }
}
