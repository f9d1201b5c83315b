package farm.tilth.api.access;

import java.time.Duration;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Keys that were used of late, for a short time, so that not every call asks the database. Thread-safe. */
final class KeyCache {
    private static final int MAX_KEYS = 10_000;
    private static final Duration FRESH = Duration.ofSeconds(30);

    private final InstantSource clock;
    private final Map<UUID, Known> entries = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<UUID, Known> eldest) {
            return size() > MAX_KEYS;
        }
    };

    KeyCache(InstantSource clock) {
        this.clock = clock;
    }

    private record Known(PostgresKeys.StoredKey key, long atMillis) {}

    synchronized Optional<PostgresKeys.StoredKey> find(UUID id) {
        return Optional.ofNullable(entries.get(id))
                .filter(entry -> clock.millis() - entry.atMillis() < FRESH.toMillis())
                .map(Known::key);
    }

    synchronized void keep(PostgresKeys.StoredKey key) {
        entries.put(key.id(), new Known(key, clock.millis()));
    }

    synchronized void forget(UUID id) {
        entries.remove(id);
    }
}
