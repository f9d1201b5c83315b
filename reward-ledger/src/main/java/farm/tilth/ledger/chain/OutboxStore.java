package farm.tilth.ledger.chain;

import farm.tilth.ledger.epoch.PayoutAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Where intents and their signed transactions survive a crash. Every call is durable when it returns, and atomic. */
public interface OutboxStore {
    /**
     * Queues an intent; one that is there already stays as it is.
     *
     * @throws farm.tilth.protocol.FarmException with CONFLICT when another intent has this id
     */
    OutboxEntry add(Intent intent);

    Optional<OutboxEntry> find(String id);

    /** The intents that were queued first and have no nonce yet. */
    List<OutboxEntry> queued(int limit);

    /** The intents that are on their way, by nonce. */
    List<OutboxEntry> sent(PayoutAddress sender, int limit);

    /** The highest nonce that was ever given to an intent of the sender. */
    OptionalLong lastNonce(PayoutAddress sender);

    /**
     * Gives a queued intent its nonce and its first transaction.
     *
     * @throws farm.tilth.protocol.FarmException with CONFLICT when it has one, or another intent has the nonce
     */
    void sign(String id, PayoutAddress sender, long nonce, OutboxEntry.Attempt attempt);

    /** Adds a transaction to an intent that is on its way. */
    void replace(String id, OutboxEntry.Attempt attempt);

    /** Ends an intent that is on its way. */
    void finish(String id, OutboxEntry.State state, long gasUsed);
}
