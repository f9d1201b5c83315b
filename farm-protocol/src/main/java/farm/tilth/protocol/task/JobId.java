package farm.tilth.protocol.task;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.UUID;

/** Names a job, for ever. */
public record JobId(UUID value) {
    @JsonCreator
    public static JobId parse(String text) {
        try {
            UUID uuid = UUID.fromString(text);
            if (!uuid.toString().equals(text)) {
                throw new IllegalArgumentException("not in canonical form");
            }
            return new JobId(uuid);
        } catch (IllegalArgumentException e) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "a job's id is a lower-case UUID", e);
        }
    }

    @JsonValue
    @Override
    public String toString() {
        return value.toString();
    }
}
