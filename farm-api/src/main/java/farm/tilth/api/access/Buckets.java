package farm.tilth.api.access;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.UUID;

/** A token bucket for each key, of which only those that were used of late are remembered. Thread-safe. */
final class Buckets {
    private static final double MILLIS = 1000;

    private final Map<UUID, Bucket> buckets;

    /** @param keys whose buckets are remembered; the one that was quiet for longest is forgotten first */
    Buckets(int keys) {
        this.buckets = new LinkedHashMap<>(16, 0.75f, true) {
            private static final long serialVersionUID = 1L;

            @Override
            protected boolean removeEldestEntry(Map.Entry<UUID, Bucket> eldest) {
                return size() > keys;
            }
        };
    }

    /** How much a bucket holds, and how fast it fills. */
    record Terms(long size, double perSecond) {}

    /**
     * How a bucket stands.
     *
     * @param left what could be taken at once
     * @param full when it is full again
     * @param due when what was asked for can be had; zero when it was taken
     */
    record Level(long left, Duration full, Duration due) {}

    /**
     * Takes so much, if it is there. What is more than the whole bucket holds is taken from a full one, which then owes
     * the rest.
     */
    synchronized Level take(UUID key, long amount, Terms terms, long nowMillis) {
        Bucket bucket = bucket(key, terms, nowMillis);
        double needed = Math.min(amount, terms.size());
        boolean taken = bucket.tokens() >= needed;
        Bucket after = taken ? bucket.plus(-amount, terms) : bucket;
        buckets.put(key, after);
        return level(after, taken ? 0 : needed - after.tokens(), terms);
    }

    /** Puts back what was taken too much; less than 0 takes what was taken too little. */
    synchronized void putBack(UUID key, long amount, Terms terms, long nowMillis) {
        buckets.put(key, bucket(key, terms, nowMillis).plus(amount, terms));
    }

    synchronized Level look(UUID key, Terms terms, long nowMillis) {
        return level(bucket(key, terms, nowMillis), 0, terms);
    }

    private Bucket bucket(UUID key, Terms terms, long nowMillis) {
        Bucket known = buckets.get(key);
        return known == null ? new Bucket(terms.size(), nowMillis) : known.filled(nowMillis, terms);
    }

    private static Level level(Bucket bucket, double missing, Terms terms) {
        return new Level(
                (long) Math.max(0, bucket.tokens()), time(terms.size() - bucket.tokens(), terms), time(missing, terms));
    }

    private static Duration time(double tokens, Terms terms) {
        return Duration.ofMillis((long) Math.ceil(tokens / terms.perSecond() * MILLIS));
    }

    private record Bucket(double tokens, long atMillis) {
        Bucket filled(long now, Terms terms) {
            double more = Math.max(0, now - atMillis) / MILLIS * terms.perSecond();
            return new Bucket(Math.min(terms.size(), tokens + more), Math.max(now, atMillis));
        }

        Bucket plus(long amount, Terms terms) {
            return new Bucket(Math.min(terms.size(), tokens + amount), atMillis);
        }
    }
}
