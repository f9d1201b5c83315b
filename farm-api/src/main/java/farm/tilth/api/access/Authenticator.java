package farm.tilth.api.access;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Locale;
import java.util.Optional;
import java.util.UUID;

/** Turns the Authorization header of REST, or the same metadata of gRPC, into a caller. */
@ApplicationScoped
public class Authenticator {
    private static final String SCHEME = "bearer ";

    private final PostgresKeys keys;
    private final KeyCache cache;

    Authenticator(PostgresKeys keys, InstantSource clock) {
        this.keys = keys;
        this.cache = new KeyCache(clock);
    }

    /**
     * Checks a header such as "Bearer tk_…".
     *
     * @param authorization null when there is none
     * @return the caller, or a failure with UNAUTHENTICATED
     */
    public Uni<Caller> authenticate(String authorization) {
        if (authorization == null || !authorization.toLowerCase(Locale.ROOT).startsWith(SCHEME)) {
            return refuse("no API key: send it as 'Authorization: Bearer KEY'");
        }
        Optional<KeySecret> key =
                KeySecret.parse(authorization.substring(SCHEME.length()).strip());
        if (key.isEmpty()) {
            return refuse("this is not an API key of Tilth: one starts with 'tk_'");
        }
        Optional<PostgresKeys.StoredKey> known = cache.find(key.get().id());
        return known.isPresent()
                ? Uni.createFrom().item(() -> check(key.get(), known))
                : keys.find(key.get().id())
                        .invoke(found -> found.ifPresent(cache::keep))
                        .map(found -> check(key.get(), found));
    }

    /** The key's limits were changed: they hold from its next request on, here; elsewhere within the half minute. */
    void forget(UUID key) {
        cache.forget(key);
    }

    private static Caller check(KeySecret shown, Optional<PostgresKeys.StoredKey> stored) {
        return stored.filter(key -> shown.matches(key.secretSha()))
                .map(key -> new Caller(key.account(), key.id(), key.roles(), key.limits()))
                .orElseThrow(() -> new FarmException(ErrorCode.UNAUTHENTICATED, "this farm does not know the API key"));
    }

    private static Uni<Caller> refuse(String message) {
        return Uni.createFrom().failure(new FarmException(ErrorCode.UNAUTHENTICATED, message));
    }
}
