package farm.tilth.api.lease;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jboss.logging.Logger;

/**
 * Does a step of work over and over on a virtual thread of its own: again at once while there is more of it, else when
 * it is woken or the time is up. A step that fails is tried again after the time, for all its state is in the database.
 */
public final class Repeating implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(Repeating.class);

    /** Something of which there may be more to do. */
    @FunctionalInterface
    public interface Step {
        /** Does some of it; true when there may be more at once. */
        boolean run() throws InterruptedException;
    }

    private final String name;
    private final Duration atLeastEvery;
    private final Step step;
    private final Semaphore wakes = new Semaphore(0);
    private final Thread thread;
    private volatile boolean closed;

    private Repeating(String name, Duration atLeastEvery, Step step) {
        this.name = name;
        this.atLeastEvery = atLeastEvery;
        this.step = step;
        this.thread = Thread.ofVirtual().name(name).unstarted(this::loop);
    }

    /** Starts the thread; the first step comes at once. */
    public static Repeating start(String name, Duration atLeastEvery, Step step) {
        Repeating repeating = new Repeating(name, atLeastEvery, step);
        repeating.thread.start();
        return repeating;
    }

    /** There may be something to do. Cheap, and never blocks. */
    public void wake() {
        if (wakes.availablePermits() == 0) {
            wakes.release();
        }
    }

    private void loop() {
        while (!closed) {
            try {
                if (!runStep()) {
                    wakes.tryAcquire(atLeastEvery.toMillis(), TimeUnit.MILLISECONDS);
                    wakes.drainPermits();
                }
            } catch (InterruptedException e) {
                closed = true;
            }
        }
    }

    private boolean runStep() throws InterruptedException {
        try {
            return step.run();
        } catch (RuntimeException e) {
            if (!closed) {
                LOG.warnf("%s failed, it is tried again in %s: %s", name, atLeastEvery, e);
                LOG.debug(name, e);
            }
            return false;
        }
    }

    /** Ends after the step in hand. */
    @Override
    public void close() {
        closed = true;
        wake();
        try {
            if (!thread.join(Duration.ofSeconds(5))) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
