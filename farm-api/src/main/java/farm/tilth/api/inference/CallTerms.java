package farm.tilth.api.inference;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What a caller asks of how its call is served.
 *
 * @param deadline from now; absent for the farm's own
 * @param priority 1 (first) to 10 (last); 5 is everybody's who does not say. It orders the calls of one account: nobody
 *     overtakes another's
 */
public record CallTerms(Optional<Duration> deadline, int priority) {
    static final int DEFAULT_PRIORITY = 5;
    private static final int LAST_PRIORITY = 10;

    /** No wishes. */
    public static final CallTerms USUAL = new CallTerms(Optional.empty(), DEFAULT_PRIORITY);

    /**
     * The Open Inference Protocol's reserved parameters.
     *
     * @param timeoutMicros 0 for none
     * @param priority 0 for the usual one
     */
    public static CallTerms of(long timeoutMicros, long priority) {
        return new CallTerms(
                timeoutMicros > 0 ? Optional.of(Duration.of(timeoutMicros, ChronoUnit.MICROS)) : Optional.empty(),
                priority <= 0 ? DEFAULT_PRIORITY : (int) Math.min(LAST_PRIORITY, priority));
    }
}
