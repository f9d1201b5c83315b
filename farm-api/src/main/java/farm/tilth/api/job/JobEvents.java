package farm.tilth.api.job;

import farm.tilth.api.lease.TaskChange;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.JobId;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Passes the news of this replica's jobs on to those who follow them. News of jobs that nobody follows costs nothing. */
@ApplicationScoped
class JobEvents {
    private final JobConfig config;
    private final Map<JobId, List<Follower>> followers = new ConcurrentHashMap<>();
    private final AtomicInteger count = new AtomicInteger();

    JobEvents(JobConfig config) {
        this.config = config;
    }

    /**
     * Begins to follow a job.
     *
     * @throws FarmException with TOO_MANY_REQUESTS when too many follow jobs here
     */
    Follower follow(JobId job) {
        if (count.incrementAndGet() > config.maxFollowers()) {
            count.decrementAndGet();
            throw new FarmException(
                    ErrorCode.TOO_MANY_REQUESTS,
                    config.maxFollowers() + " events streams are open; ask for the job itself from time to time");
        }
        Follower follower = new Follower(job, config.maxPendingChanges());
        followers.computeIfAbsent(job, id -> new CopyOnWriteArrayList<>()).add(follower);
        return follower;
    }

    void leave(Follower follower) {
        followers.computeIfPresent(follower.job(), (job, all) -> {
            if (all.remove(follower)) {
                count.decrementAndGet();
            }
            return all.isEmpty() ? null : all;
        });
    }

    void changed(TaskChange change) {
        List<Follower> interested = followers.get(change.task().job());
        if (interested != null) {
            interested.forEach(follower -> follower.add(change.task().index()));
        }
    }

    void changed(JobId job) {
        List<Follower> interested = followers.get(job);
        if (interested != null) {
            interested.forEach(Follower::wake);
        }
    }
}
