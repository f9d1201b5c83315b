package farm.tilth.api;

import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Assertions;

/** Waits for what another thread or process brings about; never longer than a minute or two. */
public final class Await {
    private static final Duration LIMIT = Duration.ofSeconds(120);
    private static final long POLL_NANOS = TimeUnit.MILLISECONDS.toNanos(10);

    private Await() {}

    /** What is waited for; it may fail to be asked in the meantime. */
    public interface Condition {
        boolean holds() throws Exception;
    }

    /** Returns when it holds; fails the test with that word when it does not in time. */
    public static void until(String what, Condition condition) throws Exception {
        long deadline = System.nanoTime() + LIMIT.toNanos();
        while (!condition.holds()) {
            if (System.nanoTime() > deadline) {
                Assertions.fail("not in time: " + what);
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
    }
}
