package farm.tilth.api.lease;

/** What a worker must be able to do for a task: run this engine, and with it this type of task. */
public record TaskKind(String engine, String type) {}
