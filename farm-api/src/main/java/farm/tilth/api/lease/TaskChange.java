package farm.tilth.api.lease;

import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.task.TaskState;

/** A task is in another state now. */
public record TaskChange(TaskId task, TaskState state) {}
