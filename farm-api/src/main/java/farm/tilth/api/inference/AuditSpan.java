package farm.tilth.api.inference;

import farm.tilth.api.lease.WorkerSession;
import farm.tilth.protocol.Digest;
import java.util.ArrayList;
import java.util.List;

/** Answers of one worker and one model that share an audit and are paid together. For one thread. */
final class AuditSpan {
    private final WorkerSession worker;
    private final long expiresAtNanos;
    private final List<CallCharges.Work> works = new ArrayList<>();
    private final List<AnsweredCall> calls = new ArrayList<>();
    private int batches;
    private long rows;
    private long bytes;

    AuditSpan(WorkerSession worker, long expiresAtNanos) {
        this.worker = worker;
        this.expiresAtNanos = expiresAtNanos;
    }

    void add(List<CallCharges.Work> batchWorks, List<AnsweredCall> batch) {
        works.addAll(batchWorks);
        calls.addAll(batch);
        batches++;
        rows += batch.stream().mapToLong(answered -> answered.call().rows()).sum();
        bytes += batch.getFirst().reply().getSerializedSize();
    }

    Digest worker() {
        return worker.worker();
    }

    /** When its funds are free again, and no audit helps. */
    long expiresAtNanos() {
        return expiresAtNanos;
    }

    List<CallCharges.Work> works() {
        return List.copyOf(works);
    }

    List<AnsweredCall> calls() {
        return List.copyOf(calls);
    }

    int batches() {
        return batches;
    }

    long rows() {
        return rows;
    }

    long bytes() {
        return bytes;
    }
}
