package farm.tilth.api.job;

/**
 * What an order would cost, in the smallest unit.
 *
 * @param ceiling what is held when the job starts; it never costs more
 * @param estimate about what it will cost, as the scene was measured
 * @param workUnitsCeiling the work that the ceiling pays for
 * @param tasks into how many tasks it is split
 * @param frames how many pictures come out; 0 for embeddings
 */
public record Quote(long ceiling, long estimate, long workUnitsCeiling, long tasks, int frames) {}
