package farm.tilth.api.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.api.Await;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The packaged program as a process of its own: what it leaves, and what it takes up again. */
class FarmProcessIT {
    private static final Path JAR = Path.of("target", "quarkus-app", "quarkus-run.jar");
    private static final long DEADLINE_SECONDS = 120;
    private static final int REFUSED = 2;

    @TempDir
    Path temp;

    private Path data;
    private HttpClient http;
    private final List<Process> started = new ArrayList<>();

    @BeforeEach
    void open() {
        data = temp.resolve("data");
        http = HttpClient.newHttpClient();
        assertTrue(Files.exists(JAR), JAR + " is not there: build with 'package' first");
    }

    @AfterEach
    void endAll() throws Exception {
        http.close();
        for (Process process : started) {
            process.destroyForcibly().waitFor();
        }
        Path postgres = data.resolve("postgres").resolve("data");
        if (Files.isDirectory(postgres)) {
            Postmaster.processesOn(postgres)
                    .forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        }
    }

    @Test
    void killedFarmTakesUpWhereItStoodAndStopsInOrder() throws Exception {
        byte[] content = new byte[1000];
        new Random(42).nextBytes(content);
        Process first = start();
        Announcement.Contact contact = await(first);
        JsonNode upload = call(contact, "POST", "/api/v1/uploads", request(content), Map.of());
        String path = "/api/v1/uploads/" + upload.path("id").asText();
        call(contact, "PATCH", path, Arrays.copyOf(content, 400), Map.of("Upload-Offset", "0"));
        long postgres = postmaster();

        Process second = start();
        assertTrue(second.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS));
        assertEquals(REFUSED, second.exitValue());
        assertTrue(log(second).contains("another farm (process " + first.pid() + ")"), log(second));

        first.destroyForcibly().waitFor();
        assertTrue(ProcessHandle.of(postgres).isPresent(), "PostgreSQL should outlive a killed farm");
        Process third = start();
        Announcement.Contact again = await(third);
        assertEquals(contact.key(), again.key());
        assertEquals(postgres, postmaster());
        assertEquals(
                400,
                call(again, "GET", path, new byte[0], Map.of()).path("offset").asInt());
        byte[] rest = Arrays.copyOfRange(content, 400, 1000);
        assertTrue(call(again, "PATCH", path, rest, Map.of("Upload-Offset", "400"))
                .path("complete")
                .asBoolean());

        third.destroy();
        assertStopped(third);
    }

    @Test
    void farmEndsWithItsParent() throws Exception {
        Process farm = start("--exit-with-parent");
        Announcement.Contact contact = await(farm);
        assertEquals(
                "rw-------", PosixFilePermissions.toString(Files.getPosixFilePermissions(data.resolve("farm.json"))));
        assertEquals(
                "Tilth",
                call(contact, "GET", "/api/v1/farm", new byte[0], Map.of())
                        .path("name")
                        .asText());
        farm.getOutputStream().close();
        assertStopped(farm);
        assertEquals(0, farm.exitValue());
    }

    @Test
    void wrongArgumentIsExplained() throws Exception {
        Process farm = start("--colour", "red");
        assertTrue(farm.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS));
        assertEquals(REFUSED, farm.exitValue());
        assertTrue(log(farm).contains("--colour"), log(farm));
        assertFalse(Files.exists(data));
    }

    private Process start(String... more) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                ProcessHandle.current().info().command().orElseThrow(),
                "-jar",
                JAR.toString(),
                "--port",
                "0",
                "--data",
                data.toString()));
        command.addAll(List.of(more));
        Path log = Files.createTempFile(temp, "farm", ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().keySet().removeIf(name -> name.startsWith("TILTH_"));
        Process process = builder.start();
        started.add(process);
        Files.move(log, temp.resolve(process.pid() + ".log"));
        return process;
    }

    private String log(Process process) throws IOException {
        return Files.readString(temp.resolve(process.pid() + ".log"));
    }

    /** Waits for the farm's own word that it is ready; an earlier farm's may lie there until this one begins. */
    private Announcement.Contact await(Process farm) throws Exception {
        Await.until("the farm is ready", () -> {
            assertTrue(farm.isAlive(), () -> "the farm has ended:\n" + unchecked(farm));
            return log(farm).contains("the farm is ready");
        });
        return Json.read(Files.readString(data.resolve("farm.json")), Announcement.Contact.class);
    }

    private String unchecked(Process farm) {
        try {
            return log(farm);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private void assertStopped(Process farm) throws Exception {
        assertTrue(farm.waitFor(DEADLINE_SECONDS, TimeUnit.SECONDS), "the farm does not stop");
        assertEquals(List.of(), Postmaster.processesOn(data.resolve("postgres").resolve("data")));
        assertFalse(Files.exists(data.resolve("farm.json")), "farm.json tells of a farm that is gone");
    }

    private long postmaster() throws IOException {
        return Postmaster.of(data.resolve("postgres").resolve("data"))
                .orElseThrow()
                .pid();
    }

    private static byte[] request(byte[] content) {
        return Json.MAPPER
                .createObjectNode()
                .put("digest", Digest.of(content).hex())
                .put("bytes", content.length)
                .toString()
                .getBytes(StandardCharsets.UTF_8);
    }

    private JsonNode call(
            Announcement.Contact farm, String method, String path, byte[] body, Map<String, String> headers)
            throws Exception {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(farm.url() + path))
                .header("Authorization", "Bearer " + farm.key())
                .header("Content-Type", headers.isEmpty() ? "application/json" : "application/octet-stream")
                .method(method, BodyPublishers.ofByteArray(body));
        headers.forEach(request::header);
        var answer = http.send(request.build(), BodyHandlers.ofString());
        assertEquals(2, answer.statusCode() / 100, answer.body());
        return Json.MAPPER.readTree(answer.body());
    }
}
