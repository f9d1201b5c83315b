package farm.tilth.ledger.epoch;

import java.util.List;

/** The hashes that lead from a payout's leaf to the root, from the leaf's sibling upward. */
public record PayoutProof(Payout payout, List<KeccakHash> hashes) {
    public PayoutProof {
        hashes = List.copyOf(hashes);
    }

    /** Whether the payout lies under the root, as the chain's contract decides it. */
    public boolean leadsTo(KeccakHash payoutRoot, Keccak256 keccak) {
        KeccakHash hash = payout.leaf(keccak);
        for (KeccakHash sibling : hashes) {
            hash = PayoutTree.node(hash, sibling, keccak);
        }
        return hash.equals(payoutRoot);
    }
}
