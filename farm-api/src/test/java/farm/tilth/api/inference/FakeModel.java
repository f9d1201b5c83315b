package farm.tilth.api.inference;

import com.google.protobuf.ByteString;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.CallCheck;
import farm.tilth.protocol.task.Datatype;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelDescription.TensorDescription;
import farm.tilth.protocol.task.ModelPackage;
import farm.tilth.protocol.task.ModelReport;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceCall;
import farm.tilth.protocol.wire.Tensor;
import farm.tilth.protocol.wire.TensorList;
import farm.tilth.protocol.wire.TextInput;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A model whose answers anybody can work out: a text's embedding is four numbers made of its characters, its tokens are
 * its words and two more; a row of the tensor "x" comes back doubled as "y".
 */
public final class FakeModel {
    static final long UNITS_PER_TOKEN = 1_000_000;

    static final ModelDescription EMBEDDER = new ModelDescription(
            "fake-embedder",
            Digest.ofText("fake-embedder"),
            "onnx-test",
            List.of(new TensorDescription("input_ids", "INT64", List.of(-1L, -1L))),
            List.of(new TensorDescription("states", "FP32", List.of(-1L, -1L, 4L))),
            4,
            16,
            ModelDescription.Calibration.EXACT,
            UNITS_PER_TOKEN);

    public static final ModelDescription DOUBLER = new ModelDescription(
            "fake-doubler",
            Digest.ofText("fake-doubler"),
            "onnx-test",
            List.of(new TensorDescription("x", "FP32", List.of(-1L, 2L))),
            List.of(new TensorDescription("y", "FP32", List.of(-1L, 2L))),
            0,
            0,
            ModelDescription.Calibration.EXACT,
            1_000_000);

    /** The doubler once more, measured to differ by up to 1 % between kinds of devices. */
    static final ModelDescription ROUNDING = new ModelDescription(
            "fake-rounding",
            Digest.ofText("fake-rounding"),
            "onnx-test",
            DOUBLER.inputs(),
            DOUBLER.outputs(),
            0,
            0,
            new ModelDescription.Calibration(true, 0.01, Integer.MAX_VALUE, 0),
            UNITS_PER_TOKEN);

    /** A model that returns each of its inputs, one of every datatype: "in_INT8" as "out_INT8". */
    public static final ModelDescription ECHO = new ModelDescription(
            "fake-echo",
            Digest.ofText("fake-echo"),
            "onnx-test",
            echoes("in_"),
            echoes("out_"),
            0,
            0,
            ModelDescription.Calibration.EXACT,
            UNITS_PER_TOKEN);

    /** A model that returns its one text. */
    public static final ModelDescription TEXTS = new ModelDescription(
            "fake-texts",
            Digest.ofText("fake-texts"),
            "onnx-test",
            List.of(new TensorDescription("in_BYTES", "BYTES", List.of(-1L))),
            List.of(new TensorDescription("out_BYTES", "BYTES", List.of(-1L))),
            0,
            0,
            ModelDescription.Calibration.EXACT,
            UNITS_PER_TOKEN);

    static final List<ModelDescription> ALL = List.of(EMBEDDER, DOUBLER, ECHO, TEXTS);

    /** A report that says of an uploaded model that it doubles. */
    static ModelReport inspected(ModelPackage model) {
        ModelDescription description = new ModelDescription(
                model.name(),
                model.version(),
                "onnx-test",
                DOUBLER.inputs(),
                DOUBLER.outputs(),
                0,
                0,
                ModelDescription.Calibration.EXACT,
                DOUBLER.workUnitsPerToken());
        return new ModelReport(description, 0, 5, "a test", List.of());
    }

    private FakeModel() {}

    private static List<TensorDescription> echoes(String prefix) {
        return Arrays.stream(Datatype.values())
                .map(type -> new TensorDescription(prefix + type, type.name(), List.of(-1L, 2L)))
                .toList();
    }

    static InferenceAnswer answer(InferenceCall call) {
        if (call.hasTexts()) {
            return embed(call);
        }
        return call.getTensors().getTensors(0).getName().startsWith("in_") ? echo(call) : twice(call);
    }

    private static InferenceAnswer echo(InferenceCall call) {
        Map<String, Tensor> inputs = call.getTensors().getTensorsList().stream()
                .collect(Collectors.toMap(Tensor::getName, tensor -> tensor));
        Tensor[] outputs = Arrays.stream(Datatype.values())
                .filter(type -> inputs.containsKey("in_" + type))
                .map(type -> inputs.get("in_" + type).toBuilder()
                        .setName("out_" + type)
                        .build())
                .toArray(Tensor[]::new);
        ModelDescription model = inputs.size() == 1 ? TEXTS : ECHO;
        return answer(call, CallCheck.tokens(model, call.getTensors().getTensorsList()), outputs);
    }

    public static float[] embedding(String text) {
        float[] row = {3, 0, 0, 0};
        for (int i = 0; i < text.length(); i++) {
            row[i % 4] += text.charAt(i);
        }
        double length = 0;
        for (float value : row) {
            length += value * value;
        }
        for (int i = 0; i < 4; i++) {
            row[i] /= (float) Math.sqrt(length);
        }
        return row;
    }

    private static InferenceAnswer embed(InferenceCall call) {
        List<TextInput> texts = call.getTexts().getTextsList();
        ByteBuffer rows = ByteBuffer.allocate(texts.size() * 16).order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer counts = ByteBuffer.allocate(texts.size() * 8).order(ByteOrder.LITTLE_ENDIAN);
        long sum = 0;
        for (TextInput text : texts) {
            String words = text.hasTokens() ? "tokens" : text.getText();
            for (float value : embedding(words)) {
                rows.putFloat(value);
            }
            long tokens = text.hasTokens() ? text.getTokens().getIdsCount() : words.split(" ").length + 2;
            counts.putLong(tokens);
            sum += tokens;
        }
        return answer(
                call,
                sum,
                tensor("embedding", "FP32", rows.array(), texts.size(), 4),
                tensor("tokens", "INT64", counts.array(), texts.size()));
    }

    private static InferenceAnswer twice(InferenceCall call) {
        Tensor x = call.getTensors().getTensors(0);
        ByteBuffer in = x.getContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        ByteBuffer out = ByteBuffer.allocate(in.remaining()).order(ByteOrder.LITTLE_ENDIAN);
        while (in.hasRemaining()) {
            out.putFloat(2 * in.getFloat());
        }
        Tensor y = tensor("y", "FP32", out.array(), x.getShape(0), 2);
        return answer(call, CallCheck.tokens(DOUBLER, List.of(x)), y);
    }

    private static InferenceAnswer answer(InferenceCall call, long tokens, Tensor... tensors) {
        return InferenceAnswer.newBuilder()
                .setCallId(call.getCallId())
                .setTensors(TensorList.newBuilder().addAllTensors(List.of(tensors)))
                .setPromptTokens(tokens)
                .setWorkUnits(tokens * UNITS_PER_TOKEN)
                .build();
    }

    static Tensor tensor(String name, String datatype, byte[] content, long... shape) {
        Tensor.Builder tensor =
                Tensor.newBuilder().setName(name).setDatatype(datatype).setContent(ByteString.copyFrom(content));
        for (long dimension : shape) {
            tensor.addShape(dimension);
        }
        return tensor.build();
    }
}
