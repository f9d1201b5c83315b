package farm.tilth.api.lease;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.result.Commitment;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.task.TaskState;
import farm.tilth.protocol.wire.FarmMessage;
import farm.tilth.protocol.wire.HeldLease;
import farm.tilth.protocol.wire.ReportOutcome;
import farm.tilth.protocol.wire.Revocation;
import farm.tilth.protocol.wire.TaskFailure;
import farm.tilth.protocol.wire.TaskReport;
import farm.tilth.verifier.commitment.CommitmentCheck;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;

/** Takes what a welcomed worker says about its leases. Blocks; called by the link's virtual thread alone. */
@ApplicationScoped
class WorkDesk {
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_REASON = 1000;
    private static final String LEASE_LOST = "the task's lease is over; discard the result";

    private final TaskQueue queue;
    private final TaskNews news;

    WorkDesk(TaskQueue queue, TaskNews news) {
        this.queue = queue;
        this.news = news;
    }

    /** A heartbeat, or what a worker that comes back says it holds: extends what is its own, and revokes the rest. */
    void renew(Link link, List<HeldLease> leases) {
        List<HeldTask> held = leases.stream()
                .map(l -> new HeldTask(TaskId.parse(l.getTaskId()), l.getFence()))
                .toList();
        Set<HeldTask> renewed = await(queue.renew(link.session().worker(), held));
        List<HeldTask> lost =
                held.stream().filter(task -> !renewed.contains(task)).toList();
        revoke(link, lost, "the lease is over");
    }

    /** Records results, and answers each. */
    void report(Link link, List<TaskReport> received) {
        Digest worker = link.session().worker();
        List<Report> valid = new ArrayList<>();
        for (TaskReport message : received) {
            Report report = read(message);
            if (CommitmentCheck.signed(report.commitment(), link.publicKey(), report.signature())) {
                valid.add(report);
            } else {
                String reason = "the signature does not fit the commitment";
                link.send(outcome(report.held(), "REFUSED", reason));
                news.publish(await(queue.fail(worker, report.held(), false, reason)));
            }
        }
        Set<HeldTask> recorded = await(queue.report(worker, valid));
        news.publish(recorded.stream()
                .map(held -> new TaskChange(held.task(), TaskState.REPORTED))
                .toList());
        for (Report report : valid) {
            boolean known = recorded.contains(report.held());
            link.send(
                    outcome(report.held(), known ? "RECORDED" : ErrorCode.LEASE_LOST.name(), known ? "" : LEASE_LOST));
        }
    }

    /** The worker gives a task back. */
    void fail(Link link, TaskFailure failure) {
        HeldTask held = new HeldTask(TaskId.parse(failure.getTaskId()), failure.getFence());
        String reason = failure.getCode() + ": " + failure.getMessage();
        String clipped = reason.length() <= MAX_REASON ? reason : reason.substring(0, MAX_REASON) + "…";
        news.publish(await(queue.fail(link.session().worker(), held, failure.getPermanent(), clipped)));
    }

    /** Tells a worker to drop tasks. */
    static void revoke(Link link, Collection<HeldTask> lost, String reason) {
        if (!lost.isEmpty()) {
            Revocation.Builder revocation = Revocation.newBuilder().setReason(reason);
            lost.forEach(held -> revocation.addLeases(
                    HeldLease.newBuilder().setTaskId(held.task().toString()).setFence(held.fence())));
            link.send(FarmMessage.newBuilder().setRevocation(revocation).build());
        }
    }

    private static Report read(TaskReport message) {
        Commitment commitment = new Commitment(
                TaskId.parse(message.getTaskId()),
                message.getFence(),
                Digest.fromBytes(message.getCommitmentRoot().toByteArray()),
                Digest.fromBytes(message.getResultDigest().toByteArray()),
                message.getWorkUnits());
        return new Report(commitment, message.getSignature().toByteArray());
    }

    private static FarmMessage outcome(HeldTask held, String outcome, String message) {
        return FarmMessage.newBuilder()
                .setReportOutcome(ReportOutcome.newBuilder()
                        .setTaskId(held.task().toString())
                        .setFence(held.fence())
                        .setOutcome(outcome)
                        .setMessage(message))
                .build();
    }

    private static <T> T await(Uni<T> answer) {
        return answer.await().atMost(DATABASE_TIMEOUT);
    }
}
