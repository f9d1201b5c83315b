package farm.tilth.render.cuda;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** The compilers of this machine, for tests that build the kernel in other ways than the product does. */
public final class Toolchain {
    /** The contract's flags for g++. */
    public static final List<String> EXACT =
            List.of("-std=c++17", "-ffp-contract=off", "-fno-fast-math", "-fno-math-errno");

    private static final Path MODULE = Path.of(System.getProperty("basedir", "."));
    private static final long LIMIT_MINUTES = 5;

    private Toolchain() {}

    public static Path kernelSources() {
        return MODULE.resolve("src/main/cuda");
    }

    public static Path testSources() {
        return MODULE.resolve("src/test/cuda");
    }

    /** A program on the PATH, or empty. */
    public static Optional<Path> find(String program) {
        return Arrays.stream(System.getenv("PATH").split(File.pathSeparator))
                .map(folder -> Path.of(folder, program))
                .filter(Files::isExecutable)
                .findFirst();
    }

    /** Compiles a C++ program of the test sources. */
    public static Path compile(Path folder, String source, List<String> flags)
            throws IOException, InterruptedException {
        Path program = Files.createTempFile(folder, source, ".bin");
        List<String> command = new ArrayList<>(List.of("g++"));
        command.addAll(EXACT);
        command.addAll(flags);
        command.addAll(List.of(
                "-I" + kernelSources(),
                "-I" + testSources(),
                testSources().resolve(source).toString(),
                "-o",
                program.toString()));
        run(command);
        return program;
    }

    /** Runs a command to its end; returns what it printed. */
    public static String run(List<String> command) throws IOException, InterruptedException {
        Path output = Files.createTempFile("tilth-tool", ".txt");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile())
                    .start();
            if (!process.waitFor(LIMIT_MINUTES, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                throw new IOException(command + " did not end in " + LIMIT_MINUTES + " minutes");
            }
            String text = Files.readString(output);
            if (process.exitValue() != 0) {
                throw new IOException(command + " ended with " + process.exitValue() + ":\n" + text);
            }
            return text;
        } finally {
            Files.deleteIfExists(output);
        }
    }
}
