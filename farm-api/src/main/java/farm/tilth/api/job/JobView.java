package farm.tilth.api.job;

import com.fasterxml.jackson.annotation.JsonRawValue;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.task.AssemblyManifest;
import farm.tilth.protocol.task.JobId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A job as its owner sees it.
 *
 * @param request as it was understood, with every default
 * @param price in the smallest unit; held = paid + fees + refunded once the job is over
 * @param content the digest of each frame's exact content, once it is assembled: what two runs are compared by
 */
public record JobView(
        JobId id,
        JobKind kind,
        JobState state,
        Instant createdAt,
        Optional<Instant> finishedAt,
        Digest plan,
        @JsonRawValue String request,
        TaskCounts tasks,
        Receipt.Totals price,
        List<AssemblyManifest.Output> outputs,
        List<Digest> content,
        Optional<Job.Failure> error) {
    /** How many of the job's computations are in each state. */
    public record TaskCounts(
            long queued, long leased, long reported, long accepted, long failed, long canceled, long total) {}
}
