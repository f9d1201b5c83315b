package farm.tilth.ledger.chain;

/**
 * The limits of an outbox.
 *
 * @param confirmations blocks, its own included, after which a transaction is final
 * @param bumpAfterBlocks blocks after which a transaction that is not included is replaced by a dearer one
 * @param maxFee the most that a unit of gas may ever cost, in wei; while the chain wants more, everything waits
 * @param tip what the block's maker gets of it, in wei
 * @param inFlight the most transactions that are on their way at once
 * @param attempts the most transactions for one intent
 */
public record OutboxLimits(int confirmations, int bumpAfterBlocks, long maxFee, long tip, int inFlight, int attempts) {
    public OutboxLimits {
        if (confirmations < 1 || bumpAfterBlocks < 1 || tip < 1 || maxFee < tip || inFlight < 1 || attempts < 1) {
            throw new IllegalArgumentException("the limits of an outbox are over 0, and the tip is within the fee");
        }
    }

    /** For a chain with blocks of about 12 s: final after 12 blocks, at most 200 gwei. */
    public static OutboxLimits standard() {
        return new OutboxLimits(12, 5, 200_000_000_000L, 1_000_000_000L, 16, 12);
    }

    /** For a chain on this machine, which makes blocks on demand. */
    public static OutboxLimits local() {
        return new OutboxLimits(2, 5, 200_000_000_000L, 1_000_000_000L, 16, 12);
    }
}
