package farm.tilth.inference.model;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import farm.tilth.protocol.task.CallCheck;
import farm.tilth.protocol.wire.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** Real models of several shapes: sentences, quantised weights, a state that the caller keeps, pictures. */
class BundledModelsTest {
    private static final Map<String, OnnxModel> MODELS = new TreeMap<>();

    @BeforeAll
    static void load() {
        Path data = Path.of("target", "worker").toAbsolutePath();
        OnnxRuntime runtime = OnnxRuntime.start(data, 1);
        for (ModelFiles files : BundledModels.unpack(data)) {
            MODELS.put(files.name(), OnnxModel.load(runtime, files));
        }
    }

    @AfterAll
    static void close() {
        MODELS.values().forEach(OnnxModel::close);
    }

    @Test
    void quantisedSentencesDependOnTheirBatchAndThoseInFullFloatsDoNot() {
        assertTrue(MODELS.get("all-minilm-l6-v2").description().batchInvariant());
        assertFalse(MODELS.get("all-minilm-l6-v2-q").description().batchInvariant());
    }

    @Test
    void voiceActivityKeepsItsStateWithTheCaller() {
        OnnxModel model = MODELS.get("silero-vad-v5");
        ByteBuffer tone = floats(512);
        for (int i = 0; i < 512; i++) {
            tone.putFloat((float) Math.sin(i * 0.2));
        }
        Tensor input = tensor("input", "FP32", tone, 1, 512);
        Tensor rate = tensor(
                "sr",
                "INT64",
                ByteBuffer.allocate(8).order(ByteOrder.LITTLE_ENDIAN).putLong(16_000));
        Tensor silent = tensor("state", "FP32", floats(256).position(1024), 2, 1, 128);
        CallCheck.check(model.description(), List.of(input, silent, rate));
        List<Tensor> first = model.run(List.of(input, silent, rate));
        float probability = first(first.getFirst());
        assertTrue(probability >= 0 && probability <= 1, "probability " + probability);
        Tensor state = first.get(1).toBuilder().setName("state").build();
        assertEquals(silent.getShapeList(), state.getShapeList());
        assertNotEquals(
                probability, first(model.run(List.of(input, state, rate)).getFirst()));
    }

    @Test
    void textIsFoundInPicturesOfAnySize() {
        OnnxModel model = MODELS.get("ppocr-v4-det");
        String input = model.description().inputs().getFirst().name();
        for (int side : new int[] {32, 96}) {
            int elements = 3 * side * side;
            Tensor map = model.run(
                            List.of(tensor(input, "FP32", floats(elements).position(4 * elements), 1, 3, side, side)))
                    .getFirst();
            assertEquals(List.of(1L, 1L, (long) side, (long) side), map.getShapeList());
        }
    }

    @Test
    void charactersHaveTheirNames() {
        OnnxModel model = MODELS.get("ppocr-v4-rec");
        String input = model.description().inputs().getFirst().name();
        int elements = 3 * 48 * 96;
        Tensor scores = model.run(List.of(tensor(input, "FP32", floats(elements).position(4 * elements), 1, 3, 48, 96)))
                .getFirst();
        List<String> labels = model.description().outputs().getFirst().labels();
        assertEquals(labels.size(), scores.getShape(2));
        assertTrue(labels.containsAll(List.of("A", "7", "字")));
    }

    @Test
    void convolutionsAreMeteredByTheirRealShapes() {
        for (String name : List.of("ppocr-v4-det", "ppocr-v4-rec")) {
            assertEquals(Optional.of(1024), MODELS.get(name).description().numbersPerToken(), name);
        }
        // The guess that does without shapes is five times as much.
        long units = MODELS.get("ppocr-v4-det").description().workUnitsPerToken();
        assertTrue(units > 1_500_000 && units < 2_500_000, units + " for 1,024 numbers");
    }

    @Test
    void whatWasMeasuredIsTheSameAtTheNextStart() {
        Path data = Path.of("target", "worker").toAbsolutePath();
        OnnxRuntime runtime = OnnxRuntime.start(data, 1);
        ModelFiles detection = BundledModels.unpack(data).get(3);
        try (OnnxModel again = OnnxModel.load(runtime, detection)) {
            assertEquals(MODELS.get(detection.name()).description(), again.description());
        }
    }

    private static float first(Tensor tensor) {
        return tensor.getContent()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN)
                .getFloat();
    }

    private static ByteBuffer floats(int count) {
        return ByteBuffer.allocate(count * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
    }

    private static Tensor tensor(String name, String datatype, ByteBuffer content, long... shape) {
        Tensor.Builder tensor =
                Tensor.newBuilder().setName(name).setDatatype(datatype).setContent(ByteString.copyFrom(content.flip()));
        for (long dimension : shape) {
            tensor.addShape(dimension);
        }
        return tensor.build();
    }
}
