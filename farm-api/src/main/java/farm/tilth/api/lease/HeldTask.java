package farm.tilth.api.lease;

import farm.tilth.protocol.task.TaskId;

/** A task at one of its leases. A task that was leased again since has a higher fence and is another one. */
public record HeldTask(TaskId task, long fence) {}
