package farm.tilth.api.inference;

import farm.tilth.api.access.Caller;
import farm.tilth.api.access.KeyLimits;
import farm.tilth.api.access.Role;
import farm.tilth.protocol.result.SigningKey;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceCall;
import farm.tilth.protocol.wire.InferenceReply;
import farm.tilth.protocol.wire.TensorList;
import farm.tilth.protocol.wire.TextInput;
import farm.tilth.protocol.wire.TextList;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Calls of the fake models, for tests without a farm. */
public final class Calls {
    static final SigningKey KEY = SigningKey.generate();

    private Calls() {}

    static OnlineCall texts(String... texts) {
        return texts(FakeModel.EMBEDDER, texts);
    }

    static OnlineCall texts(ModelDescription model, String... texts) {
        TextList.Builder list = TextList.newBuilder();
        for (String text : texts) {
            list.addTexts(TextInput.newBuilder().setText(text));
        }
        return call(model, InferenceCall.newBuilder().setTexts(list));
    }

    static OnlineCall rows(int rows) {
        ByteBuffer content = ByteBuffer.allocate(rows * 8).order(ByteOrder.LITTLE_ENDIAN);
        for (int i = 0; i < 2 * rows; i++) {
            content.putFloat(i);
        }
        TensorList.Builder list =
                TensorList.newBuilder().addTensors(FakeModel.tensor("x", "FP32", content.array(), rows, 2));
        return call(FakeModel.DOUBLER, InferenceCall.newBuilder().setTensors(list));
    }

    private static OnlineCall call(ModelDescription model, InferenceCall.Builder input) {
        return call(new UUID(0, 1), CallTerms.DEFAULT_PRIORITY, model, input);
    }

    static OnlineCall text(UUID account, int priority, String text) {
        TextList.Builder list =
                TextList.newBuilder().addTexts(TextInput.newBuilder().setText(text));
        return call(
                account,
                priority,
                FakeModel.EMBEDDER,
                InferenceCall.newBuilder().setTexts(list));
    }

    /** A customer with one key. */
    static Caller caller(UUID account) {
        return new Caller(account, account, Set.of(Role.CUSTOMER), KeyLimits.NONE);
    }

    private static OnlineCall call(UUID account, int priority, ModelDescription model, InferenceCall.Builder input) {
        return new OnlineCall(
                caller(account), model, input, new CallTerms(Optional.of(Duration.ofMinutes(1)), priority));
    }

    /** The fake model's answer with its root. */
    static InferenceAnswer committed(OnlineCall call) {
        return FakeWorkers.commit(FakeModel.answer(call.wire()));
    }

    /** A reply of the worker with {@link #KEY}. */
    static InferenceReply reply(OnlineCall... calls) {
        return FakeWorkers.sign(
                KEY, "batch", Stream.of(calls).map(Calls::committed).toList());
    }

    static List<AnsweredCall> answered(OnlineCall... calls) {
        InferenceReply reply = reply(calls);
        return IntStream.range(0, calls.length)
                .mapToObj(i -> new AnsweredCall(calls[i], reply.getAnswers(i), reply))
                .toList();
    }
}
