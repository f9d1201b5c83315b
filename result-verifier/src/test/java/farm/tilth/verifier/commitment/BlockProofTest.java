package farm.tilth.verifier.commitment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.TaskId;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BlockProofTest {
    @Test
    void everyBlockOfEverySizeOfTileLeadsToItsRoot() {
        for (int height = 1; height <= 9; height++) {
            ResultShape shape = ResultShape.of(Results.tile(7, height), Results.plan(1));
            ResultFile result = Results.honest(shape, height);
            CommitmentCheck.Matches checked = assertInstanceOf(
                    CommitmentCheck.Matches.class,
                    CommitmentCheck.check(shape, Results.commitmentTo(result), result.toBytes()));
            for (int block = 0; block < result.blocks().size(); block++) {
                BlockProof proof = BlockProof.of(checked, block);
                assertTrue(proof.leadsTo(checked.tree().root(), Results.TASK));
                assertEquals(proof, BlockProof.of(Results.TASK, result, block));
            }
        }
    }

    @Test
    void changedProofLeadsNowhere() {
        ResultFile result = Results.honest(ResultShape.of(Results.tile(16, 16), Results.plan(1)), 5);
        Digest root = Results.commitmentTo(result).root();
        BlockProof proof = BlockProof.of(Results.TASK, result, 17);
        List<Digest> hashes = new ArrayList<>(proof.hashes());
        hashes.set(2, Digest.ofText("forged"));

        assertFalse(new BlockProof(17, 64, proof.blockDigest(), proof.workUnits(), hashes).leadsTo(root, Results.TASK));
        assertFalse(new BlockProof(18, 64, proof.blockDigest(), proof.workUnits(), proof.hashes())
                .leadsTo(root, Results.TASK));
        assertFalse(new BlockProof(17, 64, proof.blockDigest(), proof.workUnits() + 1, proof.hashes())
                .leadsTo(root, Results.TASK));
        assertFalse(new BlockProof(17, 64, Digest.ofText("other"), proof.workUnits(), proof.hashes())
                .leadsTo(root, Results.TASK));
        assertFalse(proof.leadsTo(root, new TaskId(Results.TASK.job(), 0)));
        assertFalse(proof.leadsTo(Digest.ofText("root"), Results.TASK));
    }

    @Test
    void blockThatIsNotThereHasNoProof() {
        ResultFile result = ResultFile.ofOne(new byte[4], 1);
        assertThrows(IndexOutOfBoundsException.class, () -> BlockProof.of(Results.TASK, result, 1));
        assertThrows(IndexOutOfBoundsException.class, () -> BlockProof.of(Results.TASK, result, -1));
    }

    @Test
    void receiptListsTheSameFacts() {
        ResultFile result = Results.honest(ResultShape.of(Results.tile(8, 8), Results.plan(1)), 6);
        BlockProof proof = BlockProof.of(Results.TASK, result, 9);
        Digest auditor = Digest.ofText("auditor");
        assertEquals(
                new Receipt.Audit(4, 9, 64, proof.blockDigest(), proof.workUnits(), proof.hashes(), auditor),
                proof.inReceipt(4, auditor));
    }
}
