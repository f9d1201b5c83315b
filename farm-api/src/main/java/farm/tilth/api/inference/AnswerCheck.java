package farm.tilth.api.inference;

import com.google.protobuf.ByteString;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.BatchCommitment;
import farm.tilth.protocol.result.CallCommitment;
import farm.tilth.protocol.result.SignedBatches;
import farm.tilth.protocol.result.SigningKey;
import farm.tilth.protocol.task.CallCheck;
import farm.tilth.protocol.task.Datatype;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelDescription.TensorDescription;
import farm.tilth.protocol.wire.BatchSignature;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceReply;
import farm.tilth.protocol.wire.Tensor;
import java.nio.ByteOrder;
import java.nio.LongBuffer;
import java.util.List;
import java.util.Optional;

/**
 * Whether a stranger's answer has the form that its call asks for, and is what the stranger signed. Whether it is true
 * is the audit's to say. Pure.
 */
final class AnswerCheck {
    /** The tensors that answer a call with texts. */
    static final String EMBEDDING = "embedding";

    static final String TOKENS = "tokens";

    private AnswerCheck() {}

    /** What is wrong with a reply as a whole; empty when there is one answer for each call, in order. */
    static Optional<String> reply(List<OnlineCall> calls, InferenceReply reply) {
        if (reply.getAnswersCount() != calls.size()) {
            return Optional.of(reply.getAnswersCount() + " answers to " + calls.size() + " calls");
        }
        for (int i = 0; i < calls.size(); i++) {
            if (!reply.getAnswers(i).getCallId().equals(calls.get(i).wire().getCallId())) {
                return Optional.of("answer " + i + " is to another call");
            }
        }
        return Optional.empty();
    }

    /** What is wrong with an answer that is no error. */
    static Optional<String> form(OnlineCall call, InferenceAnswer answer) {
        List<Tensor> tensors = answer.getTensors().getTensorsList();
        Optional<String> wrong = call.wire().hasTexts() ? texts(call, tensors, answer) : tensors(call, tensors, answer);
        if (wrong.isEmpty() && answer.getWorkUnits() != units(call.model(), answer)) {
            return Optional.of(answer.getWorkUnits() + " work units for " + answer.getPromptTokens() + " tokens");
        }
        return wrong;
    }

    private static long units(ModelDescription model, InferenceAnswer answer) {
        return Math.multiplyExact(answer.getPromptTokens(), model.workUnitsPerToken());
    }

    private static Optional<String> texts(OnlineCall call, List<Tensor> tensors, InferenceAnswer answer) {
        long rows = call.rows();
        boolean formed = tensors.size() == 2
                && has(tensors.get(0), EMBEDDING, Datatype.FP32, List.of(rows, (long)
                        call.model().embeddingDimensions()))
                && has(tensors.get(1), TOKENS, Datatype.INT64, List.of(rows));
        if (!formed) {
            return Optional.of("not the two tensors of " + rows + " embeddings");
        }
        long sum = 0;
        for (LongBuffer tokens = longs(tensors.get(1)); tokens.hasRemaining(); ) {
            long count = tokens.get();
            if (count < 1 || count > call.model().maxTokens()) {
                return Optional.of("a text of " + count + " tokens");
            }
            sum += count;
        }
        return sum == answer.getPromptTokens() && sum <= call.maxTokens()
                ? Optional.empty()
                : Optional.of(answer.getPromptTokens() + " tokens where " + sum + " are listed");
    }

    private static Optional<String> tensors(OnlineCall call, List<Tensor> tensors, InferenceAnswer answer) {
        List<TensorDescription> outputs = call.model().outputs();
        boolean formed = tensors.size() == outputs.size();
        for (int i = 0; formed && i < outputs.size(); i++) {
            formed = fits(tensors.get(i), outputs.get(i));
        }
        if (!formed) {
            return Optional.of("not the tensors that the model returns");
        }
        return answer.getPromptTokens() == call.maxTokens()
                ? Optional.empty()
                : Optional.of(answer.getPromptTokens() + " tokens instead of " + call.maxTokens());
    }

    private static boolean fits(Tensor tensor, TensorDescription expected) {
        boolean fits = tensor.getShapeCount() == expected.shape().size();
        for (int i = 0; fits && i < expected.shape().size(); i++) {
            fits = expected.shape().get(i) < 0 || expected.shape().get(i) == tensor.getShape(i);
        }
        return fits
                && Datatype.find(expected.datatype())
                        .filter(type -> has(tensor, expected.name(), type, tensor.getShapeList()))
                        .isPresent();
    }

    private static boolean has(Tensor tensor, String name, Datatype datatype, List<Long> shape) {
        try {
            long elements = CallCheck.elements(name, shape);
            return tensor.getName().equals(name)
                    && tensor.getDatatype().equals(datatype.name())
                    && tensor.getShapeList().equals(shape)
                    && (datatype.elementBytes() == 0
                            || tensor.getContent().size() == elements * datatype.elementBytes());
        } catch (FarmException impossibleShape) {
            return false;
        }
    }

    private static LongBuffer longs(Tensor tensor) {
        return tensor.getContent()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .asLongBuffer();
    }

    /** Whether the worker signed exactly these outputs, in this composition, for exactly this much work. */
    static boolean isSigned(InferenceReply reply, byte[] publicKey) {
        List<InferenceAnswer> answers = BatchCommitment.committed(reply);
        try {
            return !answers.isEmpty()
                    && answers.stream().allMatch(AnswerCheck::hasItsRoot)
                    && SigningKey.verify(
                            publicKey,
                            BatchCommitment.to(reply.getBatchId(), answers).statement(),
                            reply.getSignature().toByteArray());
        } catch (FarmException tooManyRows) {
            return false;
        }
    }

    /** Whether exactly these outputs are among the batches of a signature that is the worker's. */
    static boolean isAmong(InferenceReply reply, BatchSignature signature) {
        List<InferenceAnswer> answers = BatchCommitment.committed(reply);
        try {
            if (answers.isEmpty() || !answers.stream().allMatch(AnswerCheck::hasItsRoot)) {
                return false;
            }
            byte[] statement = BatchCommitment.to(reply.getBatchId(), answers).statement();
            return signature
                    .getLeavesList()
                    .contains(ByteString.copyFrom(SignedBatches.leaf(statement).bytes()));
        } catch (FarmException tooManyRows) {
            return false;
        }
    }

    private static boolean hasItsRoot(InferenceAnswer answer) {
        CallCommitment said =
                CallCommitment.to(answer.getCallId(), answer.getTensors().getTensorsList(), answer.getWorkUnits());
        return ByteString.copyFrom(said.root().bytes()).equals(answer.getCommitmentRoot());
    }
}
