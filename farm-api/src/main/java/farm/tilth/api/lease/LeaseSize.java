package farm.tilth.api.lease;

import java.time.Duration;

/**
 * How much work a grant holds. With plenty queued a worker gets the longest grant and rarely asks; towards the end of
 * the queue grants shrink, so that no worker sits on the last tasks while others have none (guided self-scheduling).
 */
final class LeaseSize {
    /** A worker's grant is this part of its even share of what is queued. */
    private static final double SHARE = 0.5;

    private LeaseSize() {}

    /**
     * In seconds of the worker's own time.
     *
     * @param queuedUnits what waits, in work units
     * @param unitsPerSecond the worker's speed
     * @param workers how many could take it, this one included
     */
    static double seconds(long queuedUnits, double unitsPerSecond, int workers, Duration shortest, Duration longest) {
        double share = SHARE * queuedUnits / unitsPerSecond / Math.max(1, workers);
        return Math.clamp(share, seconds(shortest), seconds(longest));
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
