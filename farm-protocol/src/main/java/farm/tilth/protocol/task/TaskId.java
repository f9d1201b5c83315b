package farm.tilth.protocol.task;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;

/** Names a task: its job and its index in the order in which tasks were added to the job, from 0. */
public record TaskId(JobId job, int index) {
    public TaskId {
        if (index < 0) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "a task's index is negative");
        }
    }

    @JsonCreator
    public static TaskId parse(String text) {
        int slash = text.indexOf('/');
        if (slash < 0 || !text.substring(slash + 1).matches("0|[1-9][0-9]{0,8}")) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "a task's id is '<job>/<index>'");
        }
        return new TaskId(JobId.parse(text.substring(0, slash)), Integer.parseInt(text.substring(slash + 1)));
    }

    @JsonValue
    @Override
    public String toString() {
        return job + "/" + index;
    }
}
