package farm.tilth.api.inference;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.ModelDescription;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What this replica has answered since it started, by model version. Counted from the coordinator's side: a call waits
 * until it is sent to a worker, and is computed until the worker's reply is here. Thread-safe.
 */
@ApplicationScoped
public class ModelStatistics {
    private static final int MAX_MODELS = 1000;

    private final InstantSource clock;
    private final Map<Digest, Counters> models = new ConcurrentHashMap<>();

    ModelStatistics(InstantSource clock) {
        this.clock = clock;
    }

    /** How often something happened, and how long it took in all. */
    public record Total(long count, long nanos) {
        static final Total NONE = new Total(0, 0);

        Total plus(long times, Duration took) {
            return new Total(count + times, nanos + times * Math.max(0, took.toNanos()));
        }
    }

    /**
     * The counts of a model.
     *
     * @param lastMillis when it was last asked, in milliseconds since 1970; 0 for never
     * @param rows answered
     * @param executions batches answered
     */
    public record Counts(
            long lastMillis, long rows, long executions, Total success, Total fail, Total queue, Total compute) {
        static final Counts NONE = new Counts(0, 0, 0, Total.NONE, Total.NONE, Total.NONE, Total.NONE);
    }

    private static final class Counters {
        private Counts now = Counts.NONE;
    }

    private Counters of(ModelDescription model) {
        Counters known = models.get(model.version());
        if (known != null) {
            return known;
        }
        return models.size() < MAX_MODELS
                ? models.computeIfAbsent(model.version(), version -> new Counters())
                : new Counters();
    }

    /** A call ended. */
    void ended(ModelDescription model, int rows, boolean answered, Duration took) {
        Counters counters = of(model);
        synchronized (counters) {
            Counts old = counters.now;
            counters.now = new Counts(
                    clock.millis(),
                    old.rows + (answered ? rows : 0),
                    old.executions,
                    answered ? old.success.plus(1, took) : old.success,
                    answered ? old.fail : old.fail.plus(1, took),
                    old.queue,
                    old.compute);
        }
    }

    /** A worker replied to a batch of so many calls, of which the one that waited longest waited so long. */
    void replied(ModelDescription model, int calls, Duration waited, Duration computed) {
        Counters counters = of(model);
        synchronized (counters) {
            Counts old = counters.now;
            counters.now = new Counts(
                    old.lastMillis,
                    old.rows,
                    old.executions + 1,
                    old.success,
                    old.fail,
                    old.queue.plus(calls, waited),
                    old.compute.plus(calls, computed));
        }
    }

    public Counts counts(ModelDescription model) {
        Counters counters = models.get(model.version());
        if (counters == null) {
            return Counts.NONE;
        }
        synchronized (counters) {
            return counters.now;
        }
    }
}
