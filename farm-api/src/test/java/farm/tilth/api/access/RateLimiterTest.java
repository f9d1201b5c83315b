package farm.tilth.api.access;

import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class RateLimiterTest {
    private final AtomicLong now = new AtomicLong(1_000_000);
    private final RateLimiter limiter = new RateLimiter(new FewCalls(), () -> Instant.ofEpochMilli(now.get()));
    private final Caller caller = caller(KeyLimits.NONE);

    @Test
    void burstIsAllowedAndThenTheRate() {
        for (int i = 0; i < 5; i++) {
            limiter.count(caller);
        }
        FarmException refused = assertThrows(FarmException.class, () -> limiter.count(caller));
        assertEquals(ErrorCode.TOO_MANY_REQUESTS, refused.code());
        now.addAndGet(500);
        limiter.count(caller);
        assertThrows(FarmException.class, () -> limiter.count(caller));
    }

    @Test
    void onesHasteDoesNotSlowTheOther() {
        for (int i = 0; i < 5; i++) {
            limiter.count(caller);
        }
        assertDoesNotThrow(() -> limiter.count(caller(KeyLimits.NONE)));
    }

    @Test
    void pauseFillsNoMoreThanTheBurst() {
        now.addAndGet(1_000_000);
        for (int i = 0; i < 5; i++) {
            limiter.count(caller);
        }
        assertThrows(FarmException.class, () -> limiter.count(caller));
    }

    @Test
    void clockThatGoesBackGivesNothing() {
        for (int i = 0; i < 5; i++) {
            limiter.count(caller);
        }
        now.addAndGet(-10_000);
        assertThrows(FarmException.class, () -> limiter.count(caller));
    }

    @Test
    void quietKeysAreForgotten() {
        for (int i = 0; i < 5; i++) {
            limiter.count(caller);
        }
        limiter.count(caller(KeyLimits.NONE));
        limiter.count(caller(KeyLimits.NONE));
        assertDoesNotThrow(() -> limiter.count(caller), "with its bucket its debt is forgotten too");
    }

    @Test
    void keysOwnRateTakesThePlaceOfTheFarms() {
        Caller slow = caller(KeyLimitsTest.of("{\"callsPerMinute\":6,\"callsAtOnce\":2}"));
        limiter.count(slow);
        limiter.count(slow);
        FarmException refused = assertThrows(FarmException.class, () -> limiter.count(slow));
        assertEquals(Duration.ofSeconds(10), refused.retryAfter().orElseThrow());
        assertEquals(new RateLimiter.Standing(2, 0, Duration.ofSeconds(20)), limiter.calls(slow));
        now.addAndGet(10_000);
        limiter.count(slow);
    }

    @Test
    void tokensThatACallDidNotHaveAreThereForTheNext() {
        Caller slow = caller(KeyLimitsTest.of("{\"tokensPerMinute\":600}"));
        limiter.take(slow, 500);
        FarmException refused = assertThrows(FarmException.class, () -> limiter.take(slow, 200));
        assertEquals(Duration.ofSeconds(10), refused.retryAfter().orElseThrow());
        limiter.putBack(slow, 450);
        limiter.take(slow, 200);
        assertEquals(350, limiter.tokens(slow).orElseThrow().left());
        limiter.take(caller(KeyLimits.NONE), Long.MAX_VALUE);
    }

    @Test
    void callOfMoreTokensThanAMinuteHasIsMadeOnceTheBucketIsFull() {
        Caller slow = caller(KeyLimitsTest.of("{\"tokensPerMinute\":600}"));
        limiter.take(slow, 1_200);
        assertThrows(FarmException.class, () -> limiter.take(slow, 1));
        now.addAndGet(60_000);
        assertThrows(FarmException.class, () -> limiter.take(slow, 1), "it owes a minute still");
        now.addAndGet(1_000);
        limiter.take(slow, 1);
    }

    private static Caller caller(KeyLimits limits) {
        return new Caller(UUID.randomUUID(), UUID.randomUUID(), Set.of(Role.CUSTOMER), limits);
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
