package farm.tilth.api.job;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.function.Supplier;

/** Looks again and again, for a bounded time. */
public final class Await {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration PAUSE = Duration.ofMillis(20);

    private Await() {}

    /** The first value that will do; fails with the last one when none comes in time. */
    public static <T> T until(Supplier<T> look, Predicate<T> good) {
        long end = System.nanoTime() + PATIENCE.toNanos();
        T value = look.get();
        while (!good.test(value)) {
            if (System.nanoTime() > end) {
                throw new AssertionError("not in " + PATIENCE + "; the last was " + value);
            }
            LockSupport.parkNanos(PAUSE.toNanos());
            value = look.get();
        }
        return value;
    }
}
