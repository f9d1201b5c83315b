package farm.tilth.cli.client;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Optional;

/**
 * A job as the farm describes it.
 *
 * @param content the digest of each frame's exact content, or of the rows
 */
public record Job(
        String id,
        String kind,
        State state,
        Tasks tasks,
        Price price,
        List<Output> outputs,
        List<String> content,
        Optional<Failure> error) {
    public Job {
        outputs = outputs == null ? List.of() : List.copyOf(outputs);
        content = content == null ? List.of() : List.copyOf(content);
        error = error == null ? Optional.empty() : error;
    }

    /** Where a job is. */
    public enum State {
        /** Its tasks are being computed. */
        RUNNING,
        /** Its results are put together. */
        ASSEMBLING,
        /** Everything is there and paid. */
        COMPLETED,
        /** It could not be done. */
        FAILED,
        /** Its customer stopped it. */
        CANCELED;

        public boolean isFinal() {
            return this == COMPLETED || this == FAILED || this == CANCELED;
        }
    }

    /** How many of its tasks are in each state. */
    public record Tasks(int queued, int leased, int reported, int accepted, int failed, int canceled, int total) {}

    /** In the ledger's smallest unit. */
    public record Price(long held, long paid, long fees, long refunded) {}

    /** A file of the job. */
    public record Output(String name, String mediaType, String digest, long bytes) {}

    /** Why it failed. */
    public record Failure(String code, String detail) {}

    /** Reads the farm's document. */
    public static Job of(JsonNode document) {
        return Answers.read(document, Job.class);
    }
}
