package farm.tilth.ledger.ledger;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * What a transfer does to the balances. A hold is a pending transfer: it keeps its amount from being spent until
 * exactly one later transfer posts, voids or expires it.
 */
public sealed interface Step {
    /** Moves the amount at once. */
    record Direct() implements Step {}

    /**
     * Keeps the amount on the debited account until it is posted or released, at the latest until {@code expiresAt}
     * (in whole microseconds).
     */
    record Hold(Instant expiresAt) implements Step {
        public Hold {
            expiresAt = expiresAt.truncatedTo(ChronoUnit.MICROS);
        }
    }

    /** Moves the amount, at most what was held, and releases the rest. */
    record Post(TransferId hold) implements Step {}

    /** Releases the whole amount because nothing came of it. */
    record Release(TransferId hold) implements Step {}

    /** Releases the whole amount because its time is over. */
    record Expire(TransferId hold) implements Step {}

    /** The kinds of steps, as they are stored. */
    enum Kind {
        DIRECT,
        HOLD,
        POST,
        RELEASE,
        EXPIRE
    }

    default Kind kind() {
        return switch (this) {
            case Direct _ -> Kind.DIRECT;
            case Hold _ -> Kind.HOLD;
            case Post _ -> Kind.POST;
            case Release _ -> Kind.RELEASE;
            case Expire _ -> Kind.EXPIRE;
        };
    }

    /** The hold that this step ends. */
    default Optional<TransferId> resolves() {
        return switch (this) {
            case Direct _, Hold _ -> Optional.empty();
            case Post post -> Optional.of(post.hold);
            case Release release -> Optional.of(release.hold);
            case Expire expire -> Optional.of(expire.hold);
        };
    }

    /** Whether the step moves money, and so shows in a statement. */
    default boolean moves() {
        return this instanceof Direct || this instanceof Post;
    }
}
