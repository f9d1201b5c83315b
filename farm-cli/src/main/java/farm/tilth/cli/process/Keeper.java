package farm.tilth.cli.process;

import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** Keeps one program running: starts it again when it dies, until it is stopped or dies too often. Thread-safe. */
final class Keeper {
    private final Program program;
    private final RestartPolicy policy;
    private final ScheduledExecutorService timer;
    private final Consumer<String> notices;
    private final Consumer<FarmException> gaveUp;
    private Process process;
    private long startedNanos;
    private int deaths;
    private boolean stopped;

    Keeper(
            Program program,
            RestartPolicy policy,
            ScheduledExecutorService timer,
            Consumer<String> notices,
            Consumer<FarmException> gaveUp) {
        this.program = program;
        this.policy = policy;
        this.timer = timer;
        this.notices = notices;
        this.gaveUp = gaveUp;
    }

    synchronized void start() {
        if (stopped) {
            return;
        }
        try {
            process = program.start();
            startedNanos = System.nanoTime();
            process.onExit().thenAccept(this::died);
        } catch (IOException e) {
            gaveUp.accept(program.failure("could not be started: " + e.getMessage()));
        }
    }

    private synchronized void died(Process dead) {
        if (stopped || dead != process || timer.isShutdown()) {
            return;
        }
        if (dead.exitValue() == Program.REFUSED) {
            gaveUp.accept(program.failure("refused to start"));
            return;
        }
        boolean healthy =
                System.nanoTime() - startedNanos > policy.healthyAfter().toNanos();
        deaths = healthy ? 1 : deaths + 1;
        if (!policy.allows(deaths)) {
            gaveUp.accept(program.failure("died " + deaths + " times in a row"));
            return;
        }
        Duration pause = policy.pause(deaths);
        notices.accept(program.name() + " ended with " + dead.exitValue() + "; it starts again in " + pause.toMillis()
                + " ms");
        timer.schedule(this::start, pause.toMillis(), TimeUnit.MILLISECONDS);
    }

    Program program() {
        return program;
    }

    synchronized boolean isAlive() {
        return process != null && process.isAlive();
    }

    /** The process that runs at present, or ran last; −1 before the first. */
    synchronized long pid() {
        return process == null ? -1 : process.pid();
    }

    /** Whether it ended because its arguments or its folder do not allow a start. */
    synchronized boolean refused() {
        return process != null && !process.isAlive() && process.exitValue() == Program.REFUSED;
    }

    /** Asks the program to end; {@link #awaitEnd} completes it. It is not started again. */
    synchronized void stop() {
        stopped = true;
        if (process != null) {
            process.destroy();
        }
    }

    /** Waits for the end that {@link #stop} asked for, and kills the program when it takes longer than that. */
    void awaitEnd(Duration patience) {
        Process last;
        synchronized (this) {
            last = process;
        }
        if (last == null) {
            return;
        }
        try {
            if (!last.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                notices.accept(program.name() + " did not end within " + patience.toSeconds() + " s; killed");
                last.destroyForcibly().waitFor();
            }
        } catch (InterruptedException e) {
            last.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }
}
