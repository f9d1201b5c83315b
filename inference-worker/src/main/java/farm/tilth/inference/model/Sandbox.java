package farm.tilth.inference.model;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A process for what a stranger sent: with bubblewrap it has no network, sees the machine's files read-only, writes one
 * folder and dies with its parent; without, it is a process like any other. Memory and time are limited by prlimit
 * where that is there.
 */
final class Sandbox {
    private static final int PROBE_SECONDS = 10;

    private final boolean isolated;
    private final boolean limited;

    private Sandbox(boolean isolated, boolean limited) {
        this.isolated = isolated;
        this.limited = limited;
    }

    /** Looks for what there is on this machine. */
    static Sandbox find() throws InterruptedException {
        return new Sandbox(
                works(List.of("bwrap", "--unshare-all", "--ro-bind", "/", "/", "true")),
                works(List.of("prlimit", "--as=1000000000", "true")));
    }

    private static boolean works(List<String> command) throws InterruptedException {
        try {
            Process probe = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (probe.waitFor(PROBE_SECONDS, TimeUnit.SECONDS)) {
                return probe.exitValue() == 0;
            }
            probe.destroyForcibly();
            return false;
        } catch (IOException absent) {
            return false;
        }
    }

    /** What the process is kept from, for people. */
    String notice() {
        String limits = limited ? "limited memory and time" : "limited time";
        return isolated
                ? "its own process: no network, read-only files, " + limits
                : "its own process: " + limits
                        + "; install bubblewrap on the trusted worker to keep it from network and" + " files";
    }

    /** The command that runs {@code command} inside, which may write {@code folder} alone. */
    List<String> command(Path folder, long memoryBytes, long seconds, List<String> command) {
        List<String> whole = new ArrayList<>();
        if (isolated) {
            String writable = folder.toAbsolutePath().toString();
            whole.addAll(List.of("bwrap", "--unshare-all", "--die-with-parent", "--new-session"));
            whole.addAll(List.of("--ro-bind", "/", "/", "--dev", "/dev", "--proc", "/proc"));
            whole.addAll(List.of("--bind", writable, writable, "--chdir", writable));
        }
        if (limited) {
            whole.addAll(List.of("prlimit", "--as=" + memoryBytes, "--cpu=" + seconds, "--core=0"));
        }
        whole.addAll(command);
        return whole;
    }

    /** Runs it to its end, or kills it after {@code seconds}; -1 then. */
    static int run(List<String> command, Path log, long seconds) throws IOException, InterruptedException {
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .redirectInput(Files.createFile(log.resolveSibling("nothing")).toFile())
                .start();
        try {
            return process.waitFor(seconds, TimeUnit.SECONDS) ? process.exitValue() : -1;
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }
}
