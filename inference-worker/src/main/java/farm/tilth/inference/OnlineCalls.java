package farm.tilth.inference;

import com.google.protobuf.ByteString;
import farm.tilth.inference.batch.BatchPlan;
import farm.tilth.inference.batch.TextEmbedder;
import farm.tilth.inference.tensor.RowSlices;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.CallCheck;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.CallError;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceBatch;
import farm.tilth.protocol.wire.InferenceCall;
import farm.tilth.protocol.wire.Tensor;
import farm.tilth.protocol.wire.TensorList;
import farm.tilth.protocol.wire.TextInput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Answers online calls of one model together. The rows of all calls with texts make batches of like length; calls with
 * tensors that differ in their first dimension only are joined along it. A call that cannot be answered disturbs no
 * other.
 */
final class OnlineCalls {
    /** The names of the tensors that answer a call with texts. */
    static final String EMBEDDING = "embedding";

    static final String TOKENS = "tokens";

    List<InferenceAnswer> answer(LoadedModel model, InferenceBatch batch) throws InterruptedException {
        InferenceAnswer[] answers = new InferenceAnswer[batch.getCallsCount()];
        TextEmbedder.Checkpoint deadline = deadline(batch.getDeadlineMillis());
        List<TextCall> texts = new ArrayList<>();
        List<TensorCall> tensors = new ArrayList<>();
        for (int i = 0; i < answers.length; i++) {
            InferenceCall call = batch.getCalls(i);
            try {
                if (call.hasTexts()) {
                    texts.add(textCall(i, call, model));
                } else {
                    CallCheck.check(model.description(), call.getTensors().getTensorsList());
                    tensors.add(new TensorCall(i, call.getTensors().getTensorsList()));
                }
            } catch (FarmException e) {
                answers[i] = refusal(call, e);
            }
        }
        answerTexts(model, batch, texts, answers, deadline);
        answerTensors(model, batch, tensors, answers, deadline);
        return List.of(answers);
    }

    private record TextCall(int index, List<long[]> rows) {}

    private record TensorCall(int index, List<Tensor> inputs) {}

    private static TextCall textCall(int index, InferenceCall call, LoadedModel model) {
        TextEmbedder embedder = model.embedder()
                .orElseThrow(() -> new FarmException(
                        ErrorCode.INVALID_REQUEST,
                        "model '" + model.description().name() + "' does not embed texts; send it tensors"));
        List<TextInput> texts = call.getTexts().getTextsList();
        if (texts.isEmpty()) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "the call has no text");
        }
        List<long[]> rows = new ArrayList<>(texts.size());
        for (int i = 0; i < texts.size(); i++) {
            String place = "input[" + i + "]";
            rows.add(
                    texts.get(i).hasTokens()
                            ? embedder.tokens(texts.get(i).getTokens().getIdsList(), place)
                            : embedder.tokens(texts.get(i).getText(), place));
        }
        return new TextCall(index, rows);
    }

    private static void answerTexts(
            LoadedModel model,
            InferenceBatch batch,
            List<TextCall> calls,
            InferenceAnswer[] answers,
            TextEmbedder.Checkpoint deadline)
            throws InterruptedException {
        if (calls.isEmpty()) {
            return;
        }
        try {
            List<long[]> rows =
                    calls.stream().flatMap(call -> call.rows.stream()).toList();
            float[][] embeddings = model.embedder().orElseThrow().embed(rows, deadline);
            int next = 0;
            for (TextCall call : calls) {
                float[][] own = Arrays.copyOfRange(embeddings, next, next + call.rows.size());
                next += call.rows.size();
                long tokens = call.rows.stream().mapToLong(row -> row.length).sum();
                List<Tensor> output = List.of(embeddings(own), tokens(call.rows));
                answers[call.index] = answer(batch.getCalls(call.index), model.description(), output, tokens);
            }
        } catch (FarmException e) {
            calls.forEach(call -> answers[call.index] = refusal(batch.getCalls(call.index), e));
        }
    }

    private static void answerTensors(
            LoadedModel model,
            InferenceBatch batch,
            List<TensorCall> calls,
            InferenceAnswer[] answers,
            TextEmbedder.Checkpoint deadline)
            throws InterruptedException {
        for (List<TensorCall> group : groups(model.description(), calls)) {
            List<List<Tensor>> outputs = runTogether(model, group, deadline);
            for (int i = 0; i < group.size(); i++) {
                TensorCall call = group.get(i);
                InferenceCall wire = batch.getCalls(call.index);
                try {
                    List<Tensor> output = outputs.isEmpty() ? runAlone(model, call, deadline) : outputs.get(i);
                    long tokens = CallCheck.tokens(model.description(), call.inputs);
                    answers[call.index] = answer(wire, model.description(), output, tokens);
                } catch (FarmException e) {
                    answers[call.index] = refusal(wire, e);
                }
            }
        }
    }

    /** Calls that can run as one, within the bounds of a batch; each alone when its rows depend on their batch. */
    private static List<List<TensorCall>> groups(ModelDescription model, List<TensorCall> calls) {
        List<List<TensorCall>> groups = new ArrayList<>();
        for (TensorCall call : calls) {
            List<TensorCall> home = groups.stream()
                    .filter(group -> model.batchInvariant() && fits(model, group, call))
                    .findFirst()
                    .orElseGet(() -> {
                        List<TensorCall> fresh = new ArrayList<>();
                        groups.add(fresh);
                        return fresh;
                    });
            home.add(call);
        }
        return groups;
    }

    private static boolean fits(ModelDescription model, List<TensorCall> group, TensorCall call) {
        long rows = RowSlices.rows(call.inputs);
        long tokens = CallCheck.tokens(model, call.inputs);
        for (TensorCall other : group) {
            rows += RowSlices.rows(other.inputs);
            tokens += CallCheck.tokens(model, other.inputs);
        }
        return rows <= BatchPlan.MAX_ROWS
                && tokens <= BatchPlan.MAX_POSITIONS
                && RowSlices.joinable(group.getFirst().inputs, call.inputs);
    }

    /** The outputs of each call of the group; nothing when they have to run alone. */
    private static List<List<Tensor>> runTogether(
            LoadedModel model, List<TensorCall> group, TextEmbedder.Checkpoint deadline) throws InterruptedException {
        if (group.size() == 1) {
            return List.of();
        }
        try {
            deadline.pass();
            List<Tensor> outputs = model.onnx()
                    .run(RowSlices.join(group.stream().map(TensorCall::inputs).toList()));
            long total = group.stream()
                    .mapToLong(call -> RowSlices.rows(call.inputs))
                    .sum();
            if (RowSlices.rows(outputs) != total) {
                return List.of();
            }
            List<List<Tensor>> parts = new ArrayList<>();
            long next = 0;
            for (TensorCall call : group) {
                long rows = RowSlices.rows(call.inputs);
                parts.add(RowSlices.slice(outputs, next, next + rows));
                next += rows;
            }
            return parts;
        } catch (FarmException oneOfThemIsAtFault) {
            return List.of();
        }
    }

    private static List<Tensor> runAlone(LoadedModel model, TensorCall call, TextEmbedder.Checkpoint deadline)
            throws InterruptedException {
        deadline.pass();
        return model.onnx().run(call.inputs);
    }

    private static TextEmbedder.Checkpoint deadline(long millis) {
        long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
        return () -> {
            if (Thread.interrupted()) {
                throw new InterruptedException("the batch is not wanted any more");
            }
            if (millis > 0 && System.nanoTime() - end > 0) {
                throw new FarmException(
                        ErrorCode.DEADLINE_EXCEEDED,
                        "the deadline of " + millis + " ms passed before the call was served");
            }
        };
    }

    private static Tensor embeddings(float[][] rows) {
        ByteBuffer content =
                ByteBuffer.allocate(rows.length * rows[0].length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        for (float[] row : rows) {
            for (float value : row) {
                content.putFloat(value);
            }
        }
        return tensor(EMBEDDING, "FP32", content)
                .addShape(rows.length)
                .addShape(rows[0].length)
                .build();
    }

    /** How many tokens each row has, so that the row's commitment says what the row costs. */
    private static Tensor tokens(List<long[]> rows) {
        ByteBuffer content = ByteBuffer.allocate(rows.size() * Long.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        rows.forEach(row -> content.putLong(row.length));
        return tensor(TOKENS, "INT64", content).addShape(rows.size()).build();
    }

    private static Tensor.Builder tensor(String name, String datatype, ByteBuffer content) {
        return Tensor.newBuilder().setName(name).setDatatype(datatype).setContent(ByteString.copyFrom(content.array()));
    }

    private static InferenceAnswer answer(
            InferenceCall call, ModelDescription model, List<Tensor> outputs, long tokens) {
        return InferenceAnswer.newBuilder()
                .setCallId(call.getCallId())
                .setTensors(TensorList.newBuilder().addAllTensors(outputs))
                .setPromptTokens(tokens)
                .setWorkUnits(Math.multiplyExact(tokens, model.workUnitsPerToken()))
                .build();
    }

    static InferenceAnswer refusal(InferenceCall call, FarmException e) {
        return InferenceAnswer.newBuilder()
                .setCallId(call.getCallId())
                .setError(CallError.newBuilder().setCode(e.code().name()).setMessage(e.getMessage()))
                .build();
    }
}
