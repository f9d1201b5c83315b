package farm.tilth.cli.process;

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
import java.nio.file.StandardOpenOption;

/**
 * The right to a farm's data folder. The operating system holds it, so that it ends with this process, however
 * that ends; the file says which process it is, and stays. The right would also end if this process closed another
 * channel to the file: nothing here opens one while it holds it.
 *
 * @param channel to the locked file
 */
record DataFolder(FileChannel channel) implements AutoCloseable {
    private static final String LOCK_FILE = "up.lock";

    /**
     * Makes the folder when it is not there.
     *
     * @throws FarmException with CONFLICT when another farm has the folder
     */
    static DataFolder lock(Path folder) {
        Path file = folder.resolve(LOCK_FILE);
        try {
            Files.createDirectories(folder);
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (tryLock(channel)) {
                String owner = "process " + ProcessHandle.current().pid();
                channel.truncate(0);
                channel.write(ByteBuffer.wrap(owner.getBytes(StandardCharsets.UTF_8)));
                return new DataFolder(channel);
            }
            String other = Files.readString(file);
            channel.close();
            throw new FarmException(
                    ErrorCode.CONFLICT,
                    folder + " is in use by another farm (" + other + "); stop that one, or choose another folder "
                            + "with --data");
        } catch (IOException e) {
            throw new FarmException(
                    ErrorCode.UNAVAILABLE,
                    "the data folder " + folder + " cannot be used (" + e + "); choose another with --data",
                    e);
        }
    }

    private static boolean tryLock(FileChannel channel) throws IOException {
        try {
            FileLock lock = channel.tryLock();
            return lock != null;
        } catch (OverlappingFileLockException e) {
            return false;
        }
    }

    @Override
    public void close() throws IOException {
        try (channel) {
            channel.truncate(0);
        }
    }
}
