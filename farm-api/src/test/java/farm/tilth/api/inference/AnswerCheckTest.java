package farm.tilth.api.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import farm.tilth.protocol.result.SigningKey;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceReply;
import farm.tilth.protocol.wire.Tensor;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class AnswerCheckTest {
    private final OnlineCall texts = Calls.texts("one", "two words");
    private final OnlineCall rows = Calls.rows(3);

    @Test
    void honestAnswersPass() {
        assertEquals(Optional.empty(), AnswerCheck.form(texts, Calls.committed(texts)));
        assertEquals(Optional.empty(), AnswerCheck.form(rows, Calls.committed(rows)));
    }

    @Test
    void replyMustAnswerEachCallInOrder() {
        List<OnlineCall> calls = List.of(texts, rows);
        InferenceReply.Builder reply = InferenceReply.newBuilder().addAnswers(Calls.committed(texts));
        assertEquals(Optional.of("1 answers to 2 calls"), AnswerCheck.reply(calls, reply.build()));
        reply.addAnswers(Calls.committed(texts));
        assertEquals(Optional.of("answer 1 is to another call"), AnswerCheck.reply(calls, reply.build()));
        reply.setAnswers(1, Calls.committed(rows));
        assertEquals(Optional.empty(), AnswerCheck.reply(calls, reply.build()));
    }

    @Test
    void workUnitsMustFollowFromTheTokens() {
        assertEquals(
                Optional.of("1 work units for 7 tokens"),
                AnswerCheck.form(texts, changed(texts, answer -> answer.setWorkUnits(1))));
    }

    @Test
    void tokensMustFollowFromTheRows() {
        assertEquals(
                Optional.of("8 tokens where 7 are listed"),
                AnswerCheck.form(texts, changed(texts, answer -> answer.setPromptTokens(8)
                        .setWorkUnits(8 * FakeModel.UNITS_PER_TOKEN))));
    }

    @Test
    void rowCannotHaveMoreTokensThanTheModelTakes() {
        ByteString counts = ByteString.copyFrom(new byte[] {17, 0, 0, 0, 0, 0, 0, 0, 4, 0, 0, 0, 0, 0, 0, 0});
        InferenceAnswer answer = changed(
                texts, lie -> lie.getTensorsBuilder().getTensorsBuilder(1).setContent(counts));
        assertEquals(Optional.of("a text of 17 tokens"), AnswerCheck.form(texts, answer));
    }

    @Test
    void tensorsMustBeThoseOfTheModel() {
        assertTrue(AnswerCheck.form(
                        texts, changed(texts, a -> a.getTensorsBuilder().removeTensors(1)))
                .isPresent());
        for (Consumer<Tensor.Builder> lie : List.<Consumer<Tensor.Builder>>of(
                tensor -> tensor.setName("z"),
                tensor -> tensor.setDatatype("FP64"),
                tensor -> tensor.setShape(1, 3),
                tensor -> tensor.setShape(0, 1L << 60),
                tensor -> tensor.clearShape(),
                tensor -> tensor.setContent(ByteString.EMPTY))) {
            InferenceAnswer answer =
                    changed(rows, a -> lie.accept(a.getTensorsBuilder().getTensorsBuilder(0)));
            assertEquals(Optional.of("not the tensors that the model returns"), AnswerCheck.form(rows, answer));
        }
    }

    @Test
    void signatureIsOverExactlyTheOutputsTheirOrderAndTheWork() {
        InferenceReply signed = Calls.reply(texts, rows);
        assertTrue(AnswerCheck.isSigned(signed, Calls.KEY.publicKey()));
        assertFalse(AnswerCheck.isSigned(signed, SigningKey.generate().publicKey()));
        InferenceReply.Builder units = signed.toBuilder();
        units.getAnswersBuilder(1).setWorkUnits(4);
        InferenceReply.Builder rootless = signed.toBuilder();
        rootless.getAnswersBuilder(1).clearCommitmentRoot();
        InferenceReply.Builder other = signed.toBuilder();
        other.getAnswersBuilder(1)
                .getTensorsBuilder()
                .getTensorsBuilder(0)
                .setContent(ByteString.copyFrom(new byte[24]));
        InferenceReply.Builder fewer = signed.toBuilder().removeAnswers(0);
        InferenceReply.Builder swapped =
                signed.toBuilder().setAnswers(0, signed.getAnswers(1)).setAnswers(1, signed.getAnswers(0));
        for (InferenceReply.Builder lie : List.of(units, rootless, other, fewer, swapped)) {
            assertFalse(AnswerCheck.isSigned(lie.build(), Calls.KEY.publicKey()), lie.toString());
        }
    }

    private static InferenceAnswer changed(OnlineCall call, Consumer<InferenceAnswer.Builder> change) {
        InferenceAnswer.Builder answer = Calls.committed(call).toBuilder();
        change.accept(answer);
        return answer.build();
    }
}
