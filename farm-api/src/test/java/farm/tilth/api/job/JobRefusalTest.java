package farm.tilth.api.job;

import static farm.tilth.api.TestKeys.as;
import static farm.tilth.api.TestKeys.first;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;

import farm.tilth.api.FarmTestResource;
import farm.tilth.api.upload.TestUploads;
import farm.tilth.protocol.Digest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
class JobRefusalTest {
    private static final long RICH = 1_000_000_000;

    private FakeWorker trusted;
    private String key;
    private String scene;

    @BeforeEach
    void connect() throws IOException {
        key = TestJobs.account("artist", RICH);
        trusted = FakeWorker.startTrusted(first());
        scene = TestJobs.readyScene(key);
    }

    @AfterEach
    void nothingWasHeld() throws IOException {
        trusted.close();
        assertEquals(0, TestJobs.sumOfPostings());
    }

    private void refused(String order, int status, String code, String text) {
        TestJobs.post(key, order)
                .statusCode(status)
                .contentType("application/problem+json")
                .body("code", equalTo(code))
                .body("detail", containsString(text));
        assertEquals(RICH, TestJobs.balance(key));
        as(key).get("/api/v1/jobs").then().body("size()", equalTo(0));
    }

    @Test
    void unknownCameraIsNamedBesideThoseThatExist() {
        refused(
                TestJobs.order(scene, ",\"camera\":{\"type\":\"named\",\"name\":\"Rear\"}"),
                400,
                "INVALID_REQUEST",
                "no camera 'Rear'; it has Front");
    }

    @Test
    void unknownVariantAndDenoiserAreNamedBesideWhatThereIs() {
        refused(
                TestJobs.order(scene, ",\"variant\":\"Blue\""),
                400,
                "INVALID_REQUEST",
                "no material variant 'Blue'; it has Red");
        refused(
                TestJobs.order(scene, ",\"denoiser\":{\"type\":\"model\",\"name\":\"oidn\"}"),
                404,
                "MODEL_NOT_FOUND",
                "render.steps[0].model: there is no model 'oidn'");
    }

    @Test
    void opticsOutOfRangeAreNamed() {
        String optics = ",\"optics\":{\"lens\":{\"radius\":%s,\"focusDistance\":%s}}";
        refused(TestJobs.order(scene, optics.formatted(-1, 2)), 400, "INVALID_REQUEST", "the lens's radius is -1");
        refused(TestJobs.order(scene, optics.formatted(1, 0)), 400, "INVALID_REQUEST", "focusDistance is 0");
        refused(
                TestJobs.order(scene, ",\"optics\":{\"shutter\":{\"open\":0.5,\"close\":0.25}}"),
                400,
                "INVALID_REQUEST",
                "the shutter's close is 0.25");
        refused(TestJobs.order(scene, ",\"layers\":[\"MIST\"]"), 400, "INVALID_REQUEST", "MIST");
    }

    @Test
    void unknownSceneAndAnothersSceneAreNotFound() {
        refused(TestJobs.order(UUID.randomUUID().toString(), ""), 404, "NOT_FOUND", "render.scene");
        String other = TestJobs.account("other", RICH);
        TestJobs.post(other, TestJobs.order(scene, "")).statusCode(404);
    }

    @Test
    void sceneThatIsNotReadyIsRefused() throws IOException {
        trusted.close();
        String waiting = TestJobs.uploadScene(key, "scene");
        refused(TestJobs.order(waiting, ""), 409, "CONFLICT", "still being inspected");
        trusted = FakeWorker.startTrusted(first());
    }

    @Test
    void brokenSceneIsRefusedWithItsReason() {
        String broken = TestJobs.uploadScene(key, "broken");
        Await.until(() -> TestJobs.sceneState(key, broken), "REFUSED"::equals);
        refused(TestJobs.order(broken, ""), 422, "INVALID_SCENE", "buffer 0 is short");
    }

    @Test
    void environmentMustBeTheAccountsOwn() {
        String other = TestJobs.account("other", 0);
        Digest file =
                TestUploads.upload(other, TestUploads.content(UUID.randomUUID().hashCode(), 100));
        refused(
                TestJobs.order(
                        scene,
                        ",\"environment\":{\"file\":\"" + file
                                + "\",\"rotationDegrees\":0,\"strength\":1,\"visible\":true}"),
                404,
                "NOT_FOUND",
                "render.environment.file");
    }

    @Test
    void valuesOutOfRangeAreNamed() {
        refused(TestJobs.order(scene, ",\"maxBounces\":65"), 400, "INVALID_REQUEST", "number of bounces is 65");
        refused(TestJobs.order(scene, ",\"seed\":1,\"animation\":0"), 400, "INVALID_REQUEST", "no animation number 0");
        refused(TestJobs.order(scene, ",\"colour\":1"), 400, "INVALID_REQUEST", "colour");
        refused("{}", 400, "INVALID_REQUEST", "either 'render' or 'embed'");
        refused("", 400, "INVALID_REQUEST", "no body");
    }

    @Test
    void tooLittleMoneyIsRefusedBeforeAnythingIsSplit() {
        String poor = TestJobs.account("poor", 1);
        String own = TestJobs.readyScene(poor);
        TestJobs.post(poor, TestJobs.order(own, ""))
                .statusCode(402)
                .body("code", equalTo("INSUFFICIENT_FUNDS"))
                .body("detail", allOf(containsString("holds up to"), containsString("the account has 1 µT")));
        assertEquals(1, TestJobs.balance(poor));
        as(poor).get("/api/v1/jobs").then().body("size()", equalTo(0));
    }

    @Test
    void orderWithoutKeyIsRefused() {
        given().contentType(ContentType.JSON)
                .body(TestJobs.order(scene, ""))
                .post("/api/v1/jobs")
                .then()
                .statusCode(401)
                .body("code", equalTo("UNAUTHENTICATED"));
    }

    @Test
    void unknownModelIsNamed() {
        Digest input = TestUploads.upload(key, "\"a text\"\n".getBytes(StandardCharsets.UTF_8));
        refused(
                "{\"embed\":{\"model\":\"no-such\",\"input\":\"" + input + "\"}}",
                404,
                "MODEL_NOT_FOUND",
                "no model 'no-such'");
    }

    @Test
    void quoteHoldsNothingAndIsWhatTheJobHolds() {
        String order = "{\"scene\":\"" + scene + "\",\"width\":64,\"height\":64,\"samples\":16,\"maxBounces\":3}";
        long ceiling = as(key).contentType(ContentType.JSON)
                .body(order)
                .post("/api/v1/quotes")
                .then()
                .statusCode(200)
                .body("workUnitsCeiling", equalTo(64 * 64 * 16 * 9))
                .body("frames", equalTo(1))
                .extract()
                .jsonPath()
                .getLong("ceiling");
        assertEquals(RICH, TestJobs.balance(key));
        String id = TestJobs.submit(key, "{\"render\":" + order + "}");
        assertEquals(RICH - ceiling, TestJobs.balance(key));
        as(key).get("/api/v1/jobs/" + id + "/receipt").then().statusCode(409).body("code", equalTo("CONFLICT"));

        as(key).post("/api/v1/jobs/" + id + "/cancel")
                .then()
                .statusCode(200)
                .body("state", equalTo("CANCELED"))
                .body("price.refunded", equalTo((int) ceiling));
        assertEquals(RICH, TestJobs.balance(key));
    }

    @Test
    void sameIdempotencyKeyIsTheSameJobAndNeverAnother() {
        String order = TestJobs.order(scene, "");
        String first = withKey("once", order).statusCode(201).extract().path("id");
        withKey("once", order).statusCode(201).body("id", equalTo(first));
        withKey("once", TestJobs.order(scene, ",\"seed\":7"))
                .statusCode(409)
                .body("code", equalTo("IDEMPOTENCY_MISMATCH"));
        as(key).get("/api/v1/jobs").then().body("size()", equalTo(1));
        as(key).post("/api/v1/jobs/" + first + "/cancel").then().statusCode(200);
    }

    private io.restassured.response.ValidatableResponse withKey(String idempotencyKey, String order) {
        return as(key).header("Idempotency-Key", idempotencyKey)
                .contentType(ContentType.JSON)
                .body(order)
                .post("/api/v1/jobs")
                .then();
    }
}
