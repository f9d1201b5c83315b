package farm.tilth.cli.process;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A child that speaks on this process's own output and does not outlive it. */
public final class ForegroundProcess {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    private ForegroundProcess() {}

    /**
     * Runs it to its end; returns its exit code.
     *
     * @param output where its standard output goes
     */
    public static int run(List<String> command, Map<String, String> environment, ProcessBuilder.Redirect output)
            throws InterruptedException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectOutput(output).redirectError(ProcessBuilder.Redirect.INHERIT);
        builder.environment().putAll(environment);
        Process process;
        try {
            process = builder.start();
        } catch (IOException e) {
            throw new FarmException(
                    ErrorCode.UNAVAILABLE, command.getFirst() + " could not be started: " + e.getMessage(), e);
        }
        Thread hook = new Thread(() -> end(process), "stop-child");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            return process.waitFor();
        } finally {
            end(process);
        }
    }

    private static void end(Process process) {
        process.destroy();
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            process.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
