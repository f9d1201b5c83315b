package farm.tilth.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.google.protobuf.ByteString;
import farm.tilth.inference.model.OnnxFile;
import farm.tilth.inference.model.OnnxRuntime;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelDescription.Calibration;
import farm.tilth.protocol.task.ModelDescription.TensorDescription;
import farm.tilth.protocol.task.ModelPackage;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceBatch;
import farm.tilth.protocol.wire.InferenceCall;
import farm.tilth.protocol.wire.Tensor;
import farm.tilth.protocol.wire.TensorList;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ModelShelfTest {
    private static final long MEMORY = 100;
    private static final Path STATM = Path.of("/proc/self/statm");
    private static final int WIDTH = 600;
    private static final int LAYERS = 48;
    private static final long LAYER_BYTES = 4L * WIDTH * WIDTH;

    @TempDir
    Path folder;

    private final OnnxRuntime runtime = OnnxRuntime.start(BundledModel.DATA, 1);
    private InMemoryBlobs blobs;
    private OnnxExecutor executor;

    @AfterEach
    void close() {
        if (executor != null) {
            executor.close();
        }
    }

    @Test
    void uploadedModelAnswersCallsUntilItsMemoryIsGivenBack() throws Exception {
        open();
        ModelPackage model = upload("product");
        assertEquals("MODEL_NOT_FOUND", ask(model).getError().getCode());
        assertEquals(List.of(), executor.load(model, describe(model, 10), blobs));
        assertEquals(List.of("product"), names());
        ByteBuffer y = ask(model)
                .getTensors()
                .getTensors(0)
                .getContent()
                .asReadOnlyByteBuffer()
                .order(ByteOrder.LITTLE_ENDIAN);
        assertEquals(1 * 5 + 3 * 6, y.getFloat());
        assertEquals(2 * 5 + 4 * 6, y.getFloat());
        executor.unload(model.version());
        executor.unload(model.version());
        assertEquals(List.of(), names());
        assertEquals("MODEL_NOT_FOUND", ask(model).getError().getCode());
        assertFalse(
                Files.exists(folder.resolve("models").resolve(model.version().hex())), "its files are gone");
    }

    @Test
    void modelThatWasNotUsedForLongestMakesRoom() throws Exception {
        open();
        ModelPackage first = upload("first");
        ModelPackage second = upload("second");
        ModelPackage third = upload("third");
        executor.load(first, describe(first, 40), blobs);
        executor.load(second, describe(second, 40), blobs);
        assertTrue(ask(first).hasTensors());
        assertEquals(List.of(second.version()), executor.load(third, describe(third, 40), blobs));
        assertEquals(List.of("first", "third"), names());
    }

    @Test
    void modelThatNeverFitsIsLeftToAnotherWorker() throws Exception {
        open();
        ModelPackage model = upload("huge");
        FarmException e =
                assertThrows(FarmException.class, () -> executor.load(model, describe(model, MEMORY + 1), blobs));
        assertEquals(ErrorCode.OUT_OF_RESOURCES, e.code());
        assertEquals(List.of(), names());
    }

    @Test
    void memoryOfAnUnloadedModelGoesBackToTheSystemAndTheNextCallFindsItLoadedAgain() throws Exception {
        assumeTrue(Files.exists(STATM), "this system does not say how much memory a process has");
        open();
        ModelPackage model = upload("deep", deep());
        cycle(model); // what the libraries and Java keep for good is there after the first time
        long before = residentBytes();
        executor.load(model, describe(model, 10), blobs);
        assertTrue(ask(model).hasTensors());
        long loaded = residentBytes();
        assertTrue(loaded - before > LAYERS * LAYER_BYTES / 2, "the weights take " + (loaded - before) + " bytes");
        executor.unload(model.version());
        long after = residentBytes();
        assertTrue(
                after - before < LAYERS * LAYER_BYTES / 5,
                "of " + (loaded - before) + " bytes " + (after - before) + " stay with the process");
        cycle(model);
    }

    private void cycle(ModelPackage model) throws Exception {
        executor.load(model, describe(model, 10), blobs);
        assertTrue(ask(model).hasTensors());
        executor.unload(model.version());
        assertEquals("MODEL_NOT_FOUND", ask(model).getError().getCode());
    }

    private static long residentBytes() throws IOException {
        return Long.parseLong(Files.readString(STATM).split(" ")[1]) * 4096;
    }

    /** Many layers of a size that the C library keeps on its heap. */
    private static byte[] deep() {
        float[] widening = new float[2 * WIDTH];
        Arrays.fill(widening, 1);
        OnnxFile file = new OnnxFile()
                .node("MatMul", "", List.of("x", "in"), "h0")
                .weights("in", new long[] {2, WIDTH}, widening);
        for (int i = 0; i < LAYERS; i++) {
            float[] weights = new float[WIDTH * WIDTH];
            Arrays.fill(weights, 1f / (WIDTH + i));
            file.node("MatMul", "", List.of("h" + i, "w" + i), "h" + (i + 1))
                    .weights("w" + i, new long[] {WIDTH, WIDTH}, weights);
        }
        return file.node("MatMul", "", List.of("h" + LAYERS, "out"), "y")
                .weights("out", new long[] {WIDTH, 2}, widening)
                .input("x", -1, 2)
                .output("y", -1, 2)
                .bytes();
    }

    private void open() {
        blobs = new InMemoryBlobs(folder);
        executor = new OnnxExecutor(
                runtime,
                new ModelShelf(runtime, List.of(), folder.resolve("models"), MEMORY),
                folder.resolve("steps"),
                false);
    }

    private List<String> names() {
        return executor.models().stream().map(ModelDescription::name).toList();
    }

    private ModelPackage upload(String name) throws Exception {
        return upload(name, OnnxFile.product());
    }

    private ModelPackage upload(String name, byte[] file) throws Exception {
        Digest onnx = blobs.put(file);
        return new ModelPackage(
                name,
                "model.onnx",
                new TreeMap<>(java.util.Map.of("model.onnx", onnx)),
                Optional.empty(),
                0,
                List.of(),
                Optional.empty());
    }

    private ModelDescription describe(ModelPackage model, long memory) {
        return new ModelDescription(
                model.name(),
                model.version(),
                runtime.engine(),
                List.of(new TensorDescription("x", "FP32", List.of(-1L, 2L))),
                List.of(new TensorDescription("y", "FP32", List.of(-1L, 2L))),
                0,
                0,
                new Calibration(true, 0, Integer.MAX_VALUE, memory),
                4);
    }

    private InferenceAnswer ask(ModelPackage model) throws InterruptedException {
        ByteBuffer x = ByteBuffer.allocate(8)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putFloat(5)
                .putFloat(6);
        Tensor tensor = Tensor.newBuilder()
                .setName("x")
                .setDatatype("FP32")
                .addAllShape(List.of(1L, 2L))
                .setContent(ByteString.copyFrom(x.flip()))
                .build();
        return executor.answer(InferenceBatch.newBuilder()
                        .setModel(model.version().hex())
                        .addCalls(InferenceCall.newBuilder()
                                .setCallId("c")
                                .setTensors(TensorList.newBuilder().addTensors(tensor)))
                        .build())
                .getFirst();
    }
}
