package farm.tilth.api.access;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;

/** How often each key calls, and how many tokens it sends, in this process. Thread-safe. */
@ApplicationScoped
public class RateLimiter {
    private static final double SECONDS = 60;

    private final RateLimits limits;
    private final InstantSource clock;
    private final Buckets calls;
    private final Buckets tokens;

    RateLimiter(RateLimits limits, InstantSource clock) {
        this.limits = limits;
        this.clock = clock;
        this.calls = new Buckets(limits.keys());
        this.tokens = new Buckets(limits.keys());
    }

    /**
     * How a key stands.
     *
     * @param most what it can have at once
     * @param left what is left of that now
     * @param full when all of it is there again
     */
    public record Standing(long most, long left, Duration full) {}

    /**
     * Counts a call.
     *
     * @throws FarmException with TOO_MANY_REQUESTS when the key has used up its calls; it says when there is one
     */
    public void count(Caller caller) {
        Buckets.Level level = calls.take(caller.key(), 1, callTerms(caller), clock.millis());
        if (level.due().isPositive()) {
            String rate = caller.limits()
                    .callsPerMinute()
                    .map(most -> most + " calls per minute")
                    .orElseGet(() -> limits.perSecond() + " calls per second");
            throw tooMany("this key makes more than " + rate, level.due());
        }
    }

    /**
     * Counts the tokens that a call may have; what it had less is put back when it ends.
     *
     * @throws FarmException with TOO_MANY_REQUESTS when the key has used up its tokens; it says when they are there
     */
    void take(Caller caller, long amount) {
        Optional<Long> most = caller.limits().tokensPerMinute();
        if (most.isEmpty()) {
            return;
        }
        Buckets.Level level = tokens.take(caller.key(), amount, tokenTerms(most.get()), clock.millis());
        if (level.due().isPositive()) {
            throw tooMany(
                    "this key sends more than " + most.get() + " tokens per minute; this call has up to " + amount,
                    level.due());
        }
    }

    void putBack(Caller caller, long amount) {
        caller.limits()
                .tokensPerMinute()
                .ifPresent(most -> tokens.putBack(caller.key(), amount, tokenTerms(most), clock.millis()));
    }

    /** How a key stands with its calls. */
    public Standing calls(Caller caller) {
        Buckets.Terms terms = callTerms(caller);
        return standing(terms, calls.look(caller.key(), terms, clock.millis()));
    }

    /** How a key stands with its tokens, if they are limited. */
    public Optional<Standing> tokens(Caller caller) {
        return caller.limits().tokensPerMinute().map(RateLimiter::tokenTerms).map(terms -> {
            return standing(terms, tokens.look(caller.key(), terms, clock.millis()));
        });
    }

    private static Standing standing(Buckets.Terms terms, Buckets.Level level) {
        return new Standing(terms.size(), level.left(), level.full());
    }

    private static FarmException tooMany(String what, Duration wait) {
        return new FarmException(ErrorCode.TOO_MANY_REQUESTS, what + "; try again in " + wait.toMillis() + " ms", wait);
    }

    private Buckets.Terms callTerms(Caller caller) {
        return caller.limits()
                .callsPerMinute()
                .map(most -> new Buckets.Terms(caller.limits().callsAtOnce().orElse(most), most / SECONDS))
                .orElseGet(() -> new Buckets.Terms(limits.burst(), limits.perSecond()));
    }

    private static Buckets.Terms tokenTerms(long perMinute) {
        return new Buckets.Terms(perMinute, perMinute / SECONDS);
    }
}
