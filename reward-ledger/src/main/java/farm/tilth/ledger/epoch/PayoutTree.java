package farm.tilth.ledger.epoch;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A Merkle tree over payouts, as OpenZeppelin's StandardMerkleTree of (address, uint256) builds it: leaves in the order
 * of their hashes, pairs sorted before they are hashed, so that a proof needs no directions. Immutable.
 */
public final class PayoutTree {
    /** The nodes of a complete binary tree: the children of node i are 2i + 1 and 2i + 2, the root is node 0. */
    private final KeccakHash[] nodes;

    private final Map<PayoutAddress, Payout> payouts = new HashMap<>();
    private final Map<PayoutAddress, Integer> places = new HashMap<>();

    /**
     * Builds the tree.
     *
     * @throws IllegalArgumentException when there is no payout, or two for one address
     */
    public PayoutTree(List<Payout> payouts, Keccak256 keccak) {
        if (payouts.isEmpty()) {
            throw new IllegalArgumentException("a tree needs a payout");
        }
        record Leaf(KeccakHash hash, Payout payout) {}
        List<Leaf> leaves = new ArrayList<>(payouts.size());
        for (Payout payout : payouts) {
            leaves.add(new Leaf(payout.leaf(keccak), payout));
            if (this.payouts.put(payout.address(), payout) != null) {
                throw new IllegalArgumentException("two payouts for " + payout.address());
            }
        }
        leaves.sort((a, b) -> a.hash().compareTo(b.hash()));
        nodes = new KeccakHash[2 * leaves.size() - 1];
        for (int i = 0; i < leaves.size(); i++) {
            int place = nodes.length - 1 - i;
            nodes[place] = leaves.get(i).hash();
            places.put(leaves.get(i).payout().address(), place);
        }
        for (int i = leaves.size() - 2; i >= 0; i--) {
            nodes[i] = node(nodes[2 * i + 1], nodes[2 * i + 2], keccak);
        }
    }

    public KeccakHash root() {
        return nodes[0];
    }

    /** The proof of what an address has earned; empty when it has no payout. */
    public Optional<PayoutProof> proof(PayoutAddress address) {
        Integer place = places.get(address);
        if (place == null) {
            return Optional.empty();
        }
        List<KeccakHash> hashes = new ArrayList<>();
        for (int at = place; at > 0; at = (at - 1) / 2) {
            hashes.add(nodes[at % 2 == 1 ? at + 1 : at - 1]);
        }
        return Optional.of(new PayoutProof(payouts.get(address), hashes));
    }

    static KeccakHash node(KeccakHash a, KeccakHash b, Keccak256 keccak) {
        boolean sorted = a.compareTo(b) <= 0;
        byte[] pair = ByteBuffer.allocate(64)
                .put((sorted ? a : b).bytes())
                .put((sorted ? b : a).bytes())
                .array();
        return KeccakHash.fromBytes(keccak.hash(pair));
    }
}
