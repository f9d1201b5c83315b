package farm.tilth.api.server;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;

/** The folder in which a farm keeps all that it must not lose, with one name for each thing in it. */
public record DataFolder(Path root, String announcementName) {
    /** What the announcement is called unless the program is told otherwise. */
    public static final String ANNOUNCEMENT = "farm.json";

    public DataFolder {
        root = root.toAbsolutePath().normalize();
    }

    public DataFolder(Path root) {
        this(root, ANNOUNCEMENT);
    }

    public Path postgres() {
        return root.resolve("postgres");
    }

    public Path blobs() {
        return root.resolve("blobs");
    }

    public Path uploads() {
        return root.resolve("uploads");
    }

    /** The farm's own signing key. */
    public Path signingKey() {
        return root.resolve("farm.key");
    }

    /** The key of the first account. */
    public Path firstKey() {
        return root.resolve("first.key");
    }

    /** Address and first key, for scripts; there while the farm is ready. */
    public Path announcement() {
        return root.resolve(announcementName);
    }

    /**
     * Takes the folder for this process, until the lock is closed or the process ends in whatever way.
     *
     * @throws FarmException with CONFLICT when another farm has it, UNAVAILABLE when it cannot be written
     */
    public FolderLock lock() {
        Path file = root.resolve("farm.lock");
        try {
            Files.createDirectories(
                    root, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            FileLock lock = tryLock(channel);
            if (lock == null) {
                String holder = Files.readString(file).strip();
                channel.close();
                throw new FarmException(
                        ErrorCode.CONFLICT,
                        "another farm (process " + holder + ") uses the folder " + root
                                + "; stop it, or choose another folder with --data");
            }
            channel.truncate(0);
            channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(StandardCharsets.US_ASCII)));
            return new FolderLock(channel);
        } catch (IOException e) {
            throw new FarmException(
                    ErrorCode.UNAVAILABLE, "cannot write to the data folder " + root + ": " + e.getMessage(), e);
        }
    }

    /** Writes a file that only its owner can read, whole or not at all. */
    public static void writePrivately(Path file, String text) throws IOException {
        Path fresh = Files.createTempFile(
                file.getParent(),
                file.getFileName().toString(),
                ".new",
                PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (FileChannel channel = FileChannel.open(fresh, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.UTF_8)));
            channel.force(true);
        }
        Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }

    private static FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null;
        }
    }

    /** The right to the folder. */
    public record FolderLock(FileChannel channel) implements AutoCloseable {
        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
