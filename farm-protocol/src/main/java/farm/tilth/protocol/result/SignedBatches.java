package farm.tilth.protocol.result;

import com.google.protobuf.ByteString;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.wire.BatchSignature;
import farm.tilth.protocol.wire.Seal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.List;

/**
 * A worker's word on several batches of online calls at once: a Merkle tree whose leaves are the statements of their
 * {@link BatchCommitment}s, in order, signed once. A signature costs as much processor time as many small answers, so
 * that batches share one; each can still be shown alone.
 */
public final class SignedBatches {
    /** The most batches that share a signature. */
    public static final int MAX_BATCHES = 256;

    private static final byte[] DOMAIN = "tilth-batches-v1".getBytes(StandardCharsets.US_ASCII);

    private final List<Digest> leaves;
    private final MerkleTree tree;

    /** Over leaves in their order; at least one. */
    public SignedBatches(List<Digest> leaves) {
        this.leaves = List.copyOf(leaves);
        this.tree = new MerkleTree(leaves);
    }

    /** What a worker sent. */
    public static SignedBatches of(BatchSignature sent) {
        return new SignedBatches(sent.getLeavesList().stream()
                .map(leaf -> Digest.fromBytes(leaf.toByteArray()))
                .toList());
    }

    /** The leaf of a batch, by {@link BatchCommitment#statement}. */
    public static Digest leaf(byte[] batchStatement) {
        MessageDigest sha = Digest.sha256();
        sha.update((byte) 0);
        sha.update(batchStatement);
        return Digest.fromBytes(sha.digest());
    }

    /** The bytes that the worker signs. */
    public byte[] statement() {
        return statement(tree.root(), leaves.size());
    }

    /** Adds to a batch's seal what shows it to be one of these. */
    public Seal seal(Seal batch, Digest leaf) {
        int index = leaves.indexOf(leaf);
        Seal.Builder seal = batch.toBuilder().setBatchIndex(index).setBatchCount(leaves.size());
        tree.proof(index).forEach(hash -> seal.addBatchProof(ByteString.copyFrom(hash.bytes())));
        return seal.build();
    }

    /** Whether the holder of the key signed the batch together with others. */
    static boolean verify(Seal seal, byte[] batchStatement, byte[] publicKey) {
        List<Digest> proof = seal.getBatchProofList().stream()
                .map(hash -> Digest.fromBytes(hash.toByteArray()))
                .toList();
        return MerkleTree.rootOf(seal.getBatchIndex(), seal.getBatchCount(), leaf(batchStatement), proof)
                .filter(root -> SigningKey.verify(
                        publicKey,
                        statement(root, seal.getBatchCount()),
                        seal.getSignature().toByteArray()))
                .isPresent();
    }

    private static byte[] statement(Digest root, int size) {
        return ByteBuffer.allocate(DOMAIN.length + 32 + 4)
                .put(DOMAIN)
                .put(root.bytes())
                .putInt(size)
                .array();
    }
}
