package farm.tilth.api.job;

import com.fasterxml.jackson.annotation.JsonRawValue;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.TaskState;
import java.util.Optional;

/**
 * A computation of a job as the job's owner sees it.
 *
 * @param spec JSON of the task's specification
 * @param amount what it costs once it is accepted, in the smallest unit
 * @param reason why it went back to the queue last, or failed
 */
public record TaskView(
        int index,
        @JsonRawValue String spec,
        TaskState state,
        Optional<Digest> worker,
        Optional<Long> workUnits,
        Optional<Long> amount,
        Optional<String> reason) {}
