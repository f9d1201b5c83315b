package farm.tilth.protocol.result;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.TaskId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;

/**
 * A worker's word on its result, given before the challenge exists.
 *
 * @param root the Merkle root over the leaves of the result's blocks
 * @param result the digest of the result file
 * @param workUnits the sum over the blocks
 */
public record Commitment(TaskId task, long fence, Digest root, Digest result, long workUnits) {
    private static final byte[] DOMAIN = "tilth-commitment-v1".getBytes(StandardCharsets.US_ASCII);

    public static Commitment to(TaskId task, long fence, ResultFile result, Digest resultDigest) {
        return new Commitment(task, fence, tree(task, result).root(), resultDigest, result.workUnits());
    }

    public static MerkleTree tree(TaskId task, ResultFile result) {
        List<Digest> leaves = new ArrayList<>(result.blocks().size());
        for (int i = 0; i < result.blocks().size(); i++) {
            ResultFile.Block block = result.blocks().get(i);
            leaves.add(leaf(task, i, block.workUnits(), block.digest()));
        }
        return new MerkleTree(leaves);
    }

    /**
     * SHA-256(0 ‖ job ‖ task ‖ block ‖ work units ‖ SHA-256(bytes)): 16, 4, 4, 8 and 32 bytes, big-endian. The hash
     * of the bytes stands for them, so that a receipt can be checked without the pictures.
     */
    public static Digest leaf(TaskId task, int block, long workUnits, Digest blockDigest) {
        MessageDigest sha = Digest.sha256();
        sha.update((byte) 0);
        sha.update(ByteBuffer.allocate(32)
                .putLong(task.job().value().getMostSignificantBits())
                .putLong(task.job().value().getLeastSignificantBits())
                .putInt(task.index())
                .putInt(block)
                .putLong(workUnits)
                .array());
        sha.update(blockDigest.bytes());
        return Digest.fromBytes(sha.digest());
    }

    /** The bytes that the worker signs. */
    public byte[] statement() {
        return ByteBuffer.allocate(DOMAIN.length + 16 + 4 + 8 + 32 + 32 + 8)
                .put(DOMAIN)
                .putLong(task.job().value().getMostSignificantBits())
                .putLong(task.job().value().getLeastSignificantBits())
                .putInt(task.index())
                .putLong(fence)
                .put(root.bytes())
                .put(result.bytes())
                .putLong(workUnits)
                .array();
    }
}
