package farm.tilth.protocol.result;

import farm.tilth.protocol.Digest;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The Merkle tree of RFC 6962 over a list of leaf hashes: interior nodes are SHA-256(1 ‖ left ‖ right), the left
 * subtree is the largest power of two that is smaller than the list. Leaves are hashed by the caller, with a first
 * byte of 0 ({@link Commitment#leaf}).
 */
public final class MerkleTree {
    private final List<Digest> leaves;

    public MerkleTree(List<Digest> leaves) {
        if (leaves.isEmpty()) {
            throw new IllegalArgumentException("a tree needs a leaf");
        }
        this.leaves = List.copyOf(leaves);
    }

    public Digest root() {
        return root(leaves);
    }

    /** The hashes that lead from the leaf to the root, from the leaf's sibling upward. */
    public List<Digest> proof(int index) {
        List<Digest> proof = new ArrayList<>();
        addProof(leaves, index, proof);
        return proof;
    }

    /** Whether {@code leaf} is number {@code index} of the {@code size} leaves under {@code root}. */
    public static boolean verify(Digest root, int index, int size, Digest leaf, List<Digest> proof) {
        return rootOf(index, size, leaf, proof).filter(root::equals).isPresent();
    }

    /** The root to which the proof leads from the leaf; empty when the proof has another length. */
    public static Optional<Digest> rootOf(int index, int size, Digest leaf, List<Digest> proof) {
        if (index < 0 || index >= size) {
            return Optional.empty();
        }
        int at = index;
        int last = size - 1;
        Digest hash = leaf;
        for (Digest sibling : proof) {
            if (last == 0) {
                return Optional.empty();
            }
            if ((at & 1) == 1 || at == last) {
                hash = node(sibling, hash);
                while ((at & 1) == 0 && at != 0) {
                    at >>= 1;
                    last >>= 1;
                }
            } else {
                hash = node(hash, sibling);
            }
            at >>= 1;
            last >>= 1;
        }
        return last == 0 ? Optional.of(hash) : Optional.empty();
    }

    private static Digest root(List<Digest> leaves) {
        if (leaves.size() == 1) {
            return leaves.getFirst();
        }
        int split = split(leaves.size());
        return node(root(leaves.subList(0, split)), root(leaves.subList(split, leaves.size())));
    }

    private static void addProof(List<Digest> leaves, int index, List<Digest> proof) {
        if (leaves.size() == 1) {
            return;
        }
        int split = split(leaves.size());
        List<Digest> left = leaves.subList(0, split);
        List<Digest> right = leaves.subList(split, leaves.size());
        if (index < split) {
            addProof(left, index, proof);
            proof.add(root(right));
        } else {
            addProof(right, index - split, proof);
            proof.add(root(left));
        }
    }

    private static int split(int size) {
        return Integer.highestOneBit(size - 1);
    }

    private static Digest node(Digest left, Digest right) {
        MessageDigest sha = Digest.sha256();
        sha.update((byte) 1);
        sha.update(left.bytes());
        sha.update(right.bytes());
        return Digest.fromBytes(sha.digest());
    }
}
