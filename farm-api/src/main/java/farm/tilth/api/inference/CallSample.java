package farm.tilth.api.inference;

import com.google.protobuf.ByteString;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.CallCommitment;
import farm.tilth.protocol.result.Challenge;
import farm.tilth.protocol.result.MerkleTree;
import farm.tilth.protocol.task.Datatype;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceCall;
import farm.tilth.protocol.wire.Tensor;
import farm.tilth.protocol.wire.TensorList;
import farm.tilth.protocol.wire.TextList;
import java.util.List;

/**
 * The row of an answered batch that is audited: drawn by HMAC from the roots that the worker signed, so that it could
 * not know the row before. Where a row does not depend on its batch it is recomputed alone, else with its whole call.
 *
 * @param call what a trusted worker is asked
 * @param row the row of the answer that it must return; −1 for all
 * @param answered what the worker returned for the call that the row belongs to
 */
record CallSample(ModelDescription model, InferenceCall call, int row, AnsweredCall answered) {
    /** Draws the sample of one batch or of some batches of a worker and a model, all of them signed. */
    static CallSample draw(byte[] secret, List<AnsweredCall> calls) {
        List<InferenceAnswer> answers = calls.stream().map(AnsweredCall::answer).toList();
        Digest root = new MerkleTree(answers.stream()
                        .map(answer ->
                                Digest.fromBytes(answer.getCommitmentRoot().toByteArray()))
                        .toList())
                .root();
        int rows = answers.stream().mapToInt(CallSample::rows).sum();
        int drawn = Challenge.block(secret, root, rows);
        int call = 0;
        while (drawn >= rows(answers.get(call))) {
            drawn -= rows(answers.get(call));
            call++;
        }
        return of(calls.get(call), drawn);
    }

    private static int rows(InferenceAnswer answer) {
        return CallCommitment.rows(answer.getTensors().getTensorsList());
    }

    private static CallSample of(AnsweredCall answered, int row) {
        OnlineCall call = answered.call();
        InferenceCall.Builder alone = call.wire().toBuilder();
        ModelDescription model = call.model();
        if (call.wire().hasTexts()) {
            alone.setTexts(TextList.newBuilder().addTexts(call.wire().getTexts().getTexts(row)));
            return new CallSample(model, alone.build(), row, answered);
        }
        List<Tensor> inputs = call.wire().getTensors().getTensorsList();
        int rows = rows(answered.answer());
        if (!model.batchInvariant() || rows < 2 || !inputs.stream().allMatch(input -> isSliceable(input, rows))) {
            return new CallSample(model, call.wire(), -1, answered);
        }
        TensorList.Builder list = TensorList.newBuilder();
        inputs.forEach(input -> list.addTensors(slice(input, row)));
        return new CallSample(model, alone.setTensors(list).build(), row, answered);
    }

    private static boolean isSliceable(Tensor input, int rows) {
        return input.getShapeCount() > 0
                && input.getShape(0) == rows
                && !input.getDatatype().equals(Datatype.BYTES.name());
    }

    /** One row of a tensor whose rows have as many bytes each. */
    static Tensor slice(Tensor input, int row) {
        int stride = input.getContent().size() / (int) input.getShape(0);
        ByteString content = input.getContent().substring(row * stride, (row + 1) * stride);
        return input.toBuilder().setShape(0, 1).setContent(content).build();
    }

    /**
     * Whether the trusted worker computed the same, within what right results of two machines may differ by.
     */
    boolean matches(InferenceAnswer trusted) {
        if (!trusted.hasTensors()) {
            return false;
        }
        AnswerComparison comparison = new AnswerComparison(model.calibration().betweenMachines(), call.hasTensors());
        try {
            List<List<Tensor>> truth =
                    AnswerComparison.rows(trusted.getTensors().getTensorsList());
            List<List<Tensor>> said =
                    AnswerComparison.rows(answered.answer().getTensors().getTensorsList());
            List<List<Tensor>> claimed = row < 0 ? said : List.of(said.get(row));
            boolean same = truth.size() == claimed.size();
            for (int i = 0; same && i < truth.size(); i++) {
                same = comparison.accepts(claimed.get(i), truth.get(i));
            }
            return same;
        } catch (FarmException tooManyRows) {
            return false;
        }
    }
}
