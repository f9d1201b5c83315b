package farm.tilth.cli.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;

/**
 * The embedded PostgreSQL of a data folder. It belongs to the coordinator, which stops it; one that was killed leaves
 * it running, and the next coordinator adopts it or {@link #stop} ends it.
 */
public final class Postmaster {
    private static final String PID_FILE = "postmaster.pid";
    private static final int DEPTH = 4;

    private Postmaster() {}

    /** The running PostgreSQL of the folder, if any. */
    public static Optional<ProcessHandle> find(Path data) throws IOException {
        Path postgres = data.resolve("postgres");
        if (!Files.isDirectory(postgres)) {
            return Optional.empty();
        }
        List<Path> pidFiles;
        try (Stream<Path> files = Files.find(postgres, DEPTH, (file, attributes) -> file.getFileName()
                .toString()
                .equals(PID_FILE))) {
            pidFiles = files.toList();
        }
        return pidFiles.stream().flatMap(file -> owner(file).stream()).findFirst();
    }

    /** The process that a PID file names, unless its number belongs to another program by now. */
    private static Optional<ProcessHandle> owner(Path pidFile) {
        try {
            List<String> lines = Files.readAllLines(pidFile);
            long pid = Long.parseLong(lines.getFirst().strip());
            return ProcessHandle.of(pid).filter(ProcessHandle::isAlive).filter(Postmaster::isPostgres);
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    private static boolean isPostgres(ProcessHandle process) {
        return process.info().command().orElse("").endsWith("postgres");
    }

    /** Ends it and waits for its end; kills it after {@code patience}. */
    static void stop(Path data, Duration patience) throws IOException {
        Optional<ProcessHandle> running = find(data);
        if (running.isEmpty()) {
            return;
        }
        ProcessHandle process = running.get();
        process.destroy();
        try {
            process.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException | ExecutionException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
