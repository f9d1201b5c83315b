package farm.tilth.api.job;

import static farm.tilth.api.TestKeys.as;
import static farm.tilth.api.TestKeys.asFirst;

import farm.tilth.api.upload.TestUploads;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.Receipt;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Set;
import java.util.UUID;

/** Jobs as a client orders them. */
public final class TestJobs {
    private static final Set<String> FINAL = Set.of("COMPLETED", "FAILED", "CANCELED");

    private TestJobs() {}

    /** The key of a new account with credit and every role but the operator's. */
    public static String account(String name, long credit) {
        return asFirst()
                .contentType(ContentType.JSON)
                .body("{\"name\":\"" + name + "\",\"roles\":[\"CUSTOMER\",\"OWNER\"]"
                        + (credit > 0 ? ",\"credit\":" + credit : "") + "}")
                .post("/api/v1/keys")
                .then()
                .statusCode(201)
                .extract()
                .path("key");
    }

    /** A scene that nobody has looked at. */
    public static String uploadScene(String key, String content) {
        Digest main = TestUploads.upload(key, (content + UUID.randomUUID()).getBytes(StandardCharsets.UTF_8));
        return as(key).contentType(ContentType.JSON)
                .body("{\"name\":\"test\",\"main\":\"main.glb\",\"files\":{\"main.glb\":\"" + main + "\"}}")
                .post("/api/v1/scenes")
                .then()
                .statusCode(202)
                .extract()
                .path("id");
    }

    /** A scene that a trusted worker has read; one must be connected. */
    public static String readyScene(String key) {
        String scene = uploadScene(key, "scene");
        Await.until(() -> sceneState(key, scene), "READY"::equals);
        return scene;
    }

    public static String sceneState(String key, String scene) {
        return as(key).get("/api/v1/scenes/" + scene)
                .then()
                .statusCode(200)
                .extract()
                .path("state");
    }

    /** An order of 32 × 32 pixels in 16 tiles of 8 × 8, with more fields. */
    public static String order(String scene, String more) {
        return "{\"render\":{\"scene\":\"" + scene + "\",\"width\":32,\"height\":32,\"samples\":4,\"tile\":8" + more
                + "}}";
    }

    public static ValidatableResponse post(String key, String order) {
        return as(key).contentType(ContentType.JSON)
                .body(order)
                .post("/api/v1/jobs")
                .then();
    }

    public static String submit(String key, String order) {
        return post(key, order).statusCode(201).extract().path("id");
    }

    public static JsonPath job(String key, String id) {
        return as(key).get("/api/v1/jobs/" + id)
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    /** Waits until the job is over. */
    public static JsonPath ended(String key, String id) {
        return Await.until(() -> job(key, id), job -> FINAL.contains(job.getString("state")));
    }

    public static Receipt receipt(String key, String id) {
        String text = as(key).get("/api/v1/jobs/" + id + "/receipt")
                .then()
                .statusCode(200)
                .extract()
                .asString();
        return Json.read(text, Receipt.class);
    }

    public static long balance(String key) {
        return as(key).get("/api/v1/account")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getLong("balance");
    }

    /** Credits less debits over the whole farm. */
    public static long sumOfPostings() {
        long sum = 0;
        long after = 0;
        List<List<Object>> page;
        do {
            JsonPath statement = asFirst()
                    .get("/api/v1/ledger/statement?all=true&limit=1000&after=" + after)
                    .then()
                    .statusCode(200)
                    .extract()
                    .jsonPath();
            List<Long> amounts = statement.getList("postings.amount", Long.class);
            List<String> directions = statement.getList("postings.direction", String.class);
            List<Long> numbers = statement.getList("postings.number", Long.class);
            for (int i = 0; i < amounts.size(); i++) {
                sum += directions.get(i).equals("CREDIT") ? amounts.get(i) : -amounts.get(i);
            }
            after = numbers.isEmpty() ? after : numbers.getLast();
            page = statement.getList("postings");
        } while (page.size() == 1000);
        return sum;
    }
}
