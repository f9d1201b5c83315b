package farm.tilth.protocol.result;

import com.google.protobuf.ByteString;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceReply;
import farm.tilth.protocol.wire.Seal;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A worker's word on a batch of online calls: which answers it gave together, in which order, signed once. A leaf is
 * the statement of a {@link CallCommitment}, so that each answer can be shown alone later, with its {@link Seal}.
 * Answers that are errors are no part of it.
 */
public final class BatchCommitment {
    private static final byte[] DOMAIN = "tilth-batch-v1".getBytes(StandardCharsets.US_ASCII);

    private final String batchId;
    private final MerkleTree tree;
    private final int size;
    private final long workUnits;

    private BatchCommitment(String batchId, List<Digest> leaves, long workUnits) {
        this.batchId = batchId;
        this.tree = new MerkleTree(leaves);
        this.size = leaves.size();
        this.workUnits = workUnits;
    }

    /**
     * Over answers whose roots are set; at least one.
     *
     * @throws IllegalArgumentException when there is none
     */
    public static BatchCommitment to(String batchId, List<InferenceAnswer> answers) {
        List<Digest> leaves = new ArrayList<>(answers.size());
        long units = 0;
        for (InferenceAnswer answer : answers) {
            leaves.add(leaf(answer));
            units = Math.addExact(units, answer.getWorkUnits());
        }
        return new BatchCommitment(batchId, leaves, units);
    }

    /** The answers of a reply that its worker commits to. */
    public static List<InferenceAnswer> committed(InferenceReply reply) {
        return reply.getAnswersList().stream()
                .filter(InferenceAnswer::hasTensors)
                .toList();
    }

    /** The bytes that the worker signs. */
    public byte[] statement() {
        return statement(batchId, tree.root(), size, workUnits);
    }

    /** What shows answer {@code index} to be part of the batch. */
    public Seal seal(int index, ByteString signature) {
        Seal.Builder seal = Seal.newBuilder()
                .setBatchId(batchId)
                .setIndex(index)
                .setSize(size)
                .setBatchWorkUnits(workUnits)
                .setSignature(signature);
        tree.proof(index).forEach(hash -> seal.addProof(ByteString.copyFrom(hash.bytes())));
        return seal.build();
    }

    /** Whether the answer is what the holder of the key said: rows, root, proof and signature fit each other. */
    public static boolean verify(InferenceAnswer answer, byte[] publicKey) {
        Seal seal = answer.getSeal();
        CallCommitment own =
                CallCommitment.to(answer.getCallId(), answer.getTensors().getTensorsList(), answer.getWorkUnits());
        if (!ByteString.copyFrom(own.root().bytes()).equals(answer.getCommitmentRoot())) {
            return false;
        }
        return verify(seal, leaf(answer), publicKey);
    }

    /** The root of the batch to which a seal shows a leaf to belong; empty when its proof is of no tree. */
    static Optional<Digest> root(Seal seal, Digest leaf) {
        List<Digest> proof = seal.getProofList().stream()
                .map(hash -> Digest.fromBytes(hash.toByteArray()))
                .toList();
        return MerkleTree.rootOf(seal.getIndex(), seal.getSize(), leaf, proof);
    }

    /** Whether the holder of the key signed a batch with this leaf at the seal's place. */
    static boolean verify(Seal seal, Digest leaf, byte[] publicKey) {
        return root(seal, leaf)
                .map(root -> statement(seal.getBatchId(), root, seal.getSize(), seal.getBatchWorkUnits()))
                .filter(statement -> seal.getBatchCount() > 0
                        ? SignedBatches.verify(seal, statement, publicKey)
                        : SigningKey.verify(
                                publicKey, statement, seal.getSignature().toByteArray()))
                .isPresent();
    }

    private static Digest leaf(InferenceAnswer answer) {
        return leaf(new CallCommitment(
                answer.getCallId(), Digest.fromBytes(answer.getCommitmentRoot().toByteArray()), answer.getWorkUnits()));
    }

    /** The leaf of an answer: SHA-256(0 ‖ its call's statement). */
    public static Digest leaf(CallCommitment call) {
        MessageDigest sha = Digest.sha256();
        sha.update((byte) 0);
        sha.update(call.statement());
        return Digest.fromBytes(sha.digest());
    }

    private static byte[] statement(String batchId, Digest root, int size, long workUnits) {
        return ByteBuffer.allocate(DOMAIN.length + 32 + 32 + 4 + 8)
                .put(DOMAIN)
                .put(Digest.ofText(batchId).bytes())
                .put(root.bytes())
                .putInt(size)
                .putLong(workUnits)
                .array();
    }
}
