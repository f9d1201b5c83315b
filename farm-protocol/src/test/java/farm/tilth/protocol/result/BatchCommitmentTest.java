package farm.tilth.protocol.result;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import farm.tilth.protocol.wire.CallError;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceReply;
import farm.tilth.protocol.wire.Tensor;
import farm.tilth.protocol.wire.TensorList;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class BatchCommitmentTest {
    private static final SigningKey KEY = SigningKey.generate();

    @Test
    void everyAnswerOfEveryBatchIsShownAloneByItsSeal() {
        for (int size = 1; size <= 9; size++) {
            List<InferenceAnswer> answers = answers(size);
            for (InferenceAnswer answer : sealed("batch", answers)) {
                assertTrue(BatchCommitment.verify(answer, KEY.publicKey()), answer.getCallId() + " of " + size);
            }
        }
    }

    @Test
    void nothingOfASealedAnswerCanBeChanged() {
        List<InferenceAnswer> answers = sealed("batch", answers(5));
        InferenceAnswer honest = answers.get(2);
        InferenceAnswer.Builder rows = honest.toBuilder();
        rows.getTensorsBuilder().getTensorsBuilder(0).setContent(ByteString.copyFrom(new byte[8]));
        InferenceAnswer.Builder elsewhere = honest.toBuilder();
        elsewhere.getSealBuilder().setIndex(1);
        InferenceAnswer.Builder fewer = honest.toBuilder();
        fewer.getSealBuilder().setSize(6);
        InferenceAnswer.Builder otherBatch = honest.toBuilder();
        otherBatch.getSealBuilder().setBatchId("other");
        InferenceAnswer.Builder cheaper = honest.toBuilder();
        cheaper.getSealBuilder().setBatchWorkUnits(1);
        List<InferenceAnswer.Builder> lies = List.of(
                rows,
                elsewhere,
                fewer,
                otherBatch,
                cheaper,
                honest.toBuilder().setWorkUnits(honest.getWorkUnits() + 1),
                honest.toBuilder().setCallId("another"),
                honest.toBuilder().setSeal(answers.get(3).getSeal()),
                honest.toBuilder().clearSeal());
        for (InferenceAnswer.Builder lie : lies) {
            assertFalse(
                    BatchCommitment.verify(lie.build(), KEY.publicKey()),
                    lie.build().toString());
        }
        assertFalse(BatchCommitment.verify(honest, SigningKey.generate().publicKey()));
    }

    @Test
    void errorsAreNoPartOfTheBatch() {
        InferenceAnswer error = InferenceAnswer.newBuilder()
                .setError(CallError.newBuilder().setCode("TOO_LARGE"))
                .build();
        InferenceReply reply = InferenceReply.newBuilder()
                .addAnswers(error)
                .addAllAnswers(answers(2))
                .build();
        assertEquals(answers(2), BatchCommitment.committed(reply));
    }

    private static List<InferenceAnswer> answers(int count) {
        List<InferenceAnswer> answers = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            Tensor tensor = Tensor.newBuilder()
                    .setName("x")
                    .setDatatype("INT32")
                    .addShape(2)
                    .setContent(ByteString.copyFrom(new byte[] {(byte) i, 1, 2, 3, 4, 5, 6, 7}))
                    .build();
            CallCommitment commitment = CallCommitment.to("call " + i, List.of(tensor), i + 1);
            answers.add(InferenceAnswer.newBuilder()
                    .setCallId("call " + i)
                    .setTensors(TensorList.newBuilder().addTensors(tensor))
                    .setWorkUnits(i + 1)
                    .setCommitmentRoot(ByteString.copyFrom(commitment.root().bytes()))
                    .build());
        }
        return answers;
    }

    private static List<InferenceAnswer> sealed(String batchId, List<InferenceAnswer> answers) {
        BatchCommitment commitment = BatchCommitment.to(batchId, answers);
        ByteString signature = ByteString.copyFrom(KEY.sign(commitment.statement()));
        List<InferenceAnswer> sealed = new ArrayList<>();
        for (int i = 0; i < answers.size(); i++) {
            sealed.add(answers.get(i).toBuilder()
                    .setSeal(commitment.seal(i, signature))
                    .build());
        }
        return sealed;
    }
}
