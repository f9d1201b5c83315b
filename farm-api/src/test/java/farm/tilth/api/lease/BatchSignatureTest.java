package farm.tilth.api.lease;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.google.protobuf.ByteString;
import farm.tilth.api.FarmTestResource;
import farm.tilth.api.job.TestJobs;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.SignedBatches;
import farm.tilth.protocol.result.SigningKey;
import farm.tilth.protocol.wire.BatchSignature;
import farm.tilth.protocol.wire.CallError;
import farm.tilth.protocol.wire.FarmMessage;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceBatch;
import farm.tilth.protocol.wire.InferenceReply;
import farm.tilth.protocol.wire.TensorList;
import farm.tilth.protocol.wire.WorkerMessage;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
class BatchSignatureTest {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    @Inject
    OpenLinks links;

    private String key;

    @BeforeEach
    void account() throws IOException {
        key = TestJobs.account("owner of signatures", 1_000_000);
    }

    @Test
    void oneSignatureServesEveryBatchThatItNames() throws InterruptedException {
        try (RawLink link = joined()) {
            reply(link, "one");
            reply(link, "two");
            CompletableFuture<BatchSignature> one = signature(link, "one");
            CompletableFuture<BatchSignature> two = signature(link, "two");
            BatchSignature sent = sign(link.identity, "one", "two");
            link.send(WorkerMessage.newBuilder().setBatchSignature(sent).build());
            assertEquals(List.of(sent, sent), List.of(one.join(), two.join()));
        }
    }

    @Test
    void aSignatureOfAnotherKeyIsNone() throws InterruptedException {
        try (RawLink link = joined()) {
            reply(link, "forged");
            CompletableFuture<BatchSignature> waiting = signature(link, "forged");
            link.send(WorkerMessage.newBuilder()
                    .setBatchSignature(sign(SigningKey.generate(), "forged"))
                    .build());
            assertEquals(ErrorCode.RESULT_REJECTED, failure(waiting));
        }
    }

    @Test
    void malformedSignaturesAreNone() throws InterruptedException {
        try (RawLink link = joined()) {
            BatchSignature honest = sign(link.identity, "short", "other");
            reply(link, "short");
            CompletableFuture<BatchSignature> waiting = signature(link, "short");
            link.send(WorkerMessage.newBuilder()
                    .setBatchSignature(honest.toBuilder().setLeaves(1, ByteString.copyFrom(new byte[31])))
                    .build());
            assertEquals(ErrorCode.RESULT_REJECTED, failure(waiting));
            reply(link, "fewer");
            waiting = signature(link, "fewer");
            link.send(WorkerMessage.newBuilder()
                    .setBatchSignature(BatchSignature.newBuilder().addBatchIds("fewer"))
                    .build());
            assertEquals(ErrorCode.RESULT_REJECTED, failure(waiting));
        }
    }

    @Test
    void nobodyWaitsForABatchThatWasNotAnswered() throws InterruptedException {
        try (RawLink link = joined()) {
            assertEquals(ErrorCode.RESULT_REJECTED, failure(signature(link, "never asked")));
        }
    }

    @Test
    void errorsAreNotSigned() throws InterruptedException {
        try (RawLink link = joined()) {
            reply(link, "refused", InferenceAnswer.newBuilder().setError(CallError.getDefaultInstance()));
            assertEquals(ErrorCode.RESULT_REJECTED, failure(signature(link, "refused")));
        }
    }

    @Test
    void aLinkThatClosesSignsNothing() throws InterruptedException {
        RawLink link = joined();
        reply(link, "lost");
        CompletableFuture<BatchSignature> waiting = signature(link, "lost");
        link.close();
        assertEquals(ErrorCode.NO_WORKER, failure(waiting));
    }

    private RawLink joined() throws InterruptedException {
        return new RawLink(key, SigningKey.generate()).join("onnx-test", "inferBatch");
    }

    private WorkerSession session(RawLink link) {
        return links.of(link.identity.id()).orElseThrow().session();
    }

    /** Has the worker answer a batch, without a signature. */
    private void reply(RawLink link, String batchId) throws InterruptedException {
        reply(link, batchId, InferenceAnswer.newBuilder().setTensors(TensorList.getDefaultInstance()));
    }

    private void reply(RawLink link, String batchId, InferenceAnswer.Builder answer) throws InterruptedException {
        CompletableFuture<InferenceReply> answered = links.ask(
                        session(link),
                        InferenceBatch.newBuilder().setBatchId(batchId).build(),
                        PATIENCE)
                .subscribeAsCompletionStage();
        assertEquals(
                batchId,
                link.next(FarmMessage.KindCase.INFERENCE_BATCH)
                        .getInferenceBatch()
                        .getBatchId());
        link.send(WorkerMessage.newBuilder()
                .setInferenceReply(
                        InferenceReply.newBuilder().setBatchId(batchId).addAnswers(answer))
                .build());
        assertEquals(batchId, answered.join().getBatchId());
    }

    private CompletableFuture<BatchSignature> signature(RawLink link, String batchId) {
        return links.signature(session(link), batchId, PATIENCE).subscribeAsCompletionStage();
    }

    private static BatchSignature sign(SigningKey key, String... batchIds) {
        BatchSignature.Builder signature = BatchSignature.newBuilder();
        for (String id : batchIds) {
            Digest leaf = SignedBatches.leaf(Digest.ofText(id).bytes());
            signature.addBatchIds(id).addLeaves(ByteString.copyFrom(leaf.bytes()));
        }
        byte[] statement = SignedBatches.of(signature.build()).statement();
        return signature.setSignature(ByteString.copyFrom(key.sign(statement))).build();
    }

    private static ErrorCode failure(CompletableFuture<BatchSignature> waiting) {
        Throwable failed = assertThrows(CompletionException.class, waiting::join);
        return ((FarmException) failed.getCause()).code();
    }
}
