package farm.tilth.verifier.commitment;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.Commitment;
import farm.tilth.protocol.result.MerkleTree;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.result.SigningKey;
import java.util.Optional;

/** Holds a result file against the commitment that names it and against the shape that its task gives it. */
public final class CommitmentCheck {
    private CommitmentCheck() {}

    /** What the comparison found. */
    public sealed interface Outcome {}

    /** The file is what the worker committed to, block for block; the tree proves any of its blocks. */
    public record Matches(ResultFile result, MerkleTree tree) implements Outcome {}

    /** The result is refused; {@code detail} says why, for people. */
    public record Mismatch(Reason reason, String detail) implements Outcome {}

    /** Why a result is refused, in the order in which it is checked. */
    public enum Reason {
        /** The file is not the one that the commitment names. */
        DIGEST,
        /** The file cannot be read as a result. */
        MALFORMED,
        /** It has more or fewer blocks than the task. */
        BLOCK_COUNT,
        /** A block has the wrong length. */
        BLOCK_BYTES,
        /** A block claims more work than it can have cost, or the blocks do not add up to what was committed. */
        WORK_UNITS,
        /** The blocks do not lead to the committed root. */
        ROOT
    }

    /** Whether the worker with this key signed the commitment. */
    public static boolean signed(Commitment commitment, byte[] publicKey, byte[] signature) {
        return SigningKey.verify(publicKey, commitment.statement(), signature);
    }

    /** Checks a result that a stranger wrote. The content is parsed only when it is the one that was committed to. */
    public static Outcome check(ResultShape shape, Commitment commitment, byte[] content) {
        Digest digest = Digest.of(content);
        if (!digest.equals(commitment.result())) {
            return new Mismatch(
                    Reason.DIGEST, "the file is " + digest + ", the commitment names " + commitment.result());
        }
        try {
            return check(shape, commitment, ResultFile.parse(content));
        } catch (FarmException e) {
            return new Mismatch(Reason.MALFORMED, e.getMessage());
        }
    }

    private static Outcome check(ResultShape shape, Commitment commitment, ResultFile result) {
        int expected = shape.blocks().size();
        if (result.blocks().size() != expected) {
            return new Mismatch(
                    Reason.BLOCK_COUNT, "it has " + result.blocks().size() + " blocks, the task has " + expected);
        }
        long workUnits = 0;
        for (int i = 0; i < expected; i++) {
            Optional<Mismatch> wrong =
                    check(shape.blocks().get(i), result.blocks().get(i), i);
            if (wrong.isPresent()) {
                return wrong.get();
            }
            workUnits += result.blocks().get(i).workUnits();
        }
        if (workUnits != commitment.workUnits()) {
            return new Mismatch(
                    Reason.WORK_UNITS,
                    "its blocks add up to " + workUnits + " work units, the commitment says " + commitment.workUnits());
        }
        MerkleTree tree = Commitment.tree(commitment.task(), result);
        if (!tree.root().equals(commitment.root())) {
            return new Mismatch(
                    Reason.ROOT, "its blocks lead to the root " + tree.root() + ", not to " + commitment.root());
        }
        return new Matches(result, tree);
    }

    private static Optional<Mismatch> check(ResultShape.Block expected, ResultFile.Block block, int index) {
        if (block.bytes().length != expected.bytes()) {
            return Optional.of(new Mismatch(
                    Reason.BLOCK_BYTES,
                    "block " + index + " has " + block.bytes().length + " bytes, not " + expected.bytes()));
        }
        if (block.workUnits() > expected.maxWorkUnits()) {
            return Optional.of(new Mismatch(
                    Reason.WORK_UNITS,
                    "block " + index + " claims " + block.workUnits() + " work units, the most possible is "
                            + expected.maxWorkUnits()));
        }
        return Optional.empty();
    }
}
