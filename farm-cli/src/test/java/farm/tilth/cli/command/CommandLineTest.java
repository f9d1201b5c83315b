package farm.tilth.cli.command;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.cli.client.FakeFarm;
import farm.tilth.cli.process.Installation;
import farm.tilth.protocol.Json;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CommandLineTest {
    @TempDir
    private Path folder;

    private final Map<String, String> environment = new HashMap<>();
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private FakeFarm farm;

    @BeforeEach
    void start() throws IOException {
        farm = new FakeFarm();
        environment.put("TILTH_URL", farm.url());
        environment.put("TILTH_KEY", FakeFarm.KEY);
    }

    @AfterEach
    void stop() {
        farm.close();
    }

    private int tilth(String... args) {
        out.reset();
        err.reset();
        Surroundings surroundings = new Surroundings(
                environment,
                Installation.at(folder),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8),
                false);
        return TilthMain.commandLine(surroundings).execute(args);
    }

    private String out() {
        return out.toString(StandardCharsets.UTF_8);
    }

    private String err() {
        return err.toString(StandardCharsets.UTF_8);
    }

    /** The one document that was printed; fails when there is anything else. */
    private JsonNode document() throws IOException {
        return Json.MAPPER.readTree(out());
    }

    private Path scene() throws IOException {
        return Files.writeString(folder.resolve("s.gltf"), "{\"asset\":{}}");
    }

    @Test
    void whatIsNotUnderstoodIsCode2() {
        assertEquals(2, tilth("fly"));
        assertEquals(2, tilth("render"));
        assertEquals(2, tilth("job"));
        assertEquals(2, tilth("up", "--port", "many"));
        assertEquals(2, tilth("infer", "m", "--text", "a", "--file", "b"));
        assertEquals(2, tilth("key", "create", "--name", "x", "--roles", "KING"));
        assertTrue(err().contains("KING"), err());
    }

    @Test
    void helpIsCode0ForEveryCommand() {
        for (String command :
                List.of("up", "worker", "render", "infer", "job", "ledger", "receipt", "key", "models", "workers")) {
            assertEquals(0, tilth(command, "--help"), command);
            assertTrue(out().startsWith("Usage: tilth " + command), out());
        }
        assertEquals(0, tilth("--version"));
    }

    @Test
    void aSceneIsRenderedAndFetched() throws IOException {
        farm.output("frame-0000.png", new byte[] {1, 2});
        farm.output("frame-0000.exr", new byte[] {3});
        Path still = folder.resolve("still.png");
        assertEquals(
                0,
                tilth("render", scene().toString(), "-o", still.toString(), "--size", "64x32", "--samples", "4"),
                err());
        assertArrayEquals(new byte[] {1, 2}, Files.readAllBytes(still));
        assertTrue(out().contains("wrote " + still), out());
        assertTrue(err().contains("3 of 4 tasks accepted"), err());
        assertEquals(64, farm.posted().getLast().path("render").path("width").asInt());
    }

    @Test
    void withJsonThereIsOneDocument() throws IOException {
        farm.output("frame-0000.png", new byte[] {1, 2});
        String target = folder.resolve("o") + "/";
        assertEquals(0, tilth("render", scene().toString(), "-o", target, "--json"), err());
        assertEquals("COMPLETED", document().path("job").path("state").asText());
        assertEquals(target + "frame-0000.png", document().path("files").path(0).asText());
    }

    @Test
    void aFailureIsCode1AndADocumentToo() throws IOException {
        assertEquals(1, tilth("job", "show", "nothing", "--json"));
        assertEquals("NOT_FOUND", document().path("error").path("code").asText());
        assertTrue(err().startsWith("tilth: Not found: "), err());
    }

    @Test
    void aPictureThatIsNotTheAnnouncedOneIsRefused() throws IOException {
        byte[] content = {1, 2};
        farm.output("frame-0000.png", content);
        farm.failNext("outputs/frame-0000.png", 200, "something else");
        assertEquals(
                1,
                tilth(
                        "job",
                        "download",
                        FakeFarm.JOB,
                        "-o",
                        folder.resolve("a.png").toString()));
        assertTrue(err().contains("not what the farm announced"), err());
    }

    @Test
    void aFailedJobIsCode1() throws IOException {
        farm.endJobsAs("FAILED");
        assertEquals(1, tilth("render", scene().toString(), "-o", folder + "/o.png"));
        assertTrue(err().contains("texture 3 is broken"), err());
        assertEquals(1, tilth("job", "watch", FakeFarm.JOB));
    }

    @Test
    void badTargetsAreRefusedBeforeAnythingIsSent() throws IOException {
        assertEquals(1, tilth("render", scene().toString(), "-o", "a.png", "--frames", "1-2"));
        assertEquals(1, tilth("render", scene().toString(), "-o", "a.bmp"));
        assertEquals(1, tilth("render", folder.resolve("none.glb").toString(), "-o", "a.png"));
        assertTrue(err().contains("none.glb"), err());
        assertEquals(List.of(), farm.log());
    }

    @Test
    void textsAreEmbeddedAtOnceAndRowsAsABatch() throws IOException {
        assertEquals(0, tilth("infer", "minilm", "--text", "a", "--text", "b"), err());
        assertEquals("list", document().path("object").asText());
        assertEquals(2, farm.posted().getLast().path("input").size());
        farm.output("embeddings.jsonl", "[1]\n".getBytes(StandardCharsets.UTF_8));
        Path rows = Files.writeString(folder.resolve("rows.jsonl"), "\"a\"\n");
        Path result = folder.resolve("result.jsonl");
        assertEquals(0, tilth("infer", "minilm", "--file", rows.toString(), "-o", result.toString()), err());
        assertEquals("[1]\n", Files.readString(result));
        assertEquals(1, tilth("infer", "minilm", "--file", rows.toString()));
        assertTrue(err().contains("-o OUT.jsonl"), err());
    }

    @Test
    void theFarmOfThisMachineIsFoundByItsFile() throws IOException {
        environment.clear();
        assertEquals(1, tilth("ledger", "balance"));
        assertTrue(err().contains("which farm?"), err());
        Path data = Files.createDirectories(folder.resolve("tilth-data"));
        Files.writeString(
                data.resolve("farm.json"), "{\"url\":\"" + farm.url() + "\",\"key\":\"" + FakeFarm.KEY + "\"}");
        farm.document("/api/v1/account", "{\"name\":\"first\",\"balance\":1500000}");
        assertEquals(0, tilth("ledger", "balance"), err());
        assertEquals("first has 1.500000 T\n", out());
    }

    @Test
    void theFirstKeyIsNotSentToAnotherFarm() throws IOException {
        environment.clear();
        Path data = Files.createDirectories(folder.resolve("tilth-data"));
        Files.writeString(data.resolve("farm.json"), "{\"url\":\"http://127.0.0.1:1\",\"key\":\"secret\"}");
        assertEquals(1, tilth("workers", "--farm", farm.url()));
        assertTrue(err().contains("whose key?"), err());
        assertEquals(List.of(), farm.log());
        assertEquals(1, tilth("workers", "--farm", farm.url(), "--key", "wrong"));
        assertTrue(err().contains("the farm does not know this key"), err());
    }

    @Test
    void keysAreLimitedAndShownWithWhatTheyUsed() {
        String id = "00000000-0000-0000-0000-000000000007";
        String key = "{\"key\":{\"id\":\"" + id + "\",\"name\":\"ann\",\"limits\":{\"callsPerDay\":9},"
                + "\"monthlyCap\":2500000},\"used\":{\"dayCalls\":4,\"dayTokens\":5,\"monthCalls\":6,\"monthTokens\":7}}";
        farm.document("/api/v1/keys/" + id + "/limits", key);
        assertEquals(0, tilth("key", "limit", id, "--calls-per-day", "9", "--monthly-cap", "2.5"), err());
        assertEquals(
                "{\"monthlyCap\":2500000,\"limits\":{\"callsPerDay\":9}}",
                farm.posted().getLast().toString());
        farm.document("/api/v1/keys?limit=500", "[" + key + "]");
        farm.document("/api/v1/keys?limit=500&after=" + id, "[]");
        assertEquals(0, tilth("key", "list"), err());
        assertTrue(out().contains(id) && out().contains("callsPerDay:9 cap 2.5"), out());
        assertEquals(2, tilth("key", "limit", "no-id"));
    }

    @Test
    void keysAndWorkersAndJobsAreListed() throws IOException {
        assertEquals(0, tilth("key", "create", "--name", "ann", "--roles", "CUSTOMER,OWNER", "--credit", "2.5"), err());
        assertEquals(
                "{\"name\":\"ann\",\"roles\":[\"CUSTOMER\",\"OWNER\"],\"credit\":2500000}",
                farm.posted().getLast().toString());
        assertTrue(out().contains("tilth_secret"), out());
        assertEquals(0, tilth("key", "create", "--name", "bob", "--monthly-cap", "0.5"), err());
        assertEquals(500_000, farm.posted().getLast().path("monthlyCap").asLong());
        assertEquals(0, tilth("key", "create", "--name", "eve", "--calls-per-minute", "60"), err());
        assertEquals(60, farm.posted().getLast().at("/limits/callsPerMinute").asLong());
        farm.document(
                "/api/v1/ledger/unpaid",
                "[{\"at\":\"2026-01-01T00:00:00Z\",\"worker\":\"0123456789abcdef\",\"job\":\"j\",\"task\":3,"
                        + "\"amount\":7,\"kind\":\"FORFEITED\",\"reason\":\"its worker was found at fault\"}]");
        assertEquals(0, tilth("ledger", "unpaid"), err());
        assertTrue(out().contains("j/3") && out().contains("0.000007") && out().contains("found at fault"), out());
        farm.document("/api/v1/workers", "[{\"name\":\"w1\",\"connected\":true,\"device\":\"cpu\",\"earned\":5}]");
        assertEquals(0, tilth("workers"), err());
        assertTrue(out().contains("w1") && out().contains("0.000005"), out());
        farm.document("/api/v1/jobs?limit=20", "[{\"id\":\"j1\",\"error\":{\"code\":\"X\",\"detail\":\"why\"}}]");
        assertEquals(0, tilth("job", "list"), err());
        assertTrue(out().contains("j1") && out().contains("X: why"), out());
        assertEquals(0, tilth("job", "cancel", FakeFarm.JOB), err());
        assertTrue(out().contains("CANCELED"), out());
    }

    @Test
    void aReceiptThatIsNoneIsRefused() throws IOException {
        Path file = Files.writeString(folder.resolve("receipt.json"), "{\"format\":1}");
        assertEquals(1, tilth("receipt", "verify", file.toString()));
        assertEquals(1, tilth("receipt", "verify", folder.resolve("none").toString()));
        assertTrue(err().contains("cannot be read"), err());
        farm.document("/api/v1/jobs/" + FakeFarm.JOB + "/receipt", "{\"format\":1}");
        assertEquals(0, tilth("receipt", "get", FakeFarm.JOB, "-o", file.toString()), err());
        assertEquals("{\"format\":1}\n", Files.readString(file));
    }

    @Test
    void programsThatAreNotBuiltAreNamed() {
        assertEquals(1, tilth("worker", "render"));
        assertTrue(err().contains("is not built; run ./tilth build"), err());
        assertEquals(1, tilth("worker", "painting"));
        assertTrue(err().contains("render, inference and trusted"), err());
        assertFalse(err().contains(FakeFarm.KEY));
    }
}
