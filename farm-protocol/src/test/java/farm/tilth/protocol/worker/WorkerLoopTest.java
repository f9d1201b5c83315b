package farm.tilth.protocol.worker;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.BatchCommitment;
import farm.tilth.protocol.result.CallCommitment;
import farm.tilth.protocol.result.Commitment;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.result.SignedBatches;
import farm.tilth.protocol.result.SigningKey;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.wire.BatchSignature;
import farm.tilth.protocol.wire.FarmMessage;
import farm.tilth.protocol.wire.HeldLease;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceBatch;
import farm.tilth.protocol.wire.InferenceCall;
import farm.tilth.protocol.wire.InferenceReply;
import farm.tilth.protocol.wire.Refusal;
import farm.tilth.protocol.wire.Revocation;
import farm.tilth.protocol.wire.TaskReport;
import farm.tilth.protocol.wire.Tensor;
import farm.tilth.protocol.wire.TensorList;
import farm.tilth.protocol.wire.WorkerMessage;
import java.io.IOException;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkerLoopTest {
    private static final String TASK = "00000000-0000-4000-8000-000000000001/0";
    private static final Digest PLAN = Digest.ofText("plan");

    @TempDir
    private Path folder;

    private final SigningKey identity = SigningKey.generate();
    private final FakeExecutor executor = new FakeExecutor();
    private FakeFarm farm;
    private LinkAndBlobs front;
    private WorkerLoop loop;
    private CompletableFuture<Void> running;

    /** Rows count from the batch's first; "slow" ones wait for the test, "bad" ones fail. */
    private static final class FakeExecutor implements InferenceExecutor {
        private static final int SLOW = 1000;
        private static final int BAD = 2000;
        private static final int BROKEN = 3000;

        private final CountDownLatch slowMayEnd = new CountDownLatch(1);
        private final CountDownLatch slowRuns = new CountDownLatch(1);
        private volatile boolean interrupted;

        @Override
        public String engine() {
            return "fake-1";
        }

        @Override
        public String device() {
            return "fake";
        }

        @Override
        public Set<String> taskTypes() {
            return Set.of("inferBatch");
        }

        @Override
        public ResultFile execute(TaskSpec spec, TaskContext context) throws InterruptedException {
            int row = ((TaskSpec.InferBatch) spec).firstRow();
            switch (row) {
                case SLOW -> {
                    slowRuns.countDown();
                    try {
                        slowMayEnd.await();
                    } catch (InterruptedException e) {
                        interrupted = true;
                        throw e;
                    }
                }
                case BAD -> throw new FarmException(ErrorCode.INVALID_MODEL, "no such model");
                case BROKEN -> throw new IllegalStateException("a bug");
                default -> {}
            }
            return ResultFile.ofOne(new byte[] {(byte) row}, 7);
        }

        @Override
        public List<ModelDescription> models() {
            return List.of();
        }

        @Override
        public List<InferenceAnswer> answer(InferenceBatch batch) {
            return batch.getCallsList().stream()
                    .map(call -> InferenceAnswer.newBuilder()
                            .setCallId(call.getCallId())
                            .setWorkUnits(3)
                            .setTensors(call.getTensors())
                            .build())
                    .toList();
        }

        @Override
        public void close() {
            slowMayEnd.countDown();
        }
    }

    /** The link and the blobs of the fake farm have ports of their own; the real one has one for both. */
    private record LinkAndBlobs(WorkerConfig link, WorkerConfig blobs) {}

    @BeforeEach
    void start() throws IOException {
        farm = new FakeFarm();
        front = new LinkAndBlobs(
                new WorkerConfig(farm.linkUri(), "tk_k", folder, "test", false, 1, 1 << 20),
                new WorkerConfig(farm.blobUri(), "tk_k", folder, "test", false, 1, 1 << 20));
        BlobCache cache = new BlobCache(folder.resolve("cache"), 1 << 20, InstantSource.system());
        loop = new WorkerLoop(
                front.link(), identity, List.of(executor), cache, new HttpBlobStore(front.blobs(), "w", cache));
        running = CompletableFuture.runAsync(() -> {
            try {
                loop.run();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    @AfterEach
    void stop() {
        loop.close();
        farm.close();
    }

    private static TaskSpec batch(int row) {
        return new TaskSpec.InferBatch(PLAN, row, row + 1);
    }

    private void joined() throws InterruptedException {
        farm.await(WorkerMessage::hasHello);
        farm.await(WorkerMessage::hasWorkRequest);
    }

    @Test
    void theWorkerShowsThatItHoldsItsKey() throws InterruptedException {
        var hello = farm.await(WorkerMessage::hasHello).getHello();
        assertTrue(SigningKey.verify(
                hello.getPublicKey().toByteArray(),
                WorkerMessages.helloStatement(new byte[32]),
                hello.getSignature().toByteArray()));
        assertEquals("fake-1", hello.getEngines(0).getName());
    }

    @Test
    void aResultIsStoredBeforeItsSignedCommitmentIsReported() throws InterruptedException {
        joined();
        farm.grant(TASK, 4, batch(5));
        TaskReport report = farm.await(WorkerMessage::hasTaskReport).getTaskReport();
        Digest stored = Digest.fromBytes(report.getResultDigest().toByteArray());
        ResultFile result = ResultFile.parse(farm.blobs.get(stored));
        assertArrayEquals(new byte[] {5}, result.blocks().getFirst().bytes());
        Commitment commitment = Commitment.to(TaskId.parse(TASK), 4, result, stored);
        assertArrayEquals(commitment.root().bytes(), report.getCommitmentRoot().toByteArray());
        assertEquals(7, report.getWorkUnits());
        assertTrue(SigningKey.verify(
                identity.publicKey(),
                commitment.statement(),
                report.getSignature().toByteArray()));
    }

    @Test
    void aStoreThatFailsForAWhileIsTriedAgain() throws InterruptedException {
        farm.failingPuts = 2;
        joined();
        farm.grant(TASK, 1, batch(5));
        farm.await(WorkerMessage::hasTaskReport);
        assertEquals(1, farm.blobs.size());
    }

    @Test
    void aReportThatWasNotAnsweredIsSentAgainOnTheNextLink() throws InterruptedException {
        joined();
        farm.grant(TASK, 1, batch(5));
        WorkerMessage first = farm.await(WorkerMessage::hasTaskReport);
        farm.breakLink();
        var hello = farm.await(WorkerMessage::hasHello).getHello();
        assertEquals(List.of(HeldLease.newBuilder().setTaskId(TASK).setFence(1).build()), hello.getHeldList());
        assertEquals(first, farm.await(WorkerMessage::hasTaskReport));
        farm.recorded(TASK, 1);
        farm.await(message -> message.hasHeartbeat() && message.getHeartbeat().getRunningCount() == 0);
    }

    @Test
    void workGoesOnWhileTheLinkIsLost() throws InterruptedException {
        joined();
        farm.grant(TASK, 1, batch(FakeExecutor.SLOW));
        assertTrue(executor.slowRuns.await(20, TimeUnit.SECONDS));
        farm.breakLink();
        executor.slowMayEnd.countDown();
        farm.await(WorkerMessage::hasHello);
        farm.await(WorkerMessage::hasTaskReport);
        assertFalse(executor.interrupted);
    }

    @Test
    void aRevokedTaskIsInterruptedAndNeverReported() throws InterruptedException {
        joined();
        farm.grant(TASK, 1, batch(FakeExecutor.SLOW));
        assertTrue(executor.slowRuns.await(20, TimeUnit.SECONDS));
        farm.send(FarmMessage.newBuilder()
                .setRevocation(Revocation.newBuilder()
                        .addLeases(HeldLease.newBuilder().setTaskId(TASK).setFence(1)))
                .build());
        String next = "00000000-0000-4000-8000-000000000001/1";
        farm.grant(next, 1, batch(6));
        TaskReport report = farm.await(WorkerMessage::hasTaskReport).getTaskReport();
        assertEquals(next, report.getTaskId());
        assertTrue(executor.interrupted);
    }

    @Test
    void heartbeatsNameWhatIsHeld() throws InterruptedException {
        joined();
        farm.grant(TASK, 9, batch(FakeExecutor.SLOW));
        farm.await(message -> message.hasHeartbeat()
                && message.getHeartbeat().getRunningCount() == 1
                && message.getHeartbeat().getRunning(0).getFence() == 9);
    }

    @Test
    void anInputAtFaultIsPermanentAndABugIsNot() throws InterruptedException {
        joined();
        farm.grant(TASK, 1, batch(FakeExecutor.BAD));
        var bad = farm.await(WorkerMessage::hasTaskFailure).getTaskFailure();
        assertEquals("INVALID_MODEL", bad.getCode());
        assertTrue(bad.getPermanent());
        farm.grant(TASK, 2, batch(FakeExecutor.BROKEN));
        var broken = farm.await(WorkerMessage::hasTaskFailure).getTaskFailure();
        assertEquals("INTERNAL", broken.getCode());
        assertFalse(broken.getPermanent());
    }

    @Test
    void aTaskOfAnUnknownTypeIsGivenBack() throws InterruptedException {
        joined();
        farm.grant(TASK, 1, new TaskSpec.AssembleVideo(PLAN, List.of(PLAN), 24));
        var failure = farm.await(WorkerMessage::hasTaskFailure).getTaskFailure();
        assertEquals("NO_WORKER", failure.getCode());
        assertFalse(failure.getPermanent());
    }

    @Test
    void onlineAnswersCarryACommitmentToTheirRows() throws InterruptedException {
        joined();
        Tensor tensor = Tensor.newBuilder()
                .setName("x")
                .setDatatype("FP32")
                .addShape(2)
                .addShape(1)
                .setContent(ByteString.copyFrom(new byte[8]))
                .build();
        farm.send(FarmMessage.newBuilder()
                .setInferenceBatch(InferenceBatch.newBuilder()
                        .setBatchId("b")
                        .addCalls(InferenceCall.newBuilder()
                                .setCallId("c")
                                .setTensors(TensorList.newBuilder().addTensors(tensor))))
                .build());
        InferenceReply reply = farm.await(WorkerMessage::hasInferenceReply).getInferenceReply();
        InferenceAnswer answer = reply.getAnswers(0);
        CallCommitment commitment = CallCommitment.to("c", List.of(tensor), 3);
        assertArrayEquals(commitment.root().bytes(), answer.getCommitmentRoot().toByteArray());
        BatchCommitment batch = BatchCommitment.to("b", BatchCommitment.committed(reply));
        BatchSignature signature = farm.await(WorkerMessage::hasBatchSignature).getBatchSignature();
        assertEquals(List.of("b"), signature.getBatchIdsList());
        SignedBatches signed = new SignedBatches(List.of(SignedBatches.leaf(batch.statement())));
        assertArrayEquals(signed.statement(), SignedBatches.of(signature).statement());
        assertTrue(SigningKey.verify(
                identity.publicKey(),
                signed.statement(),
                signature.getSignature().toByteArray()));
    }

    @Test
    void aRefusalForGoodEndsTheLoopWithItsReason() throws InterruptedException {
        joined();
        farm.send(FarmMessage.newBuilder()
                .setRefusal(Refusal.newBuilder().setCode("FORBIDDEN").setMessage("not an operator's key"))
                .build());
        ExecutionException e = assertThrows(ExecutionException.class, () -> running.get(20, TimeUnit.SECONDS));
        FarmException refused = (FarmException) e.getCause();
        assertEquals(ErrorCode.FORBIDDEN, refused.code());
        assertEquals("not an operator's key", refused.getMessage());
    }
}
