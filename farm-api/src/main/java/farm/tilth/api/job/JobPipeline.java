package farm.tilth.api.job;

import farm.tilth.api.lease.Dispatcher;
import farm.tilth.api.lease.OpenLinks;
import farm.tilth.api.lease.TaskChange;
import farm.tilth.api.lease.TaskListener;
import farm.tilth.api.lease.TaskQueue;
import farm.tilth.api.pay.Payments;
import farm.tilth.api.upload.Blobs;
import farm.tilth.api.verify.Verification;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.TaskState;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * The flow, in its order: upload, split, lease, execute, verify, assemble, pay. Every step finds in the database what is
 * to be done, does it, and may be begun again at any point; so a farm that was killed goes on where it was. Blocks.
 */
@ApplicationScoped
public class JobPipeline implements TaskListener {
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(60);

    private final PostgresJobs jobs;
    private final Blobs blobs;
    private final TaskQueue queue;
    private final Dispatcher dispatcher;
    private final OpenLinks links;
    private final Verification verification;
    private final Assembly assembly;
    private final Payments payments;
    private final JobSteps steps;
    private final JobEvents events;

    JobPipeline(
            PostgresJobs jobs,
            Blobs blobs,
            TaskQueue queue,
            Dispatcher dispatcher,
            OpenLinks links,
            Verification verification,
            Assembly assembly,
            Payments payments,
            JobSteps steps,
            JobEvents events) {
        this.jobs = jobs;
        this.blobs = blobs;
        this.queue = queue;
        this.dispatcher = dispatcher;
        this.links = links;
        this.verification = verification;
        this.assembly = assembly;
        this.payments = payments;
        this.steps = steps;
        this.events = events;
    }

    /**
     * 1. The plan becomes a blob, the order a job, and its ceiling is taken into escrow.
     *
     * @return false when the idempotency key is taken; nothing was done then
     * @throws FarmException with INSUFFICIENT_FUNDS; nothing remains then
     */
    boolean upload(PostgresJobs.NewJob job) {
        try {
            blobs.put(job.order().planText().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        if (!await(jobs.insert(job))) {
            return false;
        }
        try {
            payments.hold(job.id(), job.account(), job.held());
        } catch (FarmException e) {
            await(jobs.discard(job.id()));
            throw e;
        }
        await(jobs.funded(job.id()));
        steps.look(job.id());
        return true;
    }

    /** 2. The order becomes tasks, all at once. */
    void split(Job job) {
        if (await(jobs.split(job.id(), job.order().tasks(job.id()), job.order().frames()))) {
            events.changed(job.id());
            lease();
        }
    }

    /** 3. Workers that wait are told that there is work; they get it through {@code lease.WorkGrants}. */
    void lease() {
        dispatcher.wake();
    }

    /** 4. Workers execute; here is heard what became of their tasks. */
    void execute(List<TaskChange> changes) {
        boolean reported = false;
        boolean accepted = false;
        for (TaskChange change : changes) {
            events.changed(change);
            reported |= change.state() == TaskState.REPORTED;
            accepted |= change.state() == TaskState.ACCEPTED;
            if (change.state().isFinal()) {
                steps.look(change.task().job());
            }
        }
        if (reported) {
            steps.wakeVerify();
        }
        if (accepted) {
            steps.wakePay();
        }
    }

    @Override
    public void changed(List<TaskChange> changes) {
        execute(changes);
    }

    /** 5. Reported results are checked, challenged, and decided about. True when there may be more. */
    boolean verify() throws InterruptedException {
        return verification.step();
    }

    /** 6. Frames whose tiles are all accepted are put together; a job that has all its files, or cannot, ends. */
    void assemble(Job job) {
        Optional<Assembly.Ending> ending = assembly.advance(job);
        ending.ifPresent(end -> {
            await(jobs.end(job.id(), end.state(), end.failure()));
            pay(job);
        });
        events.changed(job.id());
    }

    /** 7. Accepted tasks are paid. True when there may be more. */
    boolean pay() {
        return payments.step();
    }

    /** 7. A job that ends pays what it owes; what is left goes back, and then it is over. */
    void pay(Job job) {
        links.revoke(await(queue.cancel(job.id())), "the job is over");
        await(jobs.finish(job.id(), payments.settle(job.id(), job.account())));
        events.changed(job.id());
    }

    /** Calls the job off; false when it was over already. */
    boolean cancel(Job job) {
        boolean decided = await(jobs.end(job.id(), JobState.CANCELED, Optional.empty()));
        if (decided) {
            pay(job);
        }
        return decided;
    }

    /** Does what the job needs next, wherever it was left. */
    void advance(JobId id) {
        Optional<Job> found = await(jobs.find(id));
        if (found.isEmpty() || found.get().state().isFinal()) {
            return;
        }
        Job job = found.get();
        if (!job.funded()) {
            resume(job);
        } else if (job.ending().isPresent()) {
            pay(job);
        } else if (!job.split()) {
            split(job);
        } else {
            assemble(job);
        }
    }

    /** The farm died between order and escrow: the job goes on if its price was taken, else it never was. */
    private void resume(Job job) {
        if (payments.isHeld(job.id())) {
            await(jobs.funded(job.id()));
            steps.look(job.id());
        } else if (steps.isOld(job.createdAt())) {
            await(jobs.discard(job.id()));
        }
    }

    private static <T> T await(Uni<T> answer) {
        return answer.await().atMost(DATABASE_TIMEOUT);
    }
}
