package farm.tilth.api.verify;

import farm.tilth.api.lease.HeldTask;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.Commitment;
import farm.tilth.protocol.task.TaskSpec;

/** A result that waits for its check. */
record ReportedTask(TaskSpec spec, String engine, Digest worker, Commitment commitment, byte[] signature) {
    HeldTask held() {
        return new HeldTask(commitment.task(), commitment.fence());
    }
}
