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
        assertEquals(Optional.empty(), AnswerCheck.form(texts, Calls.signed(texts)));
        assertEquals(Optional.empty(), AnswerCheck.form(rows, Calls.signed(rows)));
    }

    @Test
    void replyMustAnswerEachCallInOrder() {
        List<OnlineCall> calls = List.of(texts, rows);
        InferenceReply.Builder reply = InferenceReply.newBuilder().addAnswers(Calls.signed(texts));
        assertEquals(Optional.of("1 answers to 2 calls"), AnswerCheck.reply(calls, reply.build()));
        reply.addAnswers(Calls.signed(texts));
        assertEquals(Optional.of("answer 1 is to another call"), AnswerCheck.reply(calls, reply.build()));
        reply.setAnswers(1, Calls.signed(rows));
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
    void signatureIsOverExactlyTheOutputAndTheWork() {
        InferenceAnswer signed = Calls.signed(rows);
        assertTrue(AnswerCheck.isSigned(signed, Calls.KEY.publicKey()));
        assertFalse(AnswerCheck.isSigned(signed, SigningKey.generate().publicKey()));
        assertFalse(AnswerCheck.isSigned(signed.toBuilder().setWorkUnits(4).build(), Calls.KEY.publicKey()));
        assertFalse(
                AnswerCheck.isSigned(signed.toBuilder().clearCommitmentRoot().build(), Calls.KEY.publicKey()));
        InferenceAnswer.Builder other = signed.toBuilder();
        other.getTensorsBuilder().getTensorsBuilder(0).setContent(ByteString.copyFrom(new byte[24]));
        assertFalse(AnswerCheck.isSigned(other.build(), Calls.KEY.publicKey()));
    }

    private static InferenceAnswer changed(OnlineCall call, Consumer<InferenceAnswer.Builder> change) {
        InferenceAnswer.Builder answer = Calls.signed(call).toBuilder();
        change.accept(answer);
        return answer.build();
    }
}
