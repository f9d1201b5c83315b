package farm.tilth.verifier.commitment;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.Commitment;
import farm.tilth.protocol.result.MerkleTree;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.TaskId;
import java.util.List;

/**
 * One block of a committed result, with the hashes that lead from it to the root: what an audit keeps as evidence.
 *
 * @param blocks how many blocks the result has
 */
public record BlockProof(int block, int blocks, Digest blockDigest, long workUnits, List<Digest> hashes) {
    public BlockProof {
        hashes = List.copyOf(hashes);
    }

    /**
     * Proves a block of a result that was checked.
     *
     * @throws IndexOutOfBoundsException when the result has no such block
     */
    public static BlockProof of(CommitmentCheck.Matches checked, int block) {
        return of(checked.result(), checked.tree(), block);
    }

    /**
     * Proves a block of a result.
     *
     * @throws IndexOutOfBoundsException when the result has no such block
     */
    public static BlockProof of(TaskId task, ResultFile result, int block) {
        return of(result, Commitment.tree(task, result), block);
    }

    /** Whether this block of this task lies under the root. */
    public boolean leadsTo(Digest root, TaskId task) {
        return MerkleTree.verify(root, block, blocks, Commitment.leaf(task, block, workUnits, blockDigest), hashes);
    }

    /** The audit as a receipt lists it. */
    public Receipt.Audit inReceipt(long epoch, Digest auditor) {
        return new Receipt.Audit(epoch, block, blocks, blockDigest, workUnits, hashes, auditor);
    }

    private static BlockProof of(ResultFile result, MerkleTree tree, int block) {
        ResultFile.Block content = result.blocks().get(block);
        return new BlockProof(block, result.blocks().size(), content.digest(), content.workUnits(), tree.proof(block));
    }
}
