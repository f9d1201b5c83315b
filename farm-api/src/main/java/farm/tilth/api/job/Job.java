package farm.tilth.api.job;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.task.JobId;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A job as it is stored.
 *
 * @param request the JSON that was asked for
 * @param funded whether its price is held; nothing else happens before
 * @param split whether its tasks are there
 * @param ending the state that it will be in once its money is settled
 */
public record Job(
        JobId id,
        UUID account,
        JobKind kind,
        JobState state,
        String request,
        Order order,
        Digest plan,
        Receipt.Prices prices,
        Receipt.Totals totals,
        boolean funded,
        boolean split,
        Optional<JobState> ending,
        Optional<Failure> error,
        Instant createdAt,
        Optional<Instant> finishedAt) {
    /** Why a job failed. */
    public record Failure(ErrorCode code, String detail) {
        /** Reads what a worker said: "INVALID_SCENE: the buffer is short". Anything else is a fault of the farm. */
        static Failure parse(String reason) {
            int colon = reason.indexOf(": ");
            if (colon > 0) {
                for (ErrorCode code : ErrorCode.values()) {
                    if (code.name().equals(reason.substring(0, colon))) {
                        return new Failure(code, reason.substring(colon + 2));
                    }
                }
            }
            return new Failure(ErrorCode.INTERNAL, reason);
        }
    }
}
