package farm.tilth.api.upload;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Optional;

/** A piece of an upload on its way from the network to its place in the file. */
record Chunk(Path file, long offset, long totalBytes, long maxBytes) {
    private static final int BUFFER_BYTES = 1 << 18;

    /**
     * What came of it.
     *
     * @param bytes that are on the disk now
     * @param problem why there are not more
     */
    record Received(long bytes, Optional<FarmException> problem) {}

    /** Writes what arrives, and waits until it is on the disk, also when the connection breaks in the middle. */
    Received receive(InputStream body) throws IOException {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            channel.position(offset);
            Received received = copy(body, channel);
            channel.force(true);
            return received;
        } catch (IOException e) {
            throw DiskSpace.explained(e);
        }
    }

    private Received copy(InputStream body, FileChannel channel) throws IOException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long bytes = 0;
        while (true) {
            int n;
            try {
                n = body.read(buffer);
            } catch (IOException e) {
                return new Received(bytes, Optional.of(broken(e)));
            }
            if (n < 0) {
                return new Received(bytes, Optional.empty());
            }
            if (offset + bytes + n > totalBytes || bytes + n > maxBytes) {
                return new Received(0, Optional.of(tooLong()));
            }
            FolderBlobs.writeFully(channel, ByteBuffer.wrap(buffer, 0, n));
            bytes += n;
        }
    }

    private FarmException broken(IOException cause) {
        return new FarmException(
                ErrorCode.INVALID_REQUEST,
                "the connection broke in the middle of a chunk; go on where it stands",
                cause);
    }

    private FarmException tooLong() {
        return new FarmException(
                ErrorCode.TOO_LARGE,
                "the chunk is longer than the " + Math.min(maxBytes, totalBytes - offset)
                        + " bytes that may come here; nothing of it was kept");
    }
}
