package farm.tilth.verifier.commitment;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.Commitment;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.result.SigningKey;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.verifier.commitment.CommitmentCheck.Matches;
import farm.tilth.verifier.commitment.CommitmentCheck.Mismatch;
import farm.tilth.verifier.commitment.CommitmentCheck.Reason;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CommitmentCheckTest {
    private final ResultShape shape = ResultShape.of(Results.tile(24, 16), Results.plan(2));
    private final ResultFile result = Results.honest(shape, 42);
    private final byte[] content = result.toBytes();
    private final Commitment commitment = Results.commitmentTo(result);

    @Test
    void honestResultMatches() {
        Matches matches = assertInstanceOf(Matches.class, CommitmentCheck.check(shape, commitment, content));
        assertEquals(commitment.root(), matches.tree().root());
        assertEquals(result.workUnits(), matches.result().workUnits());
    }

    @Test
    void anyChangedByteOfTheFileIsFound() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 200; i++) {
            byte[] changed = content.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            assertReason(Reason.DIGEST, commitment, changed, "seed " + seed);
        }
    }

    @Test
    void anyChangedByteIsFoundEvenWhenTheDigestFollowsIt() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            byte[] changed = content.clone();
            changed[random.nextInt(changed.length)] ^= (byte) (1 << random.nextInt(8));
            Commitment adjusted = with(commitment.root(), Digest.of(changed), commitment.workUnits());
            assertInstanceOf(Mismatch.class, CommitmentCheck.check(shape, adjusted, changed), () -> "seed " + seed);
        }
    }

    @Test
    void everyTruncationIsFound() {
        for (int length = 0; length < content.length; length++) {
            byte[] cut = Arrays.copyOf(content, length);
            assertReason(Reason.MALFORMED, with(commitment.root(), Digest.of(cut), 0), cut, "length " + length);
        }
    }

    @Test
    void fileThatIsNoResultIsMalformed() {
        byte[] text = "not a result".getBytes(java.nio.charset.StandardCharsets.UTF_8);
        assertReason(Reason.MALFORMED, with(commitment.root(), Digest.of(text), 0), text, "");
    }

    @Test
    void missingBlockIsFound() {
        assertReason(
                Reason.BLOCK_COUNT, result.blocks().subList(1, result.blocks().size()));
    }

    @Test
    void addedBlockIsFound() {
        List<ResultFile.Block> more = new ArrayList<>(result.blocks());
        more.add(result.blocks().getFirst());
        assertReason(Reason.BLOCK_COUNT, more);
    }

    @Test
    void blockOfAnotherLengthIsFoundInEveryPlace() {
        for (int i = 0; i < result.blocks().size(); i++) {
            List<ResultFile.Block> blocks = new ArrayList<>(result.blocks());
            ResultFile.Block block = blocks.get(i);
            blocks.set(
                    i, new ResultFile.Block(block.workUnits(), Arrays.copyOf(block.bytes(), block.bytes().length + 1)));
            assertReason(Reason.BLOCK_BYTES, blocks);
        }
    }

    @Test
    void moreWorkThanPossibleIsFoundInEveryPlace() {
        for (int i = 0; i < result.blocks().size(); i++) {
            List<ResultFile.Block> blocks = new ArrayList<>(result.blocks());
            blocks.set(
                    i,
                    new ResultFile.Block(
                            shape.blocks().get(i).maxWorkUnits() + 1,
                            blocks.get(i).bytes()));
            assertReason(Reason.WORK_UNITS, blocks);
        }
    }

    @Test
    void committedSumMustBeTheBlocksSum() {
        Commitment greedy = with(commitment.root(), commitment.result(), commitment.workUnits() + 1);
        assertReason(Reason.WORK_UNITS, greedy, content, "");
    }

    @Test
    void rootOfOtherBlocksIsFound() {
        Digest other = Commitment.tree(Results.TASK, Results.honest(shape, 43)).root();
        assertReason(Reason.ROOT, with(other, commitment.result(), commitment.workUnits()), content, "");
    }

    @Test
    void rootForAnotherTaskIsFound() {
        TaskId other = new TaskId(Results.TASK.job(), Results.TASK.index() + 1);
        Commitment reused =
                new Commitment(other, Results.FENCE, commitment.root(), commitment.result(), commitment.workUnits());
        assertReason(Reason.ROOT, reused, content, "");
    }

    @Test
    void onlyTheWorkersOwnSignatureOverThisCommitmentCounts() {
        SigningKey worker = SigningKey.generate();
        SigningKey other = SigningKey.generate();
        byte[] signature = worker.sign(commitment.statement());
        assertTrue(CommitmentCheck.signed(commitment, worker.publicKey(), signature));
        assertFalse(CommitmentCheck.signed(commitment, other.publicKey(), signature));
        assertFalse(CommitmentCheck.signed(commitment, worker.publicKey(), new byte[64]));
        assertFalse(CommitmentCheck.signed(commitment, new byte[3], signature));
        Commitment refenced = new Commitment(
                commitment.task(),
                commitment.fence() + 1,
                commitment.root(),
                commitment.result(),
                commitment.workUnits());
        assertFalse(CommitmentCheck.signed(refenced, worker.publicKey(), signature));
    }

    private void assertReason(Reason reason, List<ResultFile.Block> blocks) {
        ResultFile changed = new ResultFile(blocks);
        assertReason(reason, Results.commitmentTo(changed), changed.toBytes(), "");
    }

    private void assertReason(Reason reason, Commitment claimed, byte[] file, String message) {
        Mismatch mismatch = assertInstanceOf(Mismatch.class, CommitmentCheck.check(shape, claimed, file), message);
        assertEquals(reason, mismatch.reason(), message);
    }

    private static Commitment with(Digest root, Digest file, long workUnits) {
        return new Commitment(Results.TASK, Results.FENCE, root, file, workUnits);
    }
}
