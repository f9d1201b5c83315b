package farm.tilth.ledger.ledger;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.TaskId;
import java.util.Optional;
import java.util.UUID;

/**
 * The fact that makes money move: a task that was accepted, a job that was opened, a request with its idempotency key.
 * One cause moves money once for each purpose, however often it is told.
 */
public record Cause(String text) {
    /** The longest text of a cause. */
    public static final int MAX_LENGTH = 200;

    private static final String JOB = "job:";
    private static final String TASK = "task:";
    private static final String CALLS = "calls:";

    public Cause {
        if (text.isBlank() || text.length() > MAX_LENGTH || text.chars().anyMatch(c -> c < ' ')) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    "a transfer's cause has 1 to " + MAX_LENGTH + " printable characters, not '" + text + "'");
        }
    }

    @JsonCreator
    public static Cause parse(String text) {
        return new Cause(text);
    }

    public static Cause of(JobId job) {
        return new Cause(JOB + job);
    }

    public static Cause of(TaskId task) {
        return new Cause(TASK + task);
    }

    /** The online calls of a customer's window. */
    public static Cause calls(UUID window) {
        return new Cause(CALLS + window);
    }

    /** Those of them that one worker answered. */
    public static Cause calls(UUID window, Digest worker) {
        return new Cause(CALLS + window + "/" + worker.hex());
    }

    /** Something that somebody asked for once; {@code key} is its idempotency key, unique within {@code scope}. */
    public static Cause request(String scope, String key) {
        return new Cause("request:" + scope + ":" + key);
    }

    /** The job that it belongs to, if it belongs to one. */
    public Optional<JobId> job() {
        if (text.startsWith(JOB)) {
            return Optional.of(JobId.parse(text.substring(JOB.length())));
        }
        return task().map(TaskId::job);
    }

    public Optional<TaskId> task() {
        return text.startsWith(TASK) ? Optional.of(TaskId.parse(text.substring(TASK.length()))) : Optional.empty();
    }

    @JsonValue
    @Override
    public String toString() {
        return text;
    }
}
