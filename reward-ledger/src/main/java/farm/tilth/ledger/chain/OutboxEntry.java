package farm.tilth.ledger.chain;

import farm.tilth.ledger.epoch.KeccakHash;
import java.util.List;
import java.util.OptionalLong;

/**
 * An intent, and what was done for it.
 *
 * @param nonce given when it is signed first, and never changed: one nonce, one intent
 * @param attempts oldest first; all have the one nonce, so that at most one of them is ever in a chain
 * @param gasUsed of the attempt that is final, else 0
 */
public record OutboxEntry(Intent intent, State state, OptionalLong nonce, List<Attempt> attempts, long gasUsed) {
    /**
     * QUEUED → SENT when a signed transaction is stored, before it is broadcast; SENT → DONE or REVERTED when an attempt
     * is final; SENT → LOST when a transaction that is not ours used the nonce for good. The last three never change.
     */
    public enum State {
        QUEUED,
        SENT,
        DONE,
        REVERTED,
        LOST;

        /** Whether nothing more happens to it. */
        public boolean over() {
            return this == DONE || this == REVERTED || this == LOST;
        }
    }

    /**
     * A signed transaction for the intent.
     *
     * @param maxFee the most that a unit of gas may cost, in wei
     * @param sentAtBlock the head when it was signed
     */
    public record Attempt(KeccakHash hash, byte[] signed, long maxFee, long tip, long sentAtBlock) {}

    public OutboxEntry {
        attempts = List.copyOf(attempts);
    }
}
