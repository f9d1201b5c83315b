package farm.tilth.api.inference;

import farm.tilth.protocol.result.BatchCommitment;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceReply;
import java.util.List;

/**
 * A call with its worker's answer.
 *
 * @param reply the signed reply that the answer came in
 */
record AnsweredCall(OnlineCall call, InferenceAnswer answer, InferenceReply reply) {
    /** The answer with the seal that shows it to be the worker's word. */
    InferenceAnswer sealed() {
        List<InferenceAnswer> batch = BatchCommitment.committed(reply);
        BatchCommitment commitment = BatchCommitment.to(reply.getBatchId(), batch);
        return answer.toBuilder()
                .setSeal(commitment.seal(index(batch), reply.getSignature()))
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
