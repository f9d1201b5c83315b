package farm.tilth.api.inference;

import farm.tilth.protocol.result.BatchCommitment;
import farm.tilth.protocol.result.SignedBatches;
import farm.tilth.protocol.wire.BatchSignature;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceReply;
import farm.tilth.protocol.wire.Seal;
import java.util.List;
import java.util.Optional;

/**
 * A call with its worker's answer.
 *
 * @param reply the reply that the answer came in
 * @param shared the signature, where the reply has none of its own
 */
record AnsweredCall(OnlineCall call, InferenceAnswer answer, InferenceReply reply, Optional<BatchSignature> shared) {
    AnsweredCall(OnlineCall call, InferenceAnswer answer, InferenceReply signed) {
        this(call, answer, signed, Optional.empty());
    }

    /** The same, signed. */
    AnsweredCall with(BatchSignature signature) {
        return new AnsweredCall(call, answer, reply, Optional.of(signature));
    }

    /** The answer with the seal that shows it to be the worker's word. */
    InferenceAnswer sealed() {
        List<InferenceAnswer> batch = BatchCommitment.committed(reply);
        BatchCommitment commitment = BatchCommitment.to(reply.getBatchId(), batch);
        Seal seal = commitment.seal(
                index(batch), shared.map(BatchSignature::getSignature).orElse(reply.getSignature()));
        return answer.toBuilder()
                .setSeal(shared.map(signature ->
                                SignedBatches.of(signature).seal(seal, SignedBatches.leaf(commitment.statement())))
                        .orElse(seal))
                .build();
    }

    private int index(List<InferenceAnswer> batch) {
        for (int i = 0; i < batch.size(); i++) {
            if (batch.get(i).getCallId().equals(answer.getCallId())) {
                return i;
            }
        }
        throw new IllegalStateException("the answer is no part of its reply");
    }
}
