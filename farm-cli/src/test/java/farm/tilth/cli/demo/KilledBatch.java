package farm.tilth.cli.demo;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.cli.client.Farm;
import farm.tilth.cli.client.FarmAddress;
import farm.tilth.cli.client.Job;
import farm.tilth.cli.client.Statement;
import farm.tilth.cli.process.FarmFile;
import farm.tilth.cli.process.Supervisor;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.Receipt;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Writer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * A batch of OpenAI's API whose worker is killed with -9 twice on the way: it is complete, in the order of its input, and
 * the books say that every row was paid once.
 */
final class KilledBatch {
    private static final Set<String> ENDS = Set.of("completed", "failed", "expired", "cancelled");
    private static final String VICTIM = "inference-1";
    private static final String BOUNDARY = "killed-batch-boundary";
    private static final Duration LIMIT = Duration.ofHours(2);
    private static final int KILLS = 2;

    private final Supervisor supervisor;
    private final FarmFile contact;
    private final HttpClient http = HttpClient.newHttpClient();
    private int kills;
    private long killedAfter;

    KilledBatch(Supervisor supervisor, FarmFile contact) {
        this.supervisor = supervisor;
        this.contact = contact;
    }

    void run(int requests) throws IOException, InterruptedException {
        String file = upload(requests);
        JsonNode batch = Json.MAPPER.readTree(send(
                "POST",
                "/v1/batches",
                "application/json",
                Json.write(Map.of("input_file_id", file, "endpoint", "/v1/embeddings", "completion_window", "24h"))
                        .getBytes(StandardCharsets.UTF_8)));
        try (Farm farm = new Farm(FarmAddress.of(contact.url(), contact.key()))) {
            JsonNode end = follow(batch.path("id").asText(), farm);
            assertEquals("completed", end.path("status").asText(), end::toPrettyString);
            assertEquals(KILLS, kills, "the batch ended before its worker was killed twice");
            assertEquals(requests, end.at("/request_counts/completed").asInt());
            assertEquals(0, end.at("/request_counts/failed").asInt());
            checkOutput(end.path("output_file_id").asText(), requests);
            Job job = newest(farm);
            assertEquals(job.tasks().total(), job.tasks().accepted());
            Receipt receipt = Json.read(farm.receipt(job.id()).toString(), Receipt.class);
            assertEquals(List.of(), Books.findings(Statement.fetch(farm, true), List.of(receipt)));
        }
    }

    private String upload(int requests) throws IOException, InterruptedException {
        Path body = Files.createTempFile("killed-batch", ".multipart");
        try {
            try (Writer out = Files.newBufferedWriter(body)) {
                out.write("--" + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"purpose\"\r\n\r\nbatch\r\n--"
                        + BOUNDARY + "\r\nContent-Disposition: form-data; name=\"file\"; filename=\"r.jsonl\"\r\n"
                        + "Content-Type: application/jsonl\r\n\r\n");
                for (int i = 0; i < requests; i++) {
                    String text = "Request number " + i + " " + "is long enough to take its time, ".repeat(6);
                    out.write(Json.write(Map.of(
                                    "custom_id",
                                    "r" + i,
                                    "method",
                                    "POST",
                                    "url",
                                    "/v1/embeddings",
                                    "body",
                                    Map.of(
                                            "model", "all-minilm-l6-v2",
                                            "input", text,
                                            "encoding_format", "base64")))
                            + "\n");
                }
                out.write("\r\n--" + BOUNDARY + "--\r\n");
            }
            HttpRequest request = request("/v1/files")
                    .header("Content-Type", "multipart/form-data; boundary=" + BOUNDARY)
                    .POST(HttpRequest.BodyPublishers.ofFile(body))
                    .build();
            HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
            assertEquals(200, answer.statusCode(), answer::body);
            return Json.MAPPER.readTree(answer.body()).path("id").asText();
        } finally {
            Files.delete(body);
        }
    }

    private HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(URI.create(contact.url() + path))
                .header("Authorization", "Bearer " + contact.key());
    }

    private String send(String method, String path, String type, byte[] body) throws IOException, InterruptedException {
        HttpRequest request = request(path)
                .header("Content-Type", type)
                .method(method, HttpRequest.BodyPublishers.ofByteArray(body))
                .build();
        HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
        assertEquals(200, answer.statusCode(), answer::body);
        return answer.body();
    }

    private JsonNode follow(String batch, Farm farm) throws IOException, InterruptedException {
        long end = System.nanoTime() + LIMIT.toNanos();
        while (System.nanoTime() < end) {
            JsonNode now = Json.MAPPER.readTree(send("GET", "/v1/batches/" + batch, "application/json", new byte[0]));
            if (ENDS.contains(now.path("status").asText())) {
                return now;
            }
            if (now.path("status").asText().equals("in_progress") && kills < KILLS) {
                killWhenMoreIsDone(newest(farm).tasks().accepted());
            }
            LockSupport.parkNanos(Duration.ofMillis(100).toNanos());
        }
        throw new AssertionError("the batch did not end in " + LIMIT);
    }

    /** Each time only after something was accepted since the last time. */
    private void killWhenMoreIsDone(int accepted) {
        Optional<ProcessHandle> worker = supervisor.process(VICTIM).filter(ProcessHandle::isAlive);
        if (accepted > killedAfter && worker.isPresent()) {
            assertTrue(worker.get().destroyForcibly(), VICTIM + " could not be killed");
            kills++;
            killedAfter = accepted;
        }
    }

    private static Job newest(Farm farm) throws InterruptedException {
        return Job.of(farm.client().get("/api/v1/jobs?limit=1").get(0));
    }

    private void checkOutput(String file, int requests) throws IOException, InterruptedException {
        HttpResponse<InputStream> answer =
                http.send(request("/v1/files/" + file + "/content").build(), HttpResponse.BodyHandlers.ofInputStream());
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            for (int i = 0; i < requests; i++) {
                JsonNode line = Json.MAPPER.readTree(lines.readLine());
                assertEquals("r" + i, line.path("custom_id").asText());
                assertEquals(
                        384 * 4 * 4 / 3,
                        line.at("/response/body/data/0/embedding").asText().length());
            }
            assertNull(lines.readLine());
        }
    }
}
