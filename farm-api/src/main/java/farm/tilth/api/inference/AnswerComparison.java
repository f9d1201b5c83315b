package farm.tilth.api.inference;

import farm.tilth.protocol.result.CallCommitment;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.Datatype;
import farm.tilth.protocol.wire.Tensor;
import farm.tilth.verifier.comparison.BlockComparison;
import farm.tilth.verifier.comparison.Tolerance;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;

/**
 * Whether a row that a worker answered is the one that was recomputed on another machine. Numbers may differ by a share
 * of the row's largest magnitude; and what is no number, such as a class, may differ where the scores beside it do not
 * decide it, because the two highest are closer than both can move. Pure.
 *
 * @param tolerance the share; 0 where every bit must be equal
 * @param labels whether the model's own outputs are compared, among which may be classes
 */
record AnswerComparison(double tolerance, boolean labels) {
    /** Compares the outputs of one row, each tensor's bytes for itself. */
    boolean accepts(List<Tensor> claimed, List<Tensor> recomputed) {
        if (claimed.size() != recomputed.size()) {
            return false;
        }
        boolean undecided = labels && recomputed.stream().anyMatch(this::leavesLabelOpen);
        for (int i = 0; i < claimed.size(); i++) {
            if (!accepts(claimed.get(i), recomputed.get(i), undecided)) {
                return false;
            }
        }
        return true;
    }

    private boolean accepts(Tensor claimed, Tensor recomputed, boolean undecided) {
        boolean alike = claimed.getName().equals(recomputed.getName())
                && claimed.getDatatype().equals(recomputed.getDatatype())
                && claimed.getShapeList().equals(recomputed.getShapeList());
        if (!alike || tolerance == 0 || claimed.getContent().equals(recomputed.getContent())) {
            return alike && claimed.getContent().equals(recomputed.getContent());
        }
        Optional<byte[]> truth = numbers(recomputed);
        Optional<byte[]> claim = numbers(claimed);
        if (truth.isEmpty() || claim.isEmpty()) {
            return undecided;
        }
        return new BlockComparison.Relative(tolerance)
                .compare(new ResultFile.Block(1, claim.get()), new ResultFile.Block(1, truth.get()))
                .accepted();
    }

    /** Whether the tensor has scores of classes along its last dimension that do not decide which is the highest. */
    private boolean leavesLabelOpen(Tensor tensor) {
        int classes = tensor.getShapeCount() < 2 ? 0 : (int) tensor.getShape(tensor.getShapeCount() - 1);
        Optional<byte[]> bytes = classes < 2 || tolerance == 0 ? Optional.empty() : numbers(tensor);
        if (bytes.isEmpty()) {
            return false;
        }
        FloatBuffer scores =
                ByteBuffer.wrap(bytes.get()).order(ByteOrder.LITTLE_ENDIAN).asFloatBuffer();
        float[] all = new float[scores.remaining()];
        scores.get(all);
        double largest = 0;
        for (float score : all) {
            largest = Math.max(largest, Math.abs(score));
        }
        Tolerance allowed = new Tolerance(Double.isFinite(largest) ? tolerance * largest : 0, -1);
        for (int row = 0; row + classes <= all.length; row += classes) {
            if (!allowed.decidesLabel(Arrays.copyOfRange(all, row, row + classes))) {
                return true;
            }
        }
        return false;
    }

    /** A tensor of numbers that are rounded, as FP32; empty for whole numbers, truth values and bytes. */
    private static Optional<byte[]> numbers(Tensor tensor) {
        Datatype datatype = Datatype.find(tensor.getDatatype()).orElse(Datatype.BYTES);
        ByteBuffer in = tensor.getContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        if (datatype == Datatype.FP32) {
            return Optional.of(tensor.getContent().toByteArray());
        }
        if (datatype != Datatype.FP16 && datatype != Datatype.BF16 && datatype != Datatype.FP64) {
            return Optional.empty();
        }
        int count = in.remaining() / datatype.elementBytes();
        ByteBuffer out = ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < count; i++) {
            out.putFloat(
                    switch (datatype) {
                        case FP16 -> Float.float16ToFloat(in.getShort());
                        case BF16 -> Float.intBitsToFloat(in.getShort() << 16);
                        default -> (float) in.getDouble();
                    });
        }
        return Optional.of(out.array());
    }

    /** The rows of an output, each a list of tensors; one row where the tensors have none in common. */
    static List<List<Tensor>> rows(List<Tensor> output) {
        int count = CallCommitment.rows(output);
        return count == 1
                ? List.of(output)
                : IntStream.range(0, count)
                        .mapToObj(row -> output.stream()
                                .map(tensor -> CallSample.slice(tensor, row))
                                .toList())
                        .toList();
    }
}
