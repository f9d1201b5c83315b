package farm.tilth.api.lease;

/**
 * A kind of task that a worker can do, and on which class of hardware: it may have tasks that ask for that class, and
 * those that ask for any.
 */
public record Skill(TaskKind kind, Hardware hardware) {}
