package farm.tilth.api.lease;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.Lease;
import io.smallrye.mutiny.Uni;
import java.util.List;
import java.util.Set;

/**
 * The tasks of all jobs and their leases. Every change is one compare-and-set on state and fence, so that any number of
 * replicas and workers may race; who loses is told so by absence from the answer. Everything here is safe to repeat.
 */
public interface TaskQueue {
    /** Gives the worker tasks, the most overdue account first; possibly none. */
    Uni<List<Lease>> lease(LeaseRequest request);

    /** Extends the leases from now; the answer has those that the worker still holds. */
    Uni<Set<HeldTask>> renew(Digest worker, List<HeldTask> held);

    /** Records results; the answer has those whose lease was valid, or that were recorded before. */
    Uni<Set<HeldTask>> report(Digest worker, List<Report> reports);

    /**
     * Gives a lease back without a result.
     *
     * @param impossible the worker says that nobody can do it
     * @return the task's state now; empty when the lease was lost already
     */
    Uni<List<TaskChange>> fail(Digest worker, HeldTask held, boolean impossible, String reason);

    /** Returns tasks whose leases ran out to the queue, or fails those that had all their attempts. */
    Uni<List<TaskChange>> expire(int limit);

    /** Gives every lease a full time from now: after a restart, workers need a moment to come back. */
    Uni<Void> grace();

    /** Reported results count from now on; the answer has those that were REPORTED at that fence. */
    Uni<Set<HeldTask>> accept(List<HeldTask> reported);

    /** Reported results are worth nothing: their tasks return to the queue, or fail after the last attempt. */
    Uni<List<TaskChange>> reject(List<HeldTask> reported, String reason);

    /** Takes everything unfinished of a job out of the queue; the answer has the leases that were cut short. */
    Uni<List<Revoked>> cancel(JobId job);

    /** Takes all leases from a worker that was found at fault. */
    Uni<List<HeldTask>> release(Digest worker, String reason);

    /** Those of the skills for which a task waits. */
    Uni<Set<Skill>> waiting(Set<Skill> skills);

    /** About how many work units wait for a skill; counts no more than {@code limit} tasks. */
    Uni<Long> backlog(Skill skill, int limit);

    /** A lease that was cut short, and whose it was. */
    record Revoked(Digest worker, HeldTask held) {}
}
