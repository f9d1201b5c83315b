package farm.tilth.api.openai;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.api.FarmTestResource;
import farm.tilth.api.TestKeys;
import farm.tilth.api.access.Role;
import farm.tilth.api.inference.FakeModel;
import farm.tilth.api.inference.FakeRows;
import farm.tilth.api.inference.FakeWorkers;
import farm.tilth.api.inference.FakeWorkersProfile;
import farm.tilth.api.inference.InferenceTestBase;
import farm.tilth.api.job.Await;
import farm.tilth.api.job.FakeWorker;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** OpenAI's files and batches, carried out by workers of the real link with a fake model. */
@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
@TestProfile(FakeWorkersProfile.class)
class BatchResourceTest extends InferenceTestBase {
    private static final Set<String> ENDS = Set.of("completed", "failed", "expired", "cancelled");

    @Inject
    Pool pool;

    private final List<FakeWorker> rowWorkers = new ArrayList<>();

    @BeforeEach
    void modelIsKnown() {
        workers.join(true, FakeWorkers.HONEST);
    }

    @AfterEach
    void rowWorkersLeave() throws IOException {
        for (FakeWorker worker : rowWorkers) {
            worker.close();
        }
    }

    private void rowWorkersJoin() throws IOException {
        rowWorkers.add(FakeWorker.start(TestKeys.first(), new FakeRows(false)));
        rowWorkers.add(FakeWorker.startTrusted(TestKeys.first(), List.of(new FakeRows(true))));
    }

    @Test
    void fileIsStoredListedReadAndDeleted() {
        String id = upload("{\"a\":1}\n", "batch")
                .statusCode(200)
                .body("id", startsWith("file-"))
                .body("object", equalTo("file"))
                .body("bytes", equalTo(8))
                .body("filename", equalTo("requests.jsonl"))
                .body("purpose", equalTo("batch"))
                .body("status", equalTo("processed"))
                .body("created_at", notNullValue())
                .body("$", hasKey("expires_at"))
                .body("expires_at", nullValue())
                .extract()
                .path("id");
        String second = upload("x", "user_data").extract().path("id");
        json().get("/v1/files/" + id).then().statusCode(200).body("id", equalTo(id));
        json().get("/v1/files?limit=1")
                .then()
                .body("data.id", equalTo(List.of(second)))
                .body("has_more", equalTo(true));
        json().get("/v1/files?limit=1&after=" + second)
                .then()
                .body("data.id", equalTo(List.of(id)))
                .body("has_more", equalTo(false));
        json().get("/v1/files?order=asc").then().body("data.id", equalTo(List.of(id, second)));
        json().get("/v1/files?purpose=batch").then().body("data.id", equalTo(List.of(id)));
        assertEquals("{\"a\":1}\n", json().get("/v1/files/" + id + "/content").asString());
        TestKeys.as(TestKeys.open("stranger", Role.CUSTOMER))
                .get("/v1/files/" + id)
                .then()
                .statusCode(404);
        json().delete("/v1/files/" + id)
                .then()
                .statusCode(200)
                .body("deleted", equalTo(true))
                .body("id", equalTo(id));
        json().get("/v1/files/" + id).then().statusCode(404).body("error.message", containsString("No such File"));
        json().delete("/v1/files/" + id).then().statusCode(404);
    }

    @Test
    void contentCountsUntilItsLastFileIsDeletedAndForEverOnceItIsUploadedOtherwise() {
        String first = upload("counted", "batch").extract().path("id");
        String second = upload("counted", "batch").extract().path("id");
        assertEquals(7, ownedBytes());
        json().delete("/v1/files/" + first).then().statusCode(200);
        assertEquals(7, ownedBytes(), "the other file has the same content");
        json().delete("/v1/files/" + second).then().statusCode(200);
        assertEquals(0, ownedBytes());
        String third = upload("counted", "batch").extract().path("id");
        json().body(Map.of("digest", Digest.ofText("counted").hex(), "bytes", 7))
                .post("/api/v1/uploads")
                .then()
                .body("complete", equalTo(true));
        json().delete("/v1/files/" + third).then().statusCode(200);
        assertEquals(7, ownedBytes());
    }

    private long ownedBytes() {
        String account = json().get("/api/v1/account").path("id");
        return pool.query("SELECT coalesce(sum(bytes), 0)::bigint FROM account_blob WHERE account = '" + account + "'")
                .execute()
                .await()
                .indefinitely()
                .iterator()
                .next()
                .getLong(0);
    }

    @Test
    void filesThatCannotBeAreRefusedByField() {
        upload("x", "fun").statusCode(400).body("error.param", equalTo("purpose"));
        TestKeys.as(key())
                .multiPart("purpose", "batch")
                .post("/v1/files")
                .then()
                .statusCode(400)
                .body("error.message", equalTo("file is missing"));
        for (String seconds : List.of("10", "99999999", "x")) {
            TestKeys.as(key())
                    .multiPart("file", "requests.jsonl", "x".getBytes(StandardCharsets.UTF_8))
                    .multiPart("purpose", "batch")
                    .multiPart("expires_after[anchor]", "created_at")
                    .multiPart("expires_after[seconds]", seconds)
                    .post("/v1/files")
                    .then()
                    .statusCode(400)
                    .body("error.param", equalTo("expires_after"));
        }
        json().body("{}").post("/v1/files").then().statusCode(415).body("error.message", notNullValue());
        json().get("/v1/files?limit=0").then().statusCode(400).body("error.param", equalTo("limit"));
    }

    @Test
    void fileExpires() {
        String id = TestKeys.as(key())
                .multiPart("file", "requests.jsonl", "x".getBytes(StandardCharsets.UTF_8))
                .multiPart("purpose", "batch")
                .multiPart("expires_after[anchor]", "created_at")
                .multiPart("expires_after[seconds]", "3600")
                .post("/v1/files")
                .then()
                .statusCode(200)
                .body("expires_at", notNullValue())
                .extract()
                .path("id");
        run("UPDATE openai_file SET expires_at = now() - interval '1 second' WHERE expires_at IS NOT NULL");
        json().get("/v1/files/" + id).then().statusCode(404);
    }

    @Test
    void batchIsCarriedOutInOrderAndRefusedRequestsFailAlone() throws IOException {
        rowWorkersJoin();
        List<String> lines = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            lines.add(line("r" + i, Json.write(Map.of("model", "fake-embedder", "input", "text number " + i))));
        }
        lines.set(
                3,
                line("r3", "{\"model\":\"fake-embedder\",\"input\":[\"a\",\"b b\"],\"encoding_format\":\"base64\"}"));
        lines.set(5, line("r5", "{\"model\":\"fake-embedder\",\"input\":\"\"}"));
        lines.set(7, line("r7", "{\"model\":\"fake-embedder\",\"input\":[4,5,6],\"dimensions\":2}"));
        lines.set(9, line("r9", "{\"model\":\"fake-embedder\",\"input\":\"" + "word ".repeat(30) + "\"}"));
        long before = balance().available();
        JsonPath batch = ended(submit(String.join("\n\n", lines)));
        assertEquals("completed", batch.getString("status"), batch::prettify);
        assertEquals(40, batch.getInt("request_counts.total"));
        assertEquals(38, batch.getInt("request_counts.completed"));
        assertEquals(2, batch.getInt("request_counts.failed"));
        assertTrue(batch.getInt("in_progress_at") >= batch.getInt("created_at"));
        assertTrue(batch.getInt("completed_at") >= batch.getInt("finalizing_at"));
        // 36 texts of 3 words, "a", "b b" and three tokens: each word a token, and two more for each text.
        int tokens = 36 * 5 + 3 + 4 + 3;
        assertEquals(tokens, batch.getInt("usage.total_tokens"));
        await(() -> balance().available() == before - tokens, "the rest of the price is back");
        checkOutput(content(batch.getString("output_file_id")));
        List<JsonNode> errors = content(batch.getString("error_file_id"));
        assertEquals(
                List.of("r5", "r9"),
                errors.stream().map(e -> e.path("custom_id").asText()).toList());
        assertEquals(400, errors.get(0).at("/response/status_code").asInt());
        assertEquals("input", errors.get(0).at("/response/body/error/param").asText());
        assertTrue(errors.get(1).at("/response/body/error/message").asText().contains("more than the 16 tokens"));
    }

    private static void checkOutput(List<JsonNode> output) {
        assertEquals(38, output.size());
        int last = -1;
        for (JsonNode line : output) {
            int i = Integer.parseInt(line.path("custom_id").asText().substring(1));
            assertTrue(i > last, "the order of the input");
            last = i;
            assertEquals(200, line.at("/response/status_code").asInt());
            assertTrue(line.path("error").isNull());
            JsonNode data = line.at("/response/body/data");
            if (i == 3) {
                assertEquals(2, data.size());
                assertEquals(1, data.at("/1/index").asInt());
                assertArrayEquals(
                        FakeModel.embedding("b b"),
                        floats(data.at("/1/embedding").asText()));
            } else if (i == 7) {
                assertEquals(2, data.at("/0/embedding").size());
            } else {
                float[] expected = FakeModel.embedding("text number " + i);
                assertEquals(expected[2], (float) data.at("/0/embedding/2").asDouble());
                assertEquals(5, line.at("/response/body/usage/total_tokens").asInt());
            }
        }
    }

    private static float[] floats(String base64) {
        float[] row = new float[4];
        ByteBuffer.wrap(Base64.getDecoder().decode(base64))
                .order(ByteOrder.LITTLE_ENDIAN)
                .asFloatBuffer()
                .get(row);
        return row;
    }

    @Test
    void brokenInputFailsTheBatchWithEveryLineNamed() {
        String good = "{\"model\":\"fake-embedder\",\"input\":\"a\"}";
        JsonPath batch = ended(submit(String.join(
                "\n",
                line("a", good),
                "{not json",
                line("a", good),
                line("b", "{\"model\":\"none\",\"input\":\"a\"}"),
                "{\"custom_id\":\"c\",\"method\":\"GET\",\"url\":\"/v1/embeddings\",\"body\":{}}",
                "{\"custom_id\":\"d\",\"method\":\"POST\",\"url\":\"/v1/chat/completions\",\"body\":{}}",
                "[]")));
        assertEquals("failed", batch.getString("status"));
        assertEquals("list", batch.getString("errors.object"));
        assertEquals(
                List.of(
                        "invalid_json_line",
                        "duplicate_custom_id",
                        "mismatched_model",
                        "invalid_method",
                        "invalid_url",
                        "invalid_json_line"),
                batch.getList("errors.data.code"));
        assertEquals(List.of(2, 3, 4, 5, 6, 7), batch.getList("errors.data.line"));
        assertNull(batch.getString("output_file_id"));
        assertEquals(CREDIT, balance().available());
    }

    @Test
    void inputsOverTheLimitsFail() {
        String many = "x\n".repeat(3).replace("x", line("a", "{\"model\":\"none\",\"input\":\"a\"}"));
        assertEquals(
                "model_not_found",
                ended(submit(many)).getList("errors.data.code").getFirst());
        StringBuilder over = new StringBuilder();
        for (int i = 0; i <= 300; i++) {
            over.append(line("r" + i, "{\"model\":\"fake-embedder\",\"input\":\"a\"}"))
                    .append('\n');
        }
        assertEquals(List.of("too_many_tasks"), ended(submit(over.toString())).getList("errors.data.code"));
        assertEquals(List.of("empty_file"), ended(submit("\n\n")).getList("errors.data.code"));
    }

    @Test
    void batchThatCannotBePaidFails() {
        StringBuilder dear = new StringBuilder();
        for (int i = 0; i < 250; i++) {
            List<String> texts = Collections.nCopies(40, "a");
            dear.append(line("r" + i, Json.write(Map.of("model", "fake-embedder", "input", texts))))
                    .append('\n');
        }
        String poor = TestKeys.open("poor", Role.CUSTOMER);
        String file = TestKeys.as(poor)
                .multiPart("file", "f.jsonl", dear.toString().getBytes(StandardCharsets.UTF_8))
                .multiPart("purpose", "batch")
                .post("/v1/files")
                .then()
                .extract()
                .path("id");
        String id = TestKeys.as(poor)
                .contentType("application/json")
                .body(create(file))
                .post("/v1/batches")
                .then()
                .statusCode(200)
                .extract()
                .path("id");
        JsonPath batch = Await.until(
                () -> TestKeys.as(poor).get("/v1/batches/" + id).jsonPath(), b -> ENDS.contains(b.getString("status")));
        assertEquals("failed", batch.getString("status"));
        assertEquals("insufficient_funds", batch.getString("errors.data[0].code"));
    }

    @Test
    void cancelledBatchDeliversWhatWasDoneAndNamesTheRest() {
        String id = submit(line("a", "{\"model\":\"fake-embedder\",\"input\":\"a\"}"));
        Await.until(() -> batch(id).getString("status"), "in_progress"::equals);
        json().post("/v1/batches/" + id + "/cancel").then().statusCode(200).body("status", equalTo("cancelling"));
        JsonPath batch = ended(id);
        assertEquals("cancelled", batch.getString("status"));
        assertTrue(batch.getInt("cancelled_at") >= batch.getInt("cancelling_at"));
        assertEquals(1, batch.getInt("request_counts.failed"));
        JsonNode error = content(batch.getString("error_file_id")).getFirst();
        assertEquals("batch_cancelled", error.at("/error/code").asText());
        assertEquals(CREDIT, balance().available());
        json().post("/v1/batches/" + id + "/cancel").then().statusCode(409);
    }

    @Test
    void lateBatchExpires() {
        String id = submit(line("a", "{\"model\":\"fake-embedder\",\"input\":\"a\"}"));
        Await.until(() -> batch(id).getString("status"), "in_progress"::equals);
        run("UPDATE openai_batch SET expires_at = now() WHERE ended_at IS NULL");
        JsonPath batch = ended(id);
        assertEquals("expired", batch.getString("status"));
        assertEquals(
                "batch_expired",
                content(batch.getString("error_file_id"))
                        .getFirst()
                        .at("/error/code")
                        .asText());
        assertEquals(CREDIT, balance().available());
    }

    @Test
    void batchesAreListedForTheirAccountAlone() {
        String first = submit("x");
        String second = submit("y");
        json().get("/v1/batches?limit=1")
                .then()
                .statusCode(200)
                .body("data.id", equalTo(List.of(second)))
                .body("has_more", equalTo(true))
                .body("last_id", equalTo(second));
        json().get("/v1/batches?after=" + second)
                .then()
                .body("data", hasSize(1))
                .body("data.id", hasItem(first));
        String stranger = TestKeys.open("stranger", Role.CUSTOMER);
        TestKeys.as(stranger).get("/v1/batches/" + first).then().statusCode(404);
        TestKeys.as(stranger).get("/v1/batches").then().body("data", hasSize(0));
        ended(first);
        ended(second);
    }

    @Test
    void requestsForABatchAreCheckedByField() {
        String file = upload("x", "user_data").extract().path("id");
        refused(
                Map.of("input_file_id", file, "endpoint", "/v1/embeddings", "completion_window", "24h"),
                400,
                "input_file_id");
        refused(Map.of("input_file_id", file, "endpoint", "/v1/chat", "completion_window", "24h"), 400, "endpoint");
        refused(
                Map.of("input_file_id", file, "endpoint", "/v1/embeddings", "completion_window", "1h"),
                400,
                "completion_window");
        json().body(create("file-none")).post("/v1/batches").then().statusCode(404);
        json().get("/v1/batches/batch_none")
                .then()
                .statusCode(404)
                .body("error.type", equalTo("invalid_request_error"));
    }

    private void refused(Map<String, Object> body, int status, String param) {
        json().body(body).post("/v1/batches").then().statusCode(status).body("error.param", equalTo(param));
    }

    private static String line(String id, String body) {
        return "{\"custom_id\":\"%s\",\"method\":\"POST\",\"url\":\"/v1/embeddings\",\"body\":%s}".formatted(id, body);
    }

    private static Map<String, Object> create(String file) {
        return Map.of(
                "input_file_id",
                file,
                "endpoint",
                "/v1/embeddings",
                "completion_window",
                "24h",
                "metadata",
                Map.of("who", "test"));
    }

    private ValidatableResponse upload(String content, String purpose) {
        return TestKeys.as(key())
                .multiPart("file", "requests.jsonl", content.getBytes(StandardCharsets.UTF_8))
                .multiPart("purpose", purpose)
                .post("/v1/files")
                .then();
    }

    private String submit(String content) {
        String file = upload(content, "batch").statusCode(200).extract().path("id");
        return json().body(create(file))
                .post("/v1/batches")
                .then()
                .statusCode(200)
                .body("id", startsWith("batch_"))
                .body("status", equalTo("validating"))
                .body("metadata.who", equalTo("test"))
                .extract()
                .path("id");
    }

    private JsonPath batch(String id) {
        return json().get("/v1/batches/" + id).then().statusCode(200).extract().jsonPath();
    }

    private JsonPath ended(String id) {
        return Await.until(() -> batch(id), batch -> ENDS.contains(batch.getString("status")));
    }

    private List<JsonNode> content(String file) {
        String text = json().get("/v1/files/" + file + "/content")
                .then()
                .statusCode(200)
                .extract()
                .asString();
        return text.lines().map(line -> Json.read(line, JsonNode.class)).toList();
    }

    private void run(String sql) {
        pool.query(sql).execute().await().atMost(Duration.ofSeconds(10));
    }
}
