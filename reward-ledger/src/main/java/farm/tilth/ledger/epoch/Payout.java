package farm.tilth.ledger.epoch;

import java.nio.ByteBuffer;

/**
 * All that an address has earned since the farm began; what it has claimed before is the claim's business, so a sum
 * that is not claimed carries over by itself.
 *
 * @param cumulative in the smallest unit; never falls from one epoch to the next
 */
public record Payout(PayoutAddress address, long cumulative) {
    public Payout {
        if (cumulative <= 0) {
            throw new IllegalArgumentException("a payout must be over 0, not " + cumulative);
        }
    }

    /** keccak(keccak(abi.encode(address, uint256))): hashed twice, so that no inner node can pass for a leaf. */
    KeccakHash leaf(Keccak256 keccak) {
        byte[] encoded = ByteBuffer.allocate(64)
                .put(12, address.bytes())
                .putLong(56, cumulative)
                .array();
        return KeccakHash.fromBytes(keccak.hash(keccak.hash(encoded)));
    }
}
