package farm.tilth.ledger.epoch;

import java.util.List;

/**
 * An epoch that is over: who has earned how much by its end. Anyone can rebuild the tree, and so every proof, from the
 * payouts.
 *
 * @param payoutRoot the root over the payouts
 * @param total the sum of the payouts: the most that can ever be claimed under the root
 * @param withoutAddress what workers earned whose owners have named no address; it is paid under a later root
 * @param payouts in the order of their addresses
 */
public record ClosedEpoch(long epoch, KeccakHash payoutRoot, long total, long withoutAddress, List<Payout> payouts) {
    public ClosedEpoch {
        payouts = List.copyOf(payouts);
    }

    public PayoutTree tree(Keccak256 keccak) {
        return new PayoutTree(payouts, keccak);
    }
}
