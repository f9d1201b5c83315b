package farm.tilth.api.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class KeyUseTest {
    private static final Instant NOON = Instant.parse("2026-01-30T12:00:00Z");
    private static final Instant TOMORROW = NOON.plus(Duration.ofDays(1));
    private static final LocalDate TODAY = LocalDate.of(2026, 1, 30);

    private final UUID key = UUID.randomUUID();
    private final KeyUse use = new KeyUse(key, NOON);

    @Test
    void quotaCountsWhatIsStoredAndWhatIsNot() {
        KeyLimits limits = KeyLimitsTest.of("{\"callsPerDay\":5}");
        use.know(TODAY, new KeyUse.Totals(3, 0, 3, 0));
        use.take(limits, 1, NOON);
        use.takeUnstored();
        use.take(limits, 1, NOON);
        FarmException over = assertThrows(FarmException.class, () -> use.take(limits, 1, NOON));
        assertEquals(ErrorCode.TOO_MANY_REQUESTS, over.code());
        assertEquals(Duration.ofHours(12), over.retryAfter().orElseThrow());
    }

    @Test
    void monthsQuotaBeginsAnewWithTheNextMonth() {
        KeyLimits limits = KeyLimitsTest.of("{\"tokensPerMonth\":100}");
        use.know(TODAY, new KeyUse.Totals(0, 0, 9, 90));
        use.take(limits, 10, NOON);
        FarmException over = assertThrows(FarmException.class, () -> use.take(limits, 1, NOON));
        assertEquals(Duration.ofHours(36), over.retryAfter().orElseThrow());
        use.putBack(5, NOON);
        use.take(limits, 5, NOON);
    }

    @Test
    void whatIsRefusedIsNotCounted() {
        KeyLimits limits = KeyLimitsTest.of("{\"tokensPerDay\":10}");
        use.know(TODAY, KeyUse.Totals.NONE);
        assertThrows(FarmException.class, () -> use.take(limits, 11, NOON));
        assertEquals(KeyUse.Totals.NONE, use.totals().orElseThrow());
    }

    @Test
    void eachDayIsStoredAsItself() {
        use.take(KeyLimits.NONE, 7, NOON);
        use.take(KeyLimits.NONE, 8, TOMORROW);
        use.putBack(3, TOMORROW);
        assertEquals(
                List.of(
                        new PostgresKeyUse.Added(key, TODAY, 1, 7),
                        new PostgresKeyUse.Added(key, TODAY.plusDays(1), 1, 5)),
                use.takeUnstored());
        assertEquals(List.of(), use.takeUnstored());
    }

    @Test
    void whatCouldNotBeStoredIsStoredLater() {
        use.take(KeyLimits.NONE, 7, NOON);
        List<PostgresKeyUse.Added> taken = use.takeUnstored();
        use.keepUnstored(taken.getFirst());
        assertFalse(use.isQuiet(Long.MAX_VALUE));
        assertEquals(taken, use.takeUnstored());
        assertTrue(use.isQuiet(Long.MAX_VALUE));
    }

    @Test
    void anotherDayIsNotKnown() {
        assertFalse(use.isKnown(NOON));
        use.know(TODAY, KeyUse.Totals.NONE);
        assertTrue(use.isKnown(NOON));
        assertFalse(use.isKnown(TOMORROW));
        use.take(KeyLimitsTest.of("{\"callsPerDay\":0}"), 1, TOMORROW);
        use.know(TODAY, KeyUse.Totals.NONE);
        assertFalse(use.isKnown(TOMORROW), "yesterday's totals come too late");
    }
}
