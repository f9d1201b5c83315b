package farm.tilth.api.access;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** A token bucket for each key, in this process. Thread-safe. */
@ApplicationScoped
public class RateLimiter {
    private final RateLimits limits;
    private final InstantSource clock;
    private final Map<UUID, Bucket> buckets;

    RateLimiter(RateLimits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
        this.buckets = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<UUID, Bucket> eldest) {
                return size() > limits.keys();
            }
        };
    }

    /**
     * Counts a call.
     *
     * @return how many more the key could make at once
     * @throws FarmException with TOO_MANY_REQUESTS when the key has used up its calls; one second later it has some
     */
    public int count(UUID key) {
        long now = clock.millis();
        boolean allowed;
        double left;
        synchronized (buckets) {
            Bucket bucket =
                    buckets.getOrDefault(key, new Bucket(limits.burst(), now)).filled(now, limits);
            allowed = bucket.tokens() >= 1;
            left = bucket.tokens() - 1;
            buckets.put(key, allowed ? new Bucket(bucket.tokens() - 1, now) : bucket);
        }
        if (!allowed) {
            throw new FarmException(
                    ErrorCode.TOO_MANY_REQUESTS,
                    "this key makes more than " + limits.perSecond() + " calls per second; try again in a second");
        }
        return (int) left;
    }

    private record Bucket(double tokens, long atMillis) {
        Bucket filled(long now, RateLimits limits) {
            double more = Math.max(0, now - atMillis) / 1000.0 * limits.perSecond();
            return new Bucket(Math.min(limits.burst(), tokens + more), Math.max(now, atMillis));
        }
    }
}
