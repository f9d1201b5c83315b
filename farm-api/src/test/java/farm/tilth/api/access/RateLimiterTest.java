package farm.tilth.api.access;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.time.Instant;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
    private final AtomicLong now = new AtomicLong(1_000_000);
    private final RateLimiter limiter = new RateLimiter(new FewCalls(), () -> Instant.ofEpochMilli(now.get()));
    private final UUID key = UUID.randomUUID();

    @Test
    void burstIsAllowedAndThenTheRate() {
        for (int i = 0; i < 5; i++) {
            limiter.count(key);
        }
        FarmException refused = assertThrows(FarmException.class, () -> limiter.count(key));
        assertEquals(ErrorCode.TOO_MANY_REQUESTS, refused.code());
        now.addAndGet(500);
        limiter.count(key);
        assertThrows(FarmException.class, () -> limiter.count(key));
    }

    @Test
    void onesHasteDoesNotSlowTheOther() {
        for (int i = 0; i < 5; i++) {
            limiter.count(key);
        }
        assertDoesNotThrow(() -> limiter.count(UUID.randomUUID()));
    }

    @Test
    void pauseFillsNoMoreThanTheBurst() {
        now.addAndGet(1_000_000);
        for (int i = 0; i < 5; i++) {
            limiter.count(key);
        }
        assertThrows(FarmException.class, () -> limiter.count(key));
    }

    @Test
    void clockThatGoesBackGivesNothing() {
        for (int i = 0; i < 5; i++) {
            limiter.count(key);
        }
        now.addAndGet(-10_000);
        assertThrows(FarmException.class, () -> limiter.count(key));
    }

    @Test
    void quietKeysAreForgotten() {
        for (int i = 0; i < 5; i++) {
            limiter.count(key);
        }
        limiter.count(UUID.randomUUID());
        limiter.count(UUID.randomUUID());
        assertDoesNotThrow(() -> limiter.count(key), "with its bucket its debt is forgotten too");
    }

    private record FewCalls() implements RateLimits {
        @Override
        public int perSecond() {
            return 2;
        }

        @Override
        public int burst() {
            return 5;
        }

        @Override
        public int keys() {
            return 2;
        }
    }
}
