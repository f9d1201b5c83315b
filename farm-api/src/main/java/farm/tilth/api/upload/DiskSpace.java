package farm.tilth.api.upload;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Refuses content before it fills the disk on which PostgreSQL writes too. */
final class DiskSpace {
    private DiskSpace() {}

    /**
     * Checks that there is room.
     *
     * @param bytes that are about to be written
     * @param reserve that stay free
     * @throws FarmException with OUT_OF_RESOURCES when there is not
     */
    static void require(Path folder, long bytes, long reserve) throws IOException {
        long free = Files.getFileStore(folder).getUsableSpace();
        if (free - reserve < bytes) {
            throw full(null);
        }
    }

    /** The same refusal when the disk turned out to be full while it was written; else the exception itself. */
    static IOException explained(IOException e) {
        String message = e.getMessage() == null ? "" : e.getMessage();
        if (message.contains("No space left") || message.contains("Disk quota")) {
            throw full(e);
        }
        return e;
    }

    private static FarmException full(IOException cause) {
        return new FarmException(
                ErrorCode.OUT_OF_RESOURCES,
                "the farm's disk is full; nothing was lost: go on when its operator has made room",
                cause);
    }
}
