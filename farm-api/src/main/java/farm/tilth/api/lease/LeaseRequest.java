package farm.tilth.api.lease;

import farm.tilth.protocol.Digest;
import java.util.List;

/**
 * What a worker can take now.
 *
 * @param maxTasks the most leases of the answer
 * @param maxSeconds the work of the answer, by the offers' rates; the last task may go over it
 * @param plans what the worker holds already, and so does faster
 */
public record LeaseRequest(Digest worker, List<Offer> offers, int maxTasks, double maxSeconds, List<Digest> plans) {
    public LeaseRequest {
        offers = List.copyOf(offers);
        plans = List.copyOf(plans);
        if (maxTasks < 1 || !(maxSeconds > 0)) {
            throw new IllegalArgumentException("the worker can take nothing");
        }
    }

    /**
     * A kind of task that the worker can do.
     *
     * @param unitsPerSecond measured; 1 while unknown
     * @param maxTasks 1 while the speed is unknown
     */
    public record Offer(Skill skill, double unitsPerSecond, int maxTasks) {
        public Offer {
            if (!(unitsPerSecond > 0) || Double.isInfinite(unitsPerSecond) || maxTasks < 1) {
                throw new IllegalArgumentException("not a speed: " + unitsPerSecond);
            }
        }
    }
}
