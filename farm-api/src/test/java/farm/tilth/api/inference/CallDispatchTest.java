package farm.tilth.api.inference;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import farm.tilth.api.FarmTestResource;
import farm.tilth.api.lease.Hardware;
import farm.tilth.api.lease.WorkerSession.EngineOffer;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.wire.CallError;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceBatch;
import farm.tilth.protocol.wire.InferenceCall;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.Response;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** What happens to calls between the endpoint and the ledger. */
@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
@TestProfile(FakeWorkersProfile.class)
class CallDispatchTest extends InferenceTestBase {
    private static final EngineOffer PROCESSOR = new EngineOffer("onnx-test", List.of(), Hardware.CPU);

    @Test
    void workerIsPaidAfterTheAuditAndTheCustomerPaysForItsTokens() {
        FakeWorkers.Worker worker = workers.join(false, FakeWorkers.HONEST);
        FakeWorkers.Worker trusted = workers.join(true, FakeWorkers.HONEST);
        assertEquals(200, embed("four words are here").statusCode());
        await(() -> earned(worker.id()) > 0, "the worker is paid");
        // Six tokens of a million multiply-adds each, at 1 µT a million; the fee of 5 % rounds down to 0.
        assertEquals(6, earned(worker.id()));
        assertEquals(CREDIT - 6, balance().available());
        assertTrue(trusted.asked().toString().contains("four words are here"));
    }

    @Test
    void workerThatLiesIsNotPaidAndTheCustomerIsNotCharged() {
        FakeWorkers.Worker liar = workers.join(false, FakeWorkers.each(call -> {
            InferenceCall other = call.toBuilder().build();
            InferenceCall.Builder changed = other.toBuilder();
            changed.getTextsBuilder().getTextsBuilder(0).setText("something else here");
            return FakeModel.answer(changed.build());
        }));
        FakeWorkers.Worker trusted = workers.join(true, FakeWorkers.HONEST);
        assertEquals(200, embed("the real text").statusCode());
        await(() -> balance().available() == CREDIT && trusted.asked().size() == 2, "the audit is confirmed");
        assertEquals(0, earned(liar.id()));
    }

    @Test
    void tokensThatAreNotThereAreFoundByTheAudit() {
        FakeWorkers.Worker liar = workers.join(false, FakeWorkers.each(call -> {
            InferenceCall.Builder longer = call.toBuilder();
            longer.getTextsBuilder().getTextsBuilder(0).setText("a b c d e f");
            InferenceAnswer truth = FakeModel.answer(call);
            InferenceAnswer inflated = FakeModel.answer(longer.build());
            InferenceAnswer.Builder lie = inflated.toBuilder();
            lie.getTensorsBuilder().setTensors(0, truth.getTensors().getTensors(0));
            return lie.build();
        }));
        FakeWorkers.Worker trusted = workers.join(true, FakeWorkers.HONEST);
        assertEquals(200, embed("short").statusCode());
        await(() -> trusted.asked().size() == 2 && balance().available() == CREDIT, "the lie is found");
        assertEquals(0, earned(liar.id()));
    }

    @Test
    void auditIsConfirmedByAnotherTrustedWorkerBeforeAnybodyIsBlamed() {
        FakeWorkers.Worker worker = workers.join(false, FakeWorkers.HONEST);
        workers.join(true, FakeWorkers.HONEST);
        workers.join(true, FakeWorkers.each(call -> {
            InferenceCall.Builder changed = call.toBuilder();
            changed.getTextsBuilder().getTextsBuilder(0).setText("wrong");
            return FakeModel.answer(changed.build());
        }));
        for (int i = 1; i <= 4; i++) {
            assertEquals(200, embed("text " + i).statusCode());
            long paid = 4L * i;
            await(() -> earned(worker.id()) == paid, "the honest worker is paid");
        }
    }

    @Test
    void otherKindOfDeviceIsPaidForWhatIsWithinTheModelsTolerance() {
        FakeWorkers.Worker gpu = joinOnGpu(1.005f);
        workers.join(true, FakeWorkers.HONEST, true, PROCESSOR, List.of(FakeModel.ROUNDING));
        assertEquals(200, doubled("fake-rounding").statusCode());
        await(() -> earned(gpu.id()) > 0, "the worker is paid");
    }

    @Test
    void otherKindOfDeviceIsNotPaidForWhatIsOutsideTheModelsTolerance() {
        FakeWorkers.Worker gpu = joinOnGpu(1.03f);
        FakeWorkers.Worker trusted =
                workers.join(true, FakeWorkers.HONEST, true, PROCESSOR, List.of(FakeModel.ROUNDING));
        assertEquals(200, doubled("fake-rounding").statusCode());
        await(() -> balance().available() == CREDIT && trusted.asked().size() == 2, "the audit is confirmed");
        assertEquals(0, earned(gpu.id()));
    }

    @Test
    void processorIsPaidForWhatItRoundsInItsOwnWay() {
        FakeWorkers.Worker worker = workers.join(false, off(1 + 1e-6f), true, PROCESSOR, List.of(FakeModel.DOUBLER));
        workers.join(true, FakeWorkers.HONEST, true, PROCESSOR, List.of(FakeModel.DOUBLER));
        assertEquals(200, doubled("fake-doubler").statusCode());
        await(() -> earned(worker.id()) > 0, "the worker is paid");
    }

    @Test
    void processorIsNotPaidForWhatItCannotHaveRounded() {
        FakeWorkers.Worker worker = workers.join(false, off(1.0001f), true, PROCESSOR, List.of(FakeModel.DOUBLER));
        FakeWorkers.Worker trusted =
                workers.join(true, FakeWorkers.HONEST, true, PROCESSOR, List.of(FakeModel.DOUBLER));
        assertEquals(200, doubled("fake-doubler").statusCode());
        await(() -> balance().available() == CREDIT && trusted.asked().size() == 2, "the audit is confirmed");
        assertEquals(0, earned(worker.id()));
    }

    private FakeWorkers.Worker joinOnGpu(float factor) {
        return workers.join(
                false,
                off(factor),
                true,
                new EngineOffer("onnx-test-cuda", List.of(), Hardware.GPU),
                List.of(FakeModel.ROUNDING));
    }

    /** A device whose results are so many times the right ones. */
    private static FakeWorkers.Behaviour off(float factor) {
        return FakeWorkers.each(call -> {
            InferenceAnswer.Builder answer = FakeModel.answer(call).toBuilder();
            ByteBuffer right = answer.getTensors()
                    .getTensors(0)
                    .getContent()
                    .asReadOnlyByteBuffer()
                    .order(ByteOrder.LITTLE_ENDIAN);
            ByteBuffer wrong = ByteBuffer.allocate(right.remaining()).order(ByteOrder.LITTLE_ENDIAN);
            while (right.hasRemaining()) {
                wrong.putFloat(right.getFloat() * factor);
            }
            answer.getTensorsBuilder().getTensorsBuilder(0).setContent(ByteString.copyFrom(wrong.array()));
            return answer.build();
        });
    }

    private Response doubled(String model) {
        return json().body("{\"inputs\":[{\"name\":\"x\",\"datatype\":\"FP32\",\"shape\":[1,2],\"data\":[3,4]}]}")
                .post("/v2/models/" + model + "/infer");
    }

    @Test
    void answerThatIsNotSignedIsNotPaid() {
        FakeWorkers.Worker worker = workers.join(false, FakeWorkers.HONEST, false);
        FakeWorkers.Worker trusted = workers.join(true, FakeWorkers.HONEST);
        assertEquals(200, embed("nobody signs this").statusCode());
        await(() -> balance().available() == CREDIT, "the funds are free again");
        assertEquals(0, earned(worker.id()));
        assertFalse(trusted.asked().toString().contains("nobody signs this"));
    }

    @Test
    void callOfALostWorkerIsAnsweredByAnother() {
        CompletableFuture<List<InferenceAnswer>> lost = new CompletableFuture<>();
        lost.completeExceptionally(new FarmException(ErrorCode.NO_WORKER, "the link closed"));
        FakeWorkers.Worker dying = workers.join(false, batch -> lost);
        FakeWorkers.Worker other = workers.join(false, FakeWorkers.HONEST);
        for (int i = 0; i < 4; i++) {
            assertEquals(200, embed("abc " + i).statusCode());
        }
        assertEquals(4, other.asked().size());
        assertTrue(dying.asked().size() <= 4);
    }

    @Test
    void malformedAnswersGoToAnotherWorkerAndThenFail() {
        workers.join(false, FakeWorkers.each(call -> FakeModel.answer(call).toBuilder()
                .setWorkUnits(1L << 60)
                .build()));
        embed("abc")
                .then()
                .statusCode(503)
                .header("Retry-After", notNullValue())
                .body("error.message", containsString("sent to 3 workers"));
        await(() -> balance().available() == CREDIT, "the funds are free again");
    }

    @Test
    void callsOwnFaultIsToldAndFree() {
        workers.join(false, FakeWorkers.each(call -> InferenceAnswer.newBuilder()
                .setCallId(call.getCallId())
                .setError(CallError.newBuilder().setCode("TOO_LARGE").setMessage("input[0] has 600 tokens"))
                .build()));
        embed("abc").then().statusCode(400).body("error.param", equalTo("input"));
        await(() -> balance().available() == CREDIT, "the funds are free again");
    }

    @Test
    void withoutAWorkerTheAnswerIs503() {
        workers.join(true, FakeWorkers.HONEST);
        embed("abc")
                .then()
                .statusCode(503)
                .header("Retry-After", notNullValue())
                .body("error.code", equalTo("no_worker"));
    }

    @Test
    void waitingCallsShareABatchAndOneTooManyIs429() throws Exception {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        FakeWorkers.Worker worker =
                workers.join(false, batch -> gate.thenCompose(open -> FakeWorkers.HONEST.apply(batch)));
        workers.join(true, FakeWorkers.HONEST);
        try (ExecutorService clients = Executors.newFixedThreadPool(12)) {
            List<Future<Response>> answers = new ArrayList<>();
            answers.add(clients.submit(() -> embed("first")));
            await(() -> worker.asked().size() == 1, "the worker has a batch");
            for (int i = 0; i < 10; i++) {
                String text = "later " + i;
                answers.add(clients.submit(() -> embed(text)));
            }
            await(() -> answers.stream().filter(Future::isDone).count() == 6, "six of ten are refused");
            gate.complete(null);
            List<Integer> statuses = new ArrayList<>();
            for (Future<Response> answer : answers) {
                statuses.add(answer.get().statusCode());
            }
            assertEquals(5, statuses.stream().filter(status -> status == 200).count(), statuses.toString());
            assertEquals(6, statuses.stream().filter(status -> status == 429).count(), statuses.toString());
        }
        InferenceBatch shared = worker.asked().getLast();
        assertEquals(2, worker.asked().size());
        assertEquals(4, shared.getCallsCount());
    }

    @Test
    void copyOfAStragglersBatchIsAnsweredByAnotherAndPaidOnce() {
        CompletableFuture<Void> gate = new CompletableFuture<>();
        List<FakeWorkers.Worker> both = new ArrayList<>();
        for (int i = 0; i < 2; i++) {
            both.add(workers.join(
                    false,
                    batch -> both.getFirst().asked().size()
                                            + both.getLast().asked().size()
                                    == 1
                            ? gate.thenCompose(open -> FakeWorkers.HONEST.apply(batch))
                            : FakeWorkers.HONEST.apply(batch)));
        }
        workers.join(true, FakeWorkers.HONEST);
        assertEquals(200, embed("one two").statusCode());
        assertEquals(List.of(1, 1), both.stream().map(w -> w.asked().size()).toList());
        gate.complete(null);
        await(() -> earned(both.getFirst().id()) + earned(both.getLast().id()) == 4, "one of them is paid");
        await(() -> balance().available() == CREDIT - 4, "the call costs its tokens once");
    }

    @Test
    void answersAfterProbationShareAnAuditAndArePaidTogether() {
        FakeWorkers.Worker worker = workers.join(false, FakeWorkers.HONEST);
        FakeWorkers.Worker trusted = workers.join(true, FakeWorkers.HONEST);
        for (int i = 1; i <= 4; i++) {
            assertEquals(200, embed("on probation").statusCode());
            int audits = i;
            await(() -> trusted.asked().size() == audits, "each is audited");
        }
        for (int i = 0; i < 5; i++) {
            assertEquals(200, embed("trusted more").statusCode());
        }
        await(() -> earned(worker.id()) == 9 * 4, "all are paid");
        assertTrue(trusted.asked().size() < 9, trusted.asked().size() + " audits of 9 answers");
    }

    @Test
    void batchOfTensorsIsAuditedByOneRow() {
        FakeWorkers.Worker worker = workers.join(false, FakeWorkers.HONEST);
        FakeWorkers.Worker trusted = workers.join(true, FakeWorkers.HONEST);
        Map<String, Object> x =
                Map.of("name", "x", "shape", List.of(3, 2), "datatype", "FP32", "data", List.of(1, 2, 3, 4, 5, 6));
        json().body(Map.of("inputs", List.of(x)))
                .post("/v2/models/fake-doubler/infer")
                .then()
                .statusCode(200);
        await(() -> earned(worker.id()) == 3, "the worker is paid for three rows");
        InferenceCall audited = trusted.asked().getLast().getCalls(0);
        assertEquals(List.of(1L, 2L), audited.getTensors().getTensors(0).getShapeList());
    }

    private Response embed(String text) {
        return json().body(Map.of("model", "fake-embedder", "input", text)).post("/v1/embeddings");
    }
}
