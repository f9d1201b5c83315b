package farm.tilth.api.openai;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.JobId;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/**
 * A batch of OpenAI's API.
 *
 * @param apiKey the key that it was made with, against whose cap it counts
 * @param ending how it ends once its files are written
 * @param metadata JSON of the caller's own
 * @param outputSeconds how long the files that come of it are kept
 * @param errors JSON of the list of what is wrong with the input file
 */
record OpenAiBatch(
        UUID id,
        UUID account,
        Optional<UUID> apiKey,
        State state,
        State ending,
        UUID inputFile,
        Digest input,
        Optional<String> metadata,
        Optional<Long> outputSeconds,
        Optional<JobId> job,
        Optional<String> model,
        Counts counts,
        Optional<String> errors,
        Files files,
        Times times) {
    static final String ENDPOINT = "/v1/embeddings";

    private static final String PREFIX = "batch_";

    /** Where a batch is on its way; by the names that clients know. */
    enum State {
        VALIDATING,
        FAILED,
        IN_PROGRESS,
        FINALIZING,
        COMPLETED,
        EXPIRED,
        CANCELLING,
        CANCELLED;

        String text() {
            return name().toLowerCase(Locale.ROOT);
        }

        static State of(String text) {
            return valueOf(text.toUpperCase(Locale.ROOT));
        }

        boolean isFinal() {
            return this == FAILED || this == COMPLETED || this == EXPIRED || this == CANCELLED;
        }
    }

    /** Its requests; {@code tokens} are those of the completed ones. */
    record Counts(int total, int completed, int failed, long tokens) {}

    /** The files that came of it. */
    record Files(Optional<UUID> output, Optional<UUID> error) {}

    /** When it came into its states. */
    record Times(
            Instant createdAt,
            Instant expiresAt,
            Optional<Instant> inProgressAt,
            Optional<Instant> cancellingAt,
            Optional<Instant> finalizingAt,
            Optional<Instant> endedAt) {}

    String text() {
        return PREFIX + id.toString().replace("-", "");
    }

    /**
     * Reads an id such as "batch_0123…".
     *
     * @throws FarmException with NOT_FOUND
     */
    static UUID parse(String id) {
        return OpenAiForms.parse(PREFIX, id).orElseThrow(() -> missing(id));
    }

    static FarmException missing(String id) {
        return new FarmException(
                ErrorCode.NOT_FOUND, "No batch found with id '" + id.substring(0, Math.min(80, id.length())) + "'.");
    }
}
