package farm.tilth.api.server;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * PostgreSQL's own programs as commands. They refuse to run as root; root therefore runs them in a user namespace of
 * their own, in which it has no name and no privilege.
 */
final class PostgresPrograms {
    private static final long LIMIT_SECONDS = 120;
    private static final int MESSAGE_CHARS = 2000;

    private final Path home;
    private final List<String> prefix;

    PostgresPrograms(Path home) throws IOException {
        this.home = home;
        this.prefix = prefix();
    }

    /** Starts a program in a session of its own, so that a terminal's Ctrl-C does not reach it; output to a file. */
    Process start(Path log, String program, List<String> arguments) throws IOException {
        return builder(program, arguments)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
    }

    /** Runs a program to its end. */
    void run(Path log, String program, List<String> arguments) throws IOException {
        Process process = start(log, program, arguments);
        try {
            if (!process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new IOException(program + " did not end within " + LIMIT_SECONDS + " s; see " + log);
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
            throw new IOException(program + " was interrupted", e);
        }
        if (process.exitValue() != 0) {
            throw new IOException(program + " failed: " + tail(log));
        }
    }

    /** The last lines of a log, for a message. */
    static String tail(Path log) throws IOException {
        String text = new String(Files.readAllBytes(log), StandardCharsets.UTF_8).strip();
        return text.substring(Math.max(0, text.length() - MESSAGE_CHARS));
    }

    private ProcessBuilder builder(String program, List<String> arguments) {
        List<String> command = new ArrayList<>(prefix);
        command.add(home.resolve("bin").resolve(program).toString());
        command.addAll(arguments);
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true);
        builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
        builder.environment().put("LC_ALL", "C");
        builder.environment().put("TZ", "UTC");
        return builder;
    }

    private static List<String> prefix() throws IOException {
        List<String> prefix = new ArrayList<>();
        if (succeeds("setsid", "true")) {
            prefix.add("setsid");
        }
        if ("root".equals(System.getProperty("user.name"))) {
            if (!succeeds("unshare", "-U", "true")) {
                throw new FarmException(
                        ErrorCode.UNAVAILABLE,
                        "PostgreSQL does not run as root, and this machine does not let root make a user namespace"
                                + " (unshare -U); start the farm as another user, or set TILTH_DATABASE_URL");
            }
            prefix.addAll(List.of("unshare", "-U"));
        }
        return prefix;
    }

    private static boolean succeeds(String... command) {
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false; // the program is not installed
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
