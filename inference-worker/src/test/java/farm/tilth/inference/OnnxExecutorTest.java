package farm.tilth.inference;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.AssemblyManifest;
import farm.tilth.protocol.task.EmbeddingPlan;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.SceneFiles;
import farm.tilth.protocol.task.TaskSpec.AssembleRows;
import farm.tilth.protocol.task.TaskSpec.AuditBlock;
import farm.tilth.protocol.task.TaskSpec.BatchPart;
import farm.tilth.protocol.task.TaskSpec.InferBatch;
import farm.tilth.protocol.task.TaskSpec.InspectScene;
import farm.tilth.protocol.task.TaskSpec.RenderTile;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.protocol.worker.TaskExecutor;
import farm.tilth.protocol.worker.TaskExecutorFactory;
import farm.tilth.protocol.worker.WorkerConfig;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class OnnxExecutorTest {
    private static final int ROWS = 50;

    private static OnnxExecutor executor;
    private static OnnxExecutor trusted;
    private static ModelDescription model;

    @TempDir
    Path folder;

    private InMemoryBlobs blobs;
    private Digest plan;

    @BeforeAll
    static void load() {
        executor = BundledModel.executor(false);
        trusted = BundledModel.executor(true);
        model = executor.models().getFirst();
    }

    @AfterAll
    static void close() {
        executor.close();
        trusted.close();
    }

    @BeforeEach
    void submit() {
        blobs = new InMemoryBlobs(folder);
        plan = plan(IntStream.range(0, ROWS)
                .mapToObj(i -> i % 2 == 0
                        ? Json.write("Row " + i + " " + "grows longer, ".repeat(i % 9))
                        : Json.write(Map.of("input", "Row " + i + " is an object", "id", i)))
                .collect(Collectors.joining("\n", "", "\n")));
    }

    @Test
    void serviceLoaderFindsTheExecutor() {
        TaskExecutorFactory factory = ServiceLoader.load(TaskExecutorFactory.class).stream()
                .map(ServiceLoader.Provider::get)
                .filter(OnnxExecutorFactory.class::isInstance)
                .findFirst()
                .orElseThrow();
        WorkerConfig config =
                new WorkerConfig(URI.create("http://127.0.0.1:1"), "key", BundledModel.DATA, "w", false, 1, 1 << 20);
        List<TaskExecutor> executors = factory.open(config);
        assertEquals(1, executors.size());
        assertEquals("onnx-1.29.0", executors.getFirst().engine());
        executors.forEach(TaskExecutor::close);
    }

    @Test
    void workerOffersPaidTasksAndTrustedWorkerTheOthers() {
        assertEquals(Set.of("inferBatch", "runModel"), executor.taskTypes());
        assertEquals(Set.of("auditBlock", "assembleRows"), trusted.taskTypes());
        assertEquals("cpu, 1 thread", executor.device());
    }

    @Test
    void auditsOfOtherEnginesAreNotAccepted() {
        InferBatch batch = new InferBatch(plan, 0, 1);
        RenderTile tile = new RenderTile(plan, 0, new TileBounds(0, 0, 8, 8), new SampleRange(0, 1));
        assertTrue(trusted.accepts(new AuditBlock(batch, 0)));
        assertFalse(trusted.accepts(new AuditBlock(tile, 0)));
        assertFalse(trusted.accepts(batch));
        assertTrue(executor.accepts(batch));
    }

    @Test
    void bundledModelIsDescribed() {
        assertEquals("all-minilm-l6-v2", model.name());
        assertEquals("onnx-1.29.0", model.engine());
        assertEquals(384, model.embeddingDimensions());
        assertEquals(512, model.maxTokens());
        assertTrue(model.batchInvariant());
        assertEquals(
                List.of("input_ids", "attention_mask", "token_type_ids"),
                model.inputs().stream()
                        .map(ModelDescription.TensorDescription::name)
                        .toList());
        // Six layers: queries, keys, values and output of 384 × 384, and two matrices of 384 × 1,536.
        assertEquals(6 * (4 * 384 * 384 + 2 * 384 * 1536), model.workUnitsPerToken());
    }

    @Test
    void batchHasOneBlockPerRow() throws InterruptedException {
        ResultFile result = executor.execute(new InferBatch(plan, 0, ROWS), blobs.context());
        assertEquals(ROWS, result.blocks().size());
        for (ResultFile.Block block : result.blocks()) {
            assertEquals(384 * 4, block.bytes().length);
            assertEquals(0, block.workUnits() % model.workUnitsPerToken());
            assertTrue(block.workUnits() >= 4 * model.workUnitsPerToken());
        }
    }

    @Test
    void anySplitOfTheRowsGivesTheSameBytes() throws InterruptedException {
        ResultFile whole = executor.execute(new InferBatch(plan, 0, ROWS), blobs.context());
        for (int[] part : new int[][] {{0, 1}, {1, 18}, {18, 50}, {49, 50}}) {
            ResultFile some = executor.execute(new InferBatch(plan, part[0], part[1]), blobs.context());
            for (int row = part[0]; row < part[1]; row++) {
                assertArrayEquals(
                        whole.blocks().get(row).bytes(),
                        some.blocks().get(row - part[0]).bytes(),
                        "row " + row + " of the part that starts at " + part[0]);
            }
        }
    }

    @Test
    void auditRecomputesTheBlockToTheBit() throws InterruptedException {
        InferBatch batch = new InferBatch(plan, 10, 40);
        ResultFile result = executor.execute(batch, blobs.context());
        for (int block : new int[] {0, 7, 29}) {
            ResultFile audit = trusted.execute(new AuditBlock(batch, block), blobs.context());
            assertEquals(1, audit.blocks().size());
            assertEquals(
                    result.blocks().get(block).digest(),
                    audit.blocks().getFirst().digest());
            assertEquals(
                    result.blocks().get(block).workUnits(),
                    audit.blocks().getFirst().workUnits());
        }
    }

    @Test
    void assemblyWritesTheRowsInOrder() throws Exception {
        ResultFile first = executor.execute(new InferBatch(plan, 0, 20), blobs.context());
        ResultFile second = executor.execute(new InferBatch(plan, 20, ROWS), blobs.context());
        AssembleRows spec = new AssembleRows(
                plan,
                List.of(
                        new BatchPart(20, ROWS, blobs.put(second.toBytes())),
                        new BatchPart(0, 20, blobs.put(first.toBytes()))));
        String json = new String(
                trusted.execute(spec, blobs.context()).blocks().getFirst().bytes(), StandardCharsets.UTF_8);
        AssemblyManifest manifest = Json.read(json, AssemblyManifest.class);
        AssemblyManifest.Output output = manifest.outputs().getFirst();
        assertEquals("embeddings.jsonl", output.name());
        assertEquals("application/jsonl", output.mediaType());

        String[] lines = blobs.text(output.digest()).split("\n");
        assertEquals(ROWS, lines.length);
        assertEquals(output.bytes(), blobs.text(output.digest()).length());
        for (int i = 0; i < ROWS; i++) {
            JsonNode line = Json.MAPPER.readTree(lines[i]);
            assertEquals(i, line.get("index").asInt());
            ResultFile.Block block = (i < 20 ? first : second).blocks().get(i % 20 == i ? i : i - 20);
            ByteBuffer floats = ByteBuffer.wrap(block.bytes()).order(ByteOrder.LITTLE_ENDIAN);
            for (JsonNode value : line.get("embedding")) {
                assertEquals(floats.getFloat(), Float.parseFloat(value.asText()));
            }
            assertEquals(0, floats.remaining());
        }
    }

    @Test
    void assemblyRefusesPartsThatLeaveAGap() throws InterruptedException {
        ResultFile part = executor.execute(new InferBatch(plan, 0, 20), blobs.context());
        AssembleRows spec = new AssembleRows(plan, List.of(new BatchPart(0, 20, blobs.put(part.toBytes()))));
        FarmException e = assertThrows(FarmException.class, () -> trusted.execute(spec, blobs.context()));
        assertEquals("the parts end at row 20; the plan has 50 rows", e.getMessage());
    }

    @Test
    void brokenLinesAreNamed() {
        assertEquals(
                "line 2 of the input is neither a JSON string nor an object with a string or tokens as \"input\"",
                refusal(plan("\"good\"\n{\"text\":\"bad\"}\n")));
        assertTrue(refusal(plan("\"good\"\n{\"input\":\n")).startsWith("line 2 of the input is not JSON"));
        assertEquals("the input has 1 lines; rows 0 to 2 are not there", refusal(plan("\"alone\"")));
    }

    @Test
    void textsThatAreTooLongAreNamedAndNotCut() {
        String refusal = refusal(plan("\"short\"\n" + Json.write("word ".repeat(600)) + "\n"));
        assertEquals(
                "line 2 of the input has 602 tokens; model 'all-minilm-l6-v2' takes at most 512: split the text",
                refusal);
    }

    @Test
    void optionalRowsThatDoNotFitAreLeftOut() throws InterruptedException {
        String tooLong = "{\"optional\":true,\"input\":" + Json.write("word ".repeat(600)) + "}";
        String noToken = "{\"optional\":true,\"input\":[99999999]}";
        Digest some = plan(tooLong + "\n\"Hello\"\n" + noToken + "\n{\"input\":[101,7592,102]}\n");
        List<ResultFile.Block> blocks =
                executor.execute(new InferBatch(some, 0, 4), blobs.context()).blocks();
        for (int row : new int[] {0, 2}) {
            assertEquals(0, blocks.get(row).workUnits());
            assertArrayEquals(new byte[384 * 4], blocks.get(row).bytes());
        }
        assertEquals(3 * model.workUnitsPerToken(), blocks.get(1).workUnits());
        assertArrayEquals(blocks.get(1).bytes(), blocks.get(3).bytes(), "the tokens of the same word");
        InferBatch alone = new InferBatch(some, 0, 1);
        assertEquals(0, executor.execute(alone, blobs.context()).workUnits());
    }

    @Test
    void planForAnotherEngineIsRefused() {
        EmbeddingPlan other = new EmbeddingPlan("onnx-1.0.0", model.version(), blobs.put("\"a\"\n"), 1);
        FarmException e = assertThrows(
                FarmException.class,
                () -> executor.execute(new InferBatch(blobs.put(Json.write(other)), 0, 1), blobs.context()));
        assertEquals("the plan is for engine onnx-1.0.0; this is onnx-1.29.0", e.getMessage());
    }

    @Test
    void unknownModelIsRefused() {
        EmbeddingPlan other = new EmbeddingPlan("onnx-1.29.0", Digest.ofText("x"), blobs.put("\"a\"\n"), 1);
        FarmException e = assertThrows(
                FarmException.class,
                () -> executor.execute(new InferBatch(blobs.put(Json.write(other)), 0, 1), blobs.context()));
        assertEquals(ErrorCode.MODEL_NOT_FOUND, e.code());
    }

    @Test
    void otherTasksAreRefused() {
        InspectScene scene =
                new InspectScene(new SceneFiles("a.glb", new TreeMap<>(Map.of("a.glb", Digest.ofText("x")))));
        assertThrows(FarmException.class, () -> executor.execute(scene, blobs.context()));
    }

    @Test
    void interruptedBatchStops() {
        Thread.currentThread().interrupt();
        assertThrows(
                InterruptedException.class, () -> executor.execute(new InferBatch(plan, 0, ROWS), blobs.context()));
    }

    private String refusal(Digest broken) {
        FarmException e = assertThrows(
                FarmException.class, () -> executor.execute(new InferBatch(broken, 0, 2), blobs.context()));
        return e.getMessage();
    }

    private Digest plan(String lines) {
        int rows = Math.max(1, lines.split("\n").length);
        return blobs.put(Json.write(new EmbeddingPlan("onnx-1.29.0", model.version(), blobs.put(lines), rows)));
    }
}
