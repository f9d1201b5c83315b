package farm.tilth.api.access;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/**
 * What one key used of its quotas: what the database says, and what was used since and is not stored yet. Thread-safe.
 */
final class KeyUse {
    private final UUID key;
    private final List<PostgresKeyUse.Added> over = new ArrayList<>();
    private LocalDate day;
    private Totals stored;
    private long calls;
    private long tokens;
    private long lastMillis;

    /** Nothing of it is stored, as far as is known here. */
    KeyUse(UUID key, Instant now) {
        this.key = key;
        this.day = day(now);
        this.lastMillis = now.toEpochMilli();
    }

    /** What a key used on a day, and in its month. */
    record Totals(long dayCalls, long dayTokens, long monthCalls, long monthTokens) {
        static final Totals NONE = new Totals(0, 0, 0, 0);

        Totals plus(long calls, long tokens) {
            return new Totals(dayCalls + calls, dayTokens + tokens, monthCalls + calls, monthTokens + tokens);
        }
    }

    static LocalDate day(Instant now) {
        return LocalDate.ofInstant(now, ZoneOffset.UTC);
    }

    /** Whether what is stored of this day is known. */
    synchronized boolean isKnown(Instant now) {
        return stored != null && day.equals(day(now));
    }

    /** What is stored; empty when it was never asked for. */
    synchronized Optional<Totals> totals() {
        return Optional.ofNullable(stored).map(known -> known.plus(calls, tokens));
    }

    /** Takes over what the database says of a day. */
    synchronized void know(LocalDate of, Totals totals) {
        if (of.equals(day)) {
            stored = totals;
        }
    }

    /**
     * Counts a call with as many tokens as it may have.
     *
     * @throws FarmException with TOO_MANY_REQUESTS when a quota does not allow it; it says when it begins anew
     */
    synchronized void take(KeyLimits limits, long callTokens, Instant now) {
        turn(now);
        if (stored != null) {
            Totals after = stored.plus(calls + 1, tokens + callTokens);
            LocalDate nextMonth = day.withDayOfMonth(1).plusMonths(1);
            within(limits.callsPerMonth(), after.monthCalls(), "calls per month", nextMonth, now);
            within(limits.tokensPerMonth(), after.monthTokens(), "tokens per month", nextMonth, now);
            within(limits.callsPerDay(), after.dayCalls(), "calls per day", day.plusDays(1), now);
            within(limits.tokensPerDay(), after.dayTokens(), "tokens per day", day.plusDays(1), now);
        }
        calls++;
        tokens += callTokens;
    }

    private static void within(Optional<Long> limit, long after, String what, LocalDate anew, Instant now) {
        if (limit.isPresent() && after > limit.get()) {
            throw new FarmException(
                    ErrorCode.TOO_MANY_REQUESTS,
                    "this key may have " + limit.get() + " " + what + ", and this call would be over that; the quota"
                            + " begins anew on " + anew + " (UTC)",
                    Duration.between(now, anew.atStartOfDay(ZoneOffset.UTC).toInstant()));
        }
    }

    /** A call of today had fewer tokens than were counted. */
    synchronized void putBack(long callTokens, Instant now) {
        turn(now);
        tokens -= callTokens;
    }

    /** Begins another day: what was used on the one before it is still to be stored. */
    private void turn(Instant now) {
        lastMillis = now.toEpochMilli();
        LocalDate today = day(now);
        if (today.isAfter(day)) {
            keep();
            day = today;
            stored = null;
        }
    }

    private void keep() {
        if (calls != 0 || tokens != 0) {
            over.add(new PostgresKeyUse.Added(key, day, calls, tokens));
        }
        calls = 0;
        tokens = 0;
    }

    /** Takes out what is to be stored, which counts as stored from now on. */
    synchronized List<PostgresKeyUse.Added> takeUnstored() {
        if (stored != null) {
            stored = stored.plus(calls, tokens);
        }
        keep();
        List<PostgresKeyUse.Added> taken = List.copyOf(over);
        over.clear();
        return taken;
    }

    /** It could not be stored. */
    synchronized void keepUnstored(PostgresKeyUse.Added added) {
        over.add(added);
    }

    /** Whether it can be forgotten. */
    synchronized boolean isQuiet(long sinceMillis) {
        return calls == 0 && tokens == 0 && over.isEmpty() && lastMillis < sinceMillis;
    }
}
