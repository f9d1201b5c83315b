package farm.tilth.api.access;

import farm.tilth.api.lease.Repeating;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What keys use: counted here at once, and stored together each second. A quota holds exactly in this process; other
 * replicas see what was used a second later, and so does a farm that was killed. Thread-safe.
 */
@ApplicationScoped
public class KeyQuotas {
    private static final Duration STORE = Duration.ofSeconds(1);
    private static final Duration QUIET = Duration.ofMinutes(1);
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);

    private final PostgresKeyUse store;
    private final RateLimiter rates;
    private final RateLimits limits;
    private final InstantSource clock;
    private final Map<UUID, KeyUse> uses = new ConcurrentHashMap<>();
    private Repeating storing;

    KeyQuotas(PostgresKeyUse store, RateLimiter rates, RateLimits limits, InstantSource clock) {
        this.store = store;
        this.rates = rates;
        this.limits = limits;
        this.clock = clock;
    }

    void start(@Observes StartupEvent event) {
        storing = Repeating.start("store what keys used", STORE, this::flush);
    }

    void stop(@Observes ShutdownEvent event) {
        storing.close();
        flush();
    }

    /** What was counted for a call that has not ended. */
    public final class Grant {
        private final Caller caller;
        private final long tokens;

        private Grant(Caller caller, long tokens) {
            this.caller = caller;
            this.tokens = tokens;
        }

        /** The call ended with so many tokens, of those that it might have; none when it was not answered. */
        public void close(long used) {
            long less = tokens - used;
            if (less != 0) {
                rates.putBack(caller, less);
                use(caller).putBack(less, clock.instant());
            }
        }
    }

    /** Whether {@link #take} can say at once what the key may have; else {@link #load} comes before it. */
    public boolean knows(Caller caller) {
        return !caller.limits().hasQuota() || use(caller).isKnown(clock.instant());
    }

    /** Reads what the key used before. */
    public Uni<Void> load(Caller caller) {
        LocalDate today = KeyUse.day(clock.instant());
        return store.totals(List.of(caller.key()), today)
                .invoke(totals -> use(caller).know(today, totals.getOrDefault(caller.key(), KeyUse.Totals.NONE)))
                .replaceWithVoid();
    }

    /**
     * Counts an online call of a key.
     *
     * @param tokens the most that it can have
     * @throws FarmException with TOO_MANY_REQUESTS when a rate or quota of the key does not allow it
     */
    public Grant take(Caller caller, long tokens) {
        KeyUse use = use(caller);
        rates.take(caller, tokens);
        try {
            use.take(caller.limits(), tokens, clock.instant());
        } catch (FarmException over) {
            rates.putBack(caller, tokens);
            throw over;
        }
        return new Grant(caller, tokens);
    }

    private KeyUse use(Caller caller) {
        KeyUse known = uses.get(caller.key());
        if (known != null) {
            return known;
        }
        if (uses.size() >= limits.keys()) {
            throw new FarmException(
                    ErrorCode.TOO_MANY_REQUESTS,
                    "more than " + limits.keys() + " keys are in use (tilth.rate.keys)",
                    QUIET);
        }
        return uses.computeIfAbsent(caller.key(), key -> new KeyUse(key, clock.instant()));
    }

    private boolean flush() {
        List<PostgresKeyUse.Added> added = new ArrayList<>();
        uses.values().forEach(use -> added.addAll(use.takeUnstored()));
        if (!added.isEmpty()) {
            store(added);
        }
        long since = clock.instant().minus(QUIET).toEpochMilli();
        uses.values().removeIf(use -> use.isQuiet(since));
        return false;
    }

    private void store(List<PostgresKeyUse.Added> added) {
        try {
            store.add(added).await().atMost(DATABASE_TIMEOUT);
        } catch (RuntimeException failed) {
            added.forEach(one -> Optional.ofNullable(uses.get(one.key())).ifPresent(use -> use.keepUnstored(one)));
            throw failed;
        }
        learn(added.stream().map(PostgresKeyUse.Added::key).distinct().toList());
    }

    /** What other replicas stored meanwhile counts here too. */
    private void learn(List<UUID> keys) {
        Instant now = clock.instant();
        LocalDate today = KeyUse.day(now);
        Map<UUID, KeyUse.Totals> totals = store.totals(keys, today).await().atMost(DATABASE_TIMEOUT);
        totals.forEach((key, total) -> Optional.ofNullable(uses.get(key))
                .filter(use -> use.isKnown(now))
                .ifPresent(use -> use.know(today, total)));
    }
}
