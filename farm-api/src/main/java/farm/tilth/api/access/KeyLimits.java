package farm.tilth.api.access;

import static farm.tilth.api.access.Requests.check;

import java.util.Optional;

/**
 * What a key may ask for. Rates are token buckets that fill evenly; quotas begin anew with each day or month (UTC) and
 * count online calls and their model tokens. What is absent is not limited beyond the farm's own limits.
 *
 * @param callsPerMinute requests of every kind that it may make for ever
 * @param callsAtOnce requests that it may make at once after a pause; the calls of a minute when absent
 */
public record KeyLimits(
        Optional<Long> callsPerMinute,
        Optional<Long> callsAtOnce,
        Optional<Long> tokensPerMinute,
        Optional<Long> callsPerDay,
        Optional<Long> tokensPerDay,
        Optional<Long> callsPerMonth,
        Optional<Long> tokensPerMonth) {
    /** No limits but the farm's own. */
    public static final KeyLimits NONE = new KeyLimits(
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    private static final long MOST = 1_000_000_000_000L;

    public KeyLimits {
        callsPerMinute = rate("callsPerMinute", callsPerMinute);
        callsAtOnce = rate("callsAtOnce", callsAtOnce);
        tokensPerMinute = rate("tokensPerMinute", tokensPerMinute);
        callsPerDay = quota("callsPerDay", callsPerDay);
        tokensPerDay = quota("tokensPerDay", tokensPerDay);
        callsPerMonth = quota("callsPerMonth", callsPerMonth);
        tokensPerMonth = quota("tokensPerMonth", tokensPerMonth);
        check(
                callsAtOnce.isEmpty() || callsPerMinute.isPresent(),
                "'limits.callsAtOnce' needs 'limits.callsPerMinute' beside it");
    }

    private static Optional<Long> rate(String name, Optional<Long> value) {
        return within(name, value, 1);
    }

    private static Optional<Long> quota(String name, Optional<Long> value) {
        return within(name, value, 0);
    }

    private static Optional<Long> within(String name, Optional<Long> value, long least) {
        Optional<Long> given = value == null ? Optional.empty() : value;
        given.ifPresent(limit -> check(
                limit >= least && limit <= MOST,
                "'limits." + name + "' is " + limit + "; it must be from " + least + " to " + MOST));
        return given;
    }

    /** Whether it may have used up something that only the database remembers. */
    boolean hasQuota() {
        return callsPerDay.isPresent()
                || tokensPerDay.isPresent()
                || callsPerMonth.isPresent()
                || tokensPerMonth.isPresent();
    }
}
