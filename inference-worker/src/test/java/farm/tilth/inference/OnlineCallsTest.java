package farm.tilth.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceBatch;
import farm.tilth.protocol.wire.InferenceCall;
import farm.tilth.protocol.wire.Tensor;
import farm.tilth.protocol.wire.TensorList;
import farm.tilth.protocol.wire.TextInput;
import farm.tilth.protocol.wire.TextList;
import farm.tilth.protocol.wire.TokenList;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class OnlineCallsTest {
    private static OnnxExecutor executor;
    private static ModelDescription model;

    @BeforeAll
    static void load() {
        executor = BundledModel.executor(false);
        model = executor.models().getFirst();
    }

    @AfterAll
    static void close() {
        executor.close();
    }

    @Test
    void likeSentencesAreCloserThanUnlikeOnes() throws InterruptedException {
        float[][] rows = rows(answer(texts(
                        "A farmer ploughs the field before sowing.",
                        "The peasant tills his land ahead of planting.",
                        "Our database transaction deadlocked twice last night.",
                        "Two database queries blocked each other yesterday evening."))
                .getFirst());
        assertTrue(cosine(rows[0], rows[1]) > 0.5, "farming: " + cosine(rows[0], rows[1]));
        assertTrue(cosine(rows[2], rows[3]) > 0.5, "databases: " + cosine(rows[2], rows[3]));
        for (int[] pair : new int[][] {{0, 2}, {0, 3}, {1, 2}, {1, 3}}) {
            assertTrue(cosine(rows[pair[0]], rows[pair[1]]) < 0.3, "unlike: " + Arrays.toString(pair));
        }
    }

    @Test
    void embeddingsHaveLengthOne() throws InterruptedException {
        float[] row = rows(
                answer(texts("Tilth is soil that is fit to grow things in.")).getFirst())[0];
        assertEquals(384, row.length);
        assertEquals(1.0, cosine(row, row), 1e-6);
    }

    @Test
    void callGetsTheSameBitsWhateverStandsBesideIt() throws InterruptedException {
        long seed = 42;
        Random random = new Random(seed);
        List<InferenceCall> calls = new ArrayList<>();
        for (int i = 0; i < 24; i++) {
            calls.add(texts("call " + i + " " + "says more ".repeat(random.nextInt(60))));
        }
        List<InferenceAnswer> together = answer(calls.toArray(InferenceCall[]::new));
        for (int i = 0; i < calls.size(); i++) {
            assertEquals(answer(calls.get(i)).getFirst(), together.get(i), "call " + i + ", seed " + seed);
        }
    }

    @Test
    void threadsDoNotChangeTheBits() throws InterruptedException {
        InferenceCall call = texts("one", "two words", "and three words more " + "and on ".repeat(40));
        InferenceAnswer one = answer(call).getFirst();
        try (LoadedModel two = BundledModel.load(2)) {
            assertEquals(one, new OnlineCalls().answer(two, batch(call)).getFirst());
        }
    }

    @Test
    void tokensThatTheCallerMadeGiveTheTextsOwnEmbedding() throws InterruptedException {
        TokenList tokens = TokenList.newBuilder()
                .addAllIds(List.of(101L, 7592L, 1010L, 2088L, 999L, 102L))
                .build();
        InferenceCall call =
                call(TextList.newBuilder().addTexts(TextInput.newBuilder().setTokens(tokens)));
        InferenceAnswer answer = answer(call).getFirst();
        assertEquals(answer(texts("Hello, world!")).getFirst().getTensors(), answer.getTensors());
        assertEquals(6, answer.getPromptTokens());
        assertEquals("tokens", answer.getTensors().getTensors(1).getName());
        assertEquals(
                ByteString.copyFrom(new byte[] {6, 0, 0, 0, 0, 0, 0, 0}),
                answer.getTensors().getTensors(1).getContent());
        assertEquals(6 * model.workUnitsPerToken(), answer.getWorkUnits());
    }

    @Test
    void badCallDisturbsNoOther() throws InterruptedException {
        InferenceCall strange = call(TextList.newBuilder()
                .addTexts(
                        TextInput.newBuilder().setTokens(TokenList.newBuilder().addIds(100257))));
        InferenceCall empty = call(TextList.newBuilder());
        InferenceCall tooLong = texts("fine", "word ".repeat(511));
        List<InferenceAnswer> answers = answer(texts("good"), strange, empty, tooLong, texts("good"));
        assertEquals(answers.getFirst(), answers.getLast());
        assertFalse(answers.getFirst().hasError());
        assertEquals("INVALID_REQUEST", answers.get(1).getError().getCode());
        assertEquals(
                "input[0][0] is the token 100257, but this model's tokens are 0 to 30521; "
                        + "send the text itself, or tokens of the model's own tokenizer",
                answers.get(1).getError().getMessage());
        assertEquals("the call has no text", answers.get(2).getError().getMessage());
        assertEquals("TOO_LARGE", answers.get(3).getError().getCode());
        assertTrue(answers.get(3).getError().getMessage().startsWith("input[1] has 513 tokens"));
    }

    @Test
    void tensorsGoInAndComeOut() throws InterruptedException {
        InferenceAnswer answer = answer(tensors(2, 5)).getFirst();
        Tensor states = answer.getTensors().getTensors(0);
        assertEquals("last_hidden_state", states.getName());
        assertEquals(List.of(2L, 5L, 384L), states.getShapeList());
        assertEquals(10, answer.getPromptTokens());
    }

    @Test
    void joinedTensorCallsGetTheSameBitsAsAlone() throws InterruptedException {
        InferenceCall[] calls = {tensors(1, 6), tensors(3, 6), tensors(2, 9), tensors(2, 6)};
        List<InferenceAnswer> together = answer(calls);
        for (int i = 0; i < calls.length; i++) {
            assertEquals(answer(calls[i]).getFirst(), together.get(i), "call " + i);
        }
    }

    @Test
    void tensorThatOnlyTheRuntimeCanRefuseDisturbsNoOther() throws InterruptedException {
        InferenceCall outOfVocabulary = call(99_999_999L, 1, 6);
        List<InferenceAnswer> answers = answer(tensors(1, 6), outOfVocabulary, tensors(1, 6));
        assertEquals("INVALID_TENSOR", answers.get(1).getError().getCode());
        assertFalse(answers.get(0).hasError());
        assertEquals(answers.get(0), answers.get(2));
    }

    @Test
    void wrongShapeIsRefusedByName() throws InterruptedException {
        TensorList.Builder list = tensors(1, 4).getTensors().toBuilder();
        list.setTensors(1, list.getTensors(1).toBuilder().clearShape().addShape(4));
        InferenceAnswer answer =
                answer(InferenceCall.newBuilder().setTensors(list).build()).getFirst();
        assertEquals(
                "tensor 'attention_mask': its shape is [4]; the model takes [-1, -1] (-1 is any positive number)",
                answer.getError().getMessage());
    }

    @Test
    void unknownModelIsAnErrorOfEachCall() throws InterruptedException {
        InferenceBatch batch = batch(texts("a"), texts("b")).toBuilder()
                .setModel("0".repeat(64))
                .build();
        assertEquals(
                List.of("MODEL_NOT_FOUND", "MODEL_NOT_FOUND"),
                executor.answer(batch).stream().map(a -> a.getError().getCode()).toList());
    }

    @Test
    void passedDeadlineStopsTheBatch() throws InterruptedException {
        String[] many = new String[300];
        Arrays.fill(many, "a text of some length ".repeat(20));
        InferenceBatch batch =
                batch(texts(many)).toBuilder().setDeadlineMillis(1).build();
        assertEquals(
                "DEADLINE_EXCEEDED",
                executor.answer(batch).getFirst().getError().getCode());
    }

    private static List<InferenceAnswer> answer(InferenceCall... calls) throws InterruptedException {
        return executor.answer(batch(calls));
    }

    private static InferenceBatch batch(InferenceCall... calls) {
        return InferenceBatch.newBuilder()
                .setModel(model.version().hex())
                .addAllCalls(List.of(calls))
                .build();
    }

    private static InferenceCall texts(String... texts) {
        TextList.Builder list = TextList.newBuilder();
        for (String text : texts) {
            list.addTexts(TextInput.newBuilder().setText(text));
        }
        return call(list);
    }

    private static InferenceCall call(TextList.Builder texts) {
        return InferenceCall.newBuilder().setCallId("c").setTexts(texts).build();
    }

    private static InferenceCall tensors(int rows, int tokens) {
        return call(2000, rows, tokens);
    }

    private static InferenceCall call(long firstToken, int rows, int tokens) {
        TensorList.Builder list = TensorList.newBuilder();
        for (ModelDescription.TensorDescription input : model.inputs()) {
            ByteBuffer content = ByteBuffer.allocate(rows * tokens * 8).order(ByteOrder.LITTLE_ENDIAN);
            for (int i = 0; i < rows * tokens; i++) {
                content.putLong(
                        switch (input.name()) {
                            case "input_ids" -> firstToken + i;
                            case "attention_mask" -> 1;
                            default -> 0;
                        });
            }
            list.addTensors(Tensor.newBuilder()
                    .setName(input.name())
                    .setDatatype("INT64")
                    .addShape(rows)
                    .addShape(tokens)
                    .setContent(ByteString.copyFrom(content.array())));
        }
        return InferenceCall.newBuilder().setCallId("c").setTensors(list).build();
    }

    private static float[][] rows(InferenceAnswer answer) {
        Tensor tensor = answer.getTensors().getTensors(0);
        ByteBuffer content = tensor.getContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        float[][] rows = new float[(int) tensor.getShape(0)][(int) tensor.getShape(1)];
        for (float[] row : rows) {
            for (int i = 0; i < row.length; i++) {
                row[i] = content.getFloat();
            }
        }
        return rows;
    }

    private static double cosine(float[] a, float[] b) {
        double dot = 0;
        for (int i = 0; i < a.length; i++) {
            dot += (double) a[i] * b[i];
        }
        return dot;
    }
}
