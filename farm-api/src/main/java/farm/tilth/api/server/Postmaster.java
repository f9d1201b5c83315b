package farm.tilth.api.server;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A running PostgreSQL server process of one data folder, this program's child or an orphan of an earlier one.
 * What it knows comes from {@code postmaster.pid} and from /proc.
 */
record Postmaster(long pid, int port, Path folder) {
    private static final Path PROC = Path.of("/proc");
    private static final int PORT_LINE = 3;

    /** The server that runs on this data folder; empty when the file is stale or there is none. */
    static Optional<Postmaster> of(Path folder) throws IOException {
        Optional<Postmaster> named = named(folder);
        return named.filter(Postmaster::isAlive);
    }

    /** What postmaster.pid says, whether or not it is true. */
    private static Optional<Postmaster> named(Path folder) throws IOException {
        try {
            List<String> lines = Files.readAllLines(folder.resolve("postmaster.pid"));
            if (lines.size() <= PORT_LINE) {
                return Optional.empty();
            }
            return Optional.of(new Postmaster(
                    Long.parseLong(lines.getFirst().strip()),
                    Integer.parseInt(lines.get(PORT_LINE).strip()),
                    folder.toRealPath()));
        } catch (NoSuchFileException | NumberFormatException e) {
            return Optional.empty();
        }
    }

    /** Whether the process lives and is still this folder's server, not another one that got its number. */
    boolean isAlive() {
        return worksIn(PROC.resolve(Long.toString(pid)), folder);
    }

    /** Every process that works on the data folder: a server's children outlive its death by moments. */
    static List<Long> processesOn(Path folder) throws IOException {
        Path real = folder.toRealPath();
        try (Stream<Path> all = Files.list(PROC)) {
            return all.filter(entry -> entry.getFileName().toString().chars().allMatch(Character::isDigit))
                    .filter(entry -> worksIn(entry, real))
                    .map(entry -> Long.parseLong(entry.getFileName().toString()))
                    .toList();
        }
    }

    private static boolean worksIn(Path process, Path folder) {
        try {
            return Files.readSymbolicLink(process.resolve("cwd")).equals(folder)
                    && Files.readSymbolicLink(process.resolve("exe")).endsWith("postgres");
        } catch (IOException e) {
            return false; // ended, a zombie, or somebody else's
        }
    }
}
