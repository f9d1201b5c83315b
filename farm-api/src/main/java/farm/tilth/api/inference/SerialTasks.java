package farm.tilth.api.inference;

import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * Runs tasks one after the other, in their order, on the thread that brings one while none is under way. State that only
 * these tasks touch needs no lock, and nobody waits for another thread to wake up. A task may bring others, which follow
 * it, and must not block. Thread-safe.
 */
final class SerialTasks implements Executor {
    private static final Logger LOG = Logger.getLogger(SerialTasks.class);

    private final Queue<Runnable> waiting = new ConcurrentLinkedQueue<>();
    private final AtomicInteger open = new AtomicInteger();

    @Override
    public void execute(Runnable task) {
        waiting.add(task);
        if (open.getAndIncrement() == 0) {
            do {
                run(waiting.remove());
            } while (open.decrementAndGet() > 0);
        }
    }

    /** Nothing that a task throws may end the turn: the tasks after it would wait for ever. */
    private static void run(Runnable task) {
        try {
            task.run();
        } catch (RuntimeException | Error e) {
            LOG.error("a task failed; those after it go on", e);
        }
    }
}
