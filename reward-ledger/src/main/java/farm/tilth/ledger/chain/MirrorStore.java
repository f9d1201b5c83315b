package farm.tilth.ledger.chain;

import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Where the mirror's events are kept. Every call is atomic and durable when it returns. */
public interface MirrorStore {
    /** A block up to which all events are known, and its hash when they were read. */
    record Checkpoint(long block, KeccakHash hash) {}

    Optional<Checkpoint> last();

    /** Adds a checkpoint and the events since the one before. */
    void add(Checkpoint checkpoint, List<ChainNode.Log> events);

    /** Removes the newest checkpoint and the events that came with it. */
    void forget(Checkpoint checkpoint);

    /** Events of a kind that nothing was done about yet, oldest first. */
    List<ChainNode.Log> unsettled(PayoutAddress contract, KeccakHash topic, int limit);

    /** The last event of a kind before this one, of the same contract and about the same account (the first topic). */
    Optional<ChainNode.Log> before(ChainNode.Log event, KeccakHash topic);

    /** Something was done about an event. */
    void settle(ChainNode.Log event);

    /** What every holder has by the token's transfers; the zero address, which makes and burns, is left out. */
    Map<PayoutAddress, Long> balances(PayoutAddress token, KeccakHash transferTopic);
}
