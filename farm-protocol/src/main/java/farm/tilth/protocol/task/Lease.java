package farm.tilth.protocol.task;

import java.time.Instant;

/**
 * A worker's right to a task until {@code expiresAt}.
 *
 * @param fence rises with every lease of the task; whoever shows an older one has lost it
 */
public record Lease(TaskId task, long fence, TaskSpec spec, Instant expiresAt) {}
