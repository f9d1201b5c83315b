package farm.tilth.api.access;

import farm.tilth.api.server.Sessions;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.InstantSource;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** The accounts and their keys. */
@ApplicationScoped
public class Accounts {
    private final Sessions sessions;
    private final InstantSource clock;

    Accounts(Sessions sessions, InstantSource clock) {
        this.sessions = sessions;
        this.clock = clock;
    }

    /** A key that was just made; the only time that its secret is at hand. */
    public record NewKey(UUID account, KeySecret key) {}

    /** Makes an account with one key. */
    public Uni<NewKey> open(String name, Set<Role> roles) {
        return open(new Opening(name, roles, Optional.empty(), KeyLimits.NONE), Optional.empty());
    }

    /**
     * An account with one key that is to be made.
     *
     * @param monthlyCap what it may cost in a month, in µT
     */
    record Opening(String name, Set<Role> roles, Optional<Long> monthlyCap, KeyLimits limits) {}

    /** Makes an account with one key. */
    Uni<NewKey> open(Opening asked, Optional<KeyOrigin> origin) {
        Account account = new Account(UUID.randomUUID(), asked.name(), clock.instant());
        KeySecret key = KeySecret.generate();
        ApiKey stored = new ApiKey(key, account.id(), asked.name(), asked.roles(), clock.instant())
                .capped(asked.monthlyCap())
                .limited(asked.limits());
        origin.ifPresent(stored::askedBy);
        return sessions.transaction(session -> session.persist(account)
                .chain(session::flush)
                .chain(() -> session.persist(stored))
                .replaceWith(new NewKey(account.id(), key)));
    }

    /** Makes another key of an account that exists. */
    public Uni<NewKey> addKey(UUID account, String name, Set<Role> roles) {
        KeySecret key = KeySecret.generate();
        ApiKey stored = new ApiKey(key, account, name, roles, clock.instant());
        return sessions.transaction(session -> session.persist(stored).replaceWith(new NewKey(account, key)));
    }

    /** The account's name; empty when there is no such account. */
    public Uni<Optional<String>> name(UUID account) {
        return sessions.transaction(session -> session.find(Account.class, account))
                .map(found -> Optional.ofNullable(found).map(Account::name));
    }
}
