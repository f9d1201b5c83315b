package farm.tilth.api.job;

import farm.tilth.protocol.task.JobId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** What changed of a job since its follower looked last. A task that changed twice in between is told of once. */
final class Follower {
    private final JobId job;
    private final int maxPending;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition news = lock.newCondition();
    private final LinkedHashSet<Integer> tasks = new LinkedHashSet<>();
    private boolean woken;
    private boolean overflown;

    Follower(JobId job, int maxPending) {
        this.job = job;
        this.maxPending = maxPending;
    }

    JobId job() {
        return job;
    }

    void add(int task) {
        lock.lock();
        try {
            overflown |= tasks.size() >= maxPending && !tasks.contains(task);
            if (!overflown) {
                tasks.add(task);
            }
            woken = true;
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    void wake() {
        lock.lock();
        try {
            woken = true;
            news.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Whether more changed than is kept: the follower must begin anew. */
    boolean isOverflown() {
        return overflown;
    }

    /** Waits for news, not longer than the timeout; false when there was none. */
    boolean await(Duration timeout) throws InterruptedException {
        lock.lock();
        try {
            long nanos = timeout.toNanos();
            while (!woken && nanos > 0) {
                nanos = news.awaitNanos(nanos);
            }
            boolean heard = woken;
            woken = false;
            return heard;
        } finally {
            lock.unlock();
        }
    }

    /** The tasks that changed, once. */
    List<Integer> take() {
        lock.lock();
        try {
            List<Integer> changed = new ArrayList<>(tasks);
            tasks.clear();
            return changed;
        } finally {
            lock.unlock();
        }
    }
}
