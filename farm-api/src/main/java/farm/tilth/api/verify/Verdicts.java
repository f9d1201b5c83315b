package farm.tilth.api.verify;

import farm.tilth.api.lease.HeldTask;
import farm.tilth.api.lease.OpenLinks;
import farm.tilth.api.lease.TaskChange;
import farm.tilth.api.lease.TaskNews;
import farm.tilth.api.lease.TaskQueue;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.task.TaskState;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/** Carries decisions out: the task's state, the evidence, the worker's standing, and the news of it. Blocks. */
@ApplicationScoped
class Verdicts {
    private static final Logger LOG = Logger.getLogger(Verdicts.class);
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);

    private final PostgresAudits audits;
    private final TaskQueue queue;
    private final TaskNews news;
    private final OpenLinks links;

    Verdicts(PostgresAudits audits, TaskQueue queue, TaskNews news, OpenLinks links) {
        this.audits = audits;
        this.queue = queue;
        this.news = news;
        this.links = links;
    }

    /** A task was added to this one's job. */
    void queued(TaskId task) {
        news.publish(List.of(new TaskChange(task, TaskState.REPORTED), new TaskChange(task, TaskState.QUEUED)));
    }

    void accept(ReportedTask task) {
        List<TaskChange> accepted = new ArrayList<>();
        await(queue.accept(List.of(task.held())))
                .forEach(held -> accepted.add(new TaskChange(held.task(), TaskState.ACCEPTED)));
        news.publish(accepted);
    }

    void pass(OpenAudit audit, ReportedTask auditor) {
        if (await(audits.pass(audit, auditor))) {
            news.publish(List.of(new TaskChange(audit.audited().task(), TaskState.ACCEPTED)));
        }
    }

    /** The task returns to the queue; nobody is to blame. */
    void reject(ReportedTask task, String reason) {
        LOG.infof("rejected %s: %s", task.commitment().task(), reason);
        news.publish(await(queue.reject(List.of(task.held()), reason)));
    }

    /** The result contradicts its own commitment. */
    void fault(ReportedTask task, String reason, String detail) {
        await(audits.fault(new PostgresAudits.Evidence(task, reason, detail, Optional.empty())));
        punish(task, reason + ": " + detail);
    }

    /** The recomputed block is another one. The order makes it safe to begin again after a crash in between. */
    void fault(OpenAudit audit, ReportedTask auditor, String reason, String detail) {
        PostgresAudits.Evidence evidence =
                new PostgresAudits.Evidence(audit.claim(), reason, detail, Optional.of(auditor));
        await(audits.fault(evidence));
        punish(audit.claim(), reason + ": " + detail);
        await(audits.fail(audit, auditor));
    }

    private void punish(ReportedTask task, String finding) {
        Digest worker = task.worker();
        String reason = "the result of worker " + worker + " was rejected, " + finding;
        LOG.warnf("task %s: %s", task.commitment().task(), reason);
        links.expel(worker, reason + "; the farm's operator can clear it");
        List<TaskChange> changes = new ArrayList<>(await(queue.reject(List.of(task.held()), reason)));
        for (HeldTask released : await(queue.release(worker, "its worker was found at fault"))) {
            changes.add(new TaskChange(released.task(), TaskState.QUEUED));
        }
        news.publish(changes);
    }

    private static <T> T await(Uni<T> answer) {
        return answer.await().atMost(DATABASE_TIMEOUT);
    }
}
