package farm.tilth.cli.client;

import java.time.Duration;
import java.util.Optional;

/**
 * How often and how patiently a request is repeated: after {@code first}, then twice as long each time up to
 * {@code longest}.
 *
 * @param attempts of one request, the first included
 */
public record RetryPolicy(int attempts, Duration first, Duration longest) {
    /** About half a minute in all: a coordinator that is started again is back by then. */
    public static final RetryPolicy DEFAULT = new RetryPolicy(10, Duration.ofMillis(200), Duration.ofSeconds(5));

    /** For a farm that has not answered yet: it may be the wrong address. */
    RetryPolicy impatient() {
        return new RetryPolicy(Math.min(attempts, 2), first, longest);
    }

    /**
     * The pause after a failed attempt, counted from 1.
     *
     * @param asked by the farm, in seconds; kept to within {@code longest}
     */
    Duration pause(int attempt, Optional<Long> asked) {
        Duration own = first.multipliedBy(1L << Math.min(attempt - 1, 20));
        Duration wanted = asked.map(Duration::ofSeconds).orElse(own);
        return wanted.compareTo(longest) < 0 ? wanted : longest;
    }
}
