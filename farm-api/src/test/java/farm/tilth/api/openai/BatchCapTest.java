package farm.tilth.api.openai;

import static farm.tilth.api.TestKeys.as;
import static farm.tilth.api.TestKeys.asFirst;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.FarmTestResource;
import farm.tilth.api.TestKeys;
import farm.tilth.api.inference.FakeRows;
import farm.tilth.api.inference.FakeWorkers;
import farm.tilth.api.inference.FakeWorkersProfile;
import farm.tilth.api.inference.InferenceTestBase;
import farm.tilth.api.job.FakeWorker;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** A key's monthly cap, which holds for files of requests as for single calls. */
@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
@TestProfile(FakeWorkersProfile.class)
class BatchCapTest extends InferenceTestBase {
    private static final int REQUESTS = 20;

    @Test
    void fileThatCouldCostMoreThanTheKeysCapFailsBeforeAnythingRuns() throws IOException {
        workers.join(true, FakeWorkers.HONEST);
        String key = key(10);
        String batch = submit(key);
        await(() -> status(key, batch).equals("failed"), "the batch is refused");
        as(key).get("/v1/batches/" + batch)
                .then()
                .body("errors.data[0].code", equalTo("insufficient_funds"))
                .body("errors.data[0].message", containsString("10 µT a month"))
                .body("output_file_id", nullValue());
        assertEquals(CREDIT, available(key), "nothing is held");
    }

    @Test
    void fileWithinTheCapCountsAgainstIt() throws IOException {
        workers.join(true, FakeWorkers.HONEST);
        String key = key(500_000);
        try (FakeWorker worker = FakeWorker.start(TestKeys.first(), new FakeRows(false));
                FakeWorker trusted = FakeWorker.startTrusted(TestKeys.first(), List.of(new FakeRows(true)))) {
            String batch = submit(key);
            await(() -> status(key, batch).equals("completed"), "the batch is done");
        }
        assertTrue(available(key) < CREDIT, "it costs something");
    }

    /** A key with plenty of money, of which it may spend so much. */
    private static String key(long cap) {
        return asFirst()
                .contentType(ContentType.JSON)
                .body(Map.of("name", "capped", "roles", new String[] {"CUSTOMER"}, "credit", CREDIT, "monthlyCap", cap))
                .post("/api/v1/keys")
                .then()
                .statusCode(201)
                .extract()
                .path("key");
    }

    private static long available(String key) {
        return as(key).get("/api/v1/account").jsonPath().getLong("balance");
    }

    private static String submit(String key) {
        StringBuilder lines = new StringBuilder();
        for (int i = 0; i < REQUESTS; i++) {
            lines.append("{\"custom_id\":\"%d\",\"method\":\"POST\",\"url\":\"/v1/embeddings\",\"body\":".formatted(i));
            lines.append("{\"model\":\"fake-embedder\",\"input\":\"some words to embed\"}}\n");
        }
        String file = as(key).multiPart(
                        "file", "requests.jsonl", lines.toString().getBytes(StandardCharsets.UTF_8))
                .multiPart("purpose", "batch")
                .post("/v1/files")
                .then()
                .statusCode(200)
                .extract()
                .path("id");
        return as(key).contentType(ContentType.JSON)
                .body(Map.of("input_file_id", file, "endpoint", "/v1/embeddings", "completion_window", "24h"))
                .post("/v1/batches")
                .then()
                .statusCode(200)
                .extract()
                .path("id");
    }

    private static String status(String key, String batch) {
        return as(key).get("/v1/batches/" + batch).jsonPath().getString("status");
    }
}
