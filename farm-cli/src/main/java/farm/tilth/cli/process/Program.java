package farm.tilth.cli.process;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;

/**
 * How one process is started.
 *
 * @param name for messages and for its log: "render-1"
 * @param environment added to this process's own
 * @param log receives its output; the log of an earlier run is kept beside it when it has grown long
 */
public record Program(String name, List<String> command, Map<String, String> environment, Path log) {
    /** The exit code of a farm's program that will not start however often it is tried. */
    static final int REFUSED = 2;

    private static final long LONG_LOG_BYTES = 8 << 20;
    private static final int TAIL_BYTES = 1 << 13;

    public Program {
        command = List.copyOf(command);
        environment = Map.copyOf(environment);
    }

    /** Starts it in the folder of its log, where a crash leaves its report too. Its standard input is a pipe that this process holds: its end tells the child that we are gone. */
    Process start() throws IOException {
        Files.createDirectories(log.toAbsolutePath().getParent());
        if (Files.exists(log) && Files.size(log) > LONG_LOG_BYTES) {
            Files.move(log, log.resolveSibling(log.getFileName() + ".1"), StandardCopyOption.REPLACE_EXISTING);
        }
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(log.toAbsolutePath().getParent().toFile())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        builder.environment().putAll(environment);
        return builder.start();
    }

    /** The last lines of the log. */
    String logTail() {
        try (RandomAccessFile file = new RandomAccessFile(log.toFile(), "r")) {
            long start = Math.max(0, file.length() - TAIL_BYTES);
            byte[] tail = new byte[(int) (file.length() - start)];
            file.seek(start);
            file.readFully(tail);
            return new String(tail, StandardCharsets.UTF_8).strip();
        } catch (IOException e) {
            return "(there is no log: " + e.getMessage() + ")";
        }
    }

    FarmException failure(String what) {
        return new FarmException(
                ErrorCode.UNAVAILABLE, name + " " + what + ". The end of its log, " + log + ":\n" + logTail());
    }
}
