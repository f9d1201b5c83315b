package farm.tilth.protocol.worker;

import com.google.protobuf.ByteString;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.BatchCommitment;
import farm.tilth.protocol.result.CallCommitment;
import farm.tilth.protocol.result.SignedBatches;
import farm.tilth.protocol.result.SigningKey;
import farm.tilth.protocol.wire.BatchSignature;
import farm.tilth.protocol.wire.CallError;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceReply;
import farm.tilth.protocol.wire.WorkerMessage;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * Commits to the answers of batches and sends them: at once, with the roots of their rows; the signature follows, one
 * for all batches of a moment. Thread-safe.
 */
final class OnlineAnswers implements AutoCloseable {
    /** How long an answer is unsigned. Its audit waits as long, its caller does not. */
    private static final long SIGN_AFTER_MILLIS = 100;

    private final SigningKey identity;
    private final Consumer<WorkerMessage> out;
    private final ScheduledExecutorService signer = Executors.newSingleThreadScheduledExecutor(
            task -> Thread.ofPlatform().name("signer").daemon().unstarted(task));
    private BatchSignature.Builder unsigned = BatchSignature.newBuilder();

    OnlineAnswers(SigningKey identity, Consumer<WorkerMessage> out) {
        this.identity = identity;
        this.out = out;
    }

    void send(InferenceReply reply) {
        InferenceReply.Builder rooted = reply.toBuilder().clearAnswers();
        reply.getAnswersList().forEach(answer -> rooted.addAnswers(commit(answer)));
        InferenceReply committed = rooted.build();
        out.accept(WorkerMessage.newBuilder().setInferenceReply(committed).build());
        List<InferenceAnswer> answers = BatchCommitment.committed(committed);
        if (!answers.isEmpty()) {
            byte[] statement =
                    BatchCommitment.to(committed.getBatchId(), answers).statement();
            add(committed.getBatchId(), SignedBatches.leaf(statement));
        }
    }

    private static InferenceAnswer commit(InferenceAnswer answer) {
        if (!answer.hasTensors()) {
            return answer;
        }
        try {
            CallCommitment commitment =
                    CallCommitment.to(answer.getCallId(), answer.getTensors().getTensorsList(), answer.getWorkUnits());
            return answer.toBuilder()
                    .setCommitmentRoot(ByteString.copyFrom(commitment.root().bytes()))
                    .build();
        } catch (FarmException tooManyRows) {
            CallError refusal = CallError.newBuilder()
                    .setCode(ErrorCode.TOO_LARGE.name())
                    .setMessage(tooManyRows.getMessage() + "; split the call")
                    .build();
            return InferenceAnswer.newBuilder()
                    .setCallId(answer.getCallId())
                    .setError(refusal)
                    .build();
        }
    }

    private synchronized void add(String batchId, Digest leaf) {
        if (signer.isShutdown()) {
            return;
        }
        unsigned.addBatchIds(batchId).addLeaves(ByteString.copyFrom(leaf.bytes()));
        if (unsigned.getLeavesCount() == 1) {
            signer.schedule(() -> sign(take()), SIGN_AFTER_MILLIS, TimeUnit.MILLISECONDS);
        } else if (unsigned.getLeavesCount() >= SignedBatches.MAX_BATCHES) {
            BatchSignature.Builder full = take();
            signer.execute(() -> sign(full));
        }
    }

    private synchronized BatchSignature.Builder take() {
        BatchSignature.Builder taken = unsigned;
        unsigned = BatchSignature.newBuilder();
        return taken;
    }

    private void sign(BatchSignature.Builder batches) {
        if (batches.getLeavesCount() > 0) {
            byte[] statement = SignedBatches.of(batches.build()).statement();
            batches.setSignature(ByteString.copyFrom(identity.sign(statement)));
            out.accept(WorkerMessage.newBuilder().setBatchSignature(batches).build());
        }
    }

    @Override
    public void close() {
        signer.shutdown();
    }
}
