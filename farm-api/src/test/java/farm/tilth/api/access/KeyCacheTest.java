package farm.tilth.api.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class KeyCacheTest {
    private final AtomicLong now = new AtomicLong(1_000_000);
    private final KeyCache cache = new KeyCache(() -> Instant.ofEpochMilli(now.get()));

    @Test
    void keyIsKnownForAWhileAndThenAskedForAgain() {
        PostgresKeys.StoredKey key = key();
        assertEquals(Optional.empty(), cache.find(key.id()));
        cache.keep(key);
        now.addAndGet(29_999);
        assertEquals(Optional.of(key), cache.find(key.id()));
        now.addAndGet(1);
        assertEquals(Optional.empty(), cache.find(key.id()));
    }

    @Test
    void keyThatWasUsedLastIsForgottenLast() {
        PostgresKeys.StoredKey used = key();
        PostgresKeys.StoredKey quiet = key();
        cache.keep(quiet);
        cache.keep(used);
        for (int i = 0; i < 9_999; i++) {
            cache.keep(key());
            assertTrue(cache.find(used.id()).isPresent());
        }
        assertEquals(Optional.empty(), cache.find(quiet.id()));
    }

    private static PostgresKeys.StoredKey key() {
        return new PostgresKeys.StoredKey(
                UUID.randomUUID(), UUID.randomUUID(), new byte[32], Set.of(Role.OWNER), KeyLimits.NONE);
    }
}
