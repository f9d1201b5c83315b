package farm.tilth.api.inference;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertEquals;

import farm.tilth.api.FarmTestResource;
import farm.tilth.api.TestKeys;
import farm.tilth.api.access.Role;
import farm.tilth.protocol.Digest;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.specification.RequestSpecification;
import io.vertx.mutiny.sqlclient.Pool;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Models from their upload to their first answer. */
@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
@TestProfile(FakeWorkersProfile.class)
class ModelResourceTest extends InferenceTestBase {
    @Inject
    Pool pool;

    @Inject
    ModelRegister register;

    /** The other tests of this farm count its models. */
    @AfterEach
    void forgetModels() {
        pool.query("TRUNCATE model_file, model").execute().await().indefinitely();
        await(() -> register.all().isEmpty(), "the models are forgotten");
    }

    @Test
    void uploadedModelIsInspectedLoadedAndAnswers() {
        FakeWorkers.Worker worker = workers.join(false, FakeWorkers.HONEST);
        workers.join(true, FakeWorkers.HONEST);
        String version = register(json(), "my-doubler", upload(json(), "a model"));
        await(() -> state(version).equals("READY"), "the model is inspected");
        json().get("/v2/models/my-doubler/ready").then().statusCode(200);
        json().body(request())
                .post("/v2/models/my-doubler/infer")
                .then()
                .statusCode(200)
                .body("model_version", equalTo(version))
                .body("outputs[0].data", equalTo(List.of(2f, 4f)));
        await(() -> earned(worker.id()) > 0, "the row is audited by a worker that has loaded the model, and paid");
        assertEquals(List.of("INSPECT", "LOAD", "LOAD"), workers.ordered("my-doubler"));
        TestKeys.as(TestKeys.open("operator", Role.OPERATOR))
                .contentType(ContentType.JSON)
                .body("{}")
                .post("/v2/repository/models/my-doubler/unload")
                .then()
                .statusCode(200);
        await(() -> workers.ordered("my-doubler").contains("UNLOAD"), "the memory is given back");
        json().body(request()).post("/v2/models/my-doubler/infer").then().statusCode(not(equalTo(200)));
    }

    @Test
    void brokenModelIsRefusedWithItsReasonAndNeverServed() {
        workers.join(false, FakeWorkers.HONEST);
        workers.join(true, FakeWorkers.HONEST);
        String version = register(json(), "broken", upload(json(), "a broken model"));
        await(() -> state(version).equals("REFUSED"), "the model is refused");
        json().get("/api/v1/models/" + version)
                .then()
                .body("error.code", equalTo("INVALID_MODEL"))
                .body("error.detail", equalTo("it is broken"));
        json().body(request()).post("/v2/models/broken/infer").then().statusCode(404);
    }

    @Test
    void modelWaitsForItsInspection() {
        workers.join(false, FakeWorkers.HONEST);
        String version = register(json(), "early", upload(json(), "an early model"));
        json().body(request()).post("/v2/models/early/infer").then().statusCode(404);
        workers.join(true, FakeWorkers.HONEST);
        await(() -> state(version).equals("READY"), "the model is inspected");
    }

    @Test
    void filesOfOthersNamesOfOthersAndPathsOutsideAreRefused() {
        workers.join(true, FakeWorkers.HONEST);
        String mine = upload(json(), "mine");
        register(json(), "taken", mine);
        RequestSpecification other =
                TestKeys.as(TestKeys.open("other", Role.CUSTOMER)).contentType(ContentType.JSON);
        post(other, "stolen", "model.onnx", mine)
                .then()
                .statusCode(400)
                .body("detail", containsString("was not uploaded by this account"));
        post(other, "taken", "model.onnx", upload(other, "theirs"))
                .then()
                .statusCode(409)
                .body("detail", containsString("of another account"));
        post(json(), "escape", "../model.onnx", mine)
                .then()
                .statusCode(400)
                .body("detail", containsString("leaves the model's folder"));
        post(json(), "fake-embedder", "model.onnx", mine)
                .then()
                .statusCode(409)
                .body("detail", containsString("bring a model"));
    }

    @Test
    void listShowsWhatIsServedAndWhatTheCallerUploaded() {
        workers.join(true, FakeWorkers.HONEST);
        json().get("/api/v1/models").then().statusCode(200).body("name", hasItem("fake-embedder"));
        json().get("/api/v1/models/" + "0".repeat(64)).then().statusCode(404);
    }

    private static Map<String, Object> request() {
        return Map.of(
                "inputs",
                List.of(Map.of("name", "x", "shape", List.of(1, 2), "datatype", "FP32", "data", List.of(1, 2))));
    }

    private String state(String version) {
        return String.valueOf(
                (Object) json().get("/api/v1/models/" + version).jsonPath().get("state"));
    }

    private static String register(RequestSpecification as, String name, String file) {
        return post(as, name, "model.onnx", file)
                .then()
                .statusCode(202)
                .body("state", equalTo("INSPECTING"))
                .extract()
                .path("version");
    }

    private static io.restassured.response.Response post(
            RequestSpecification as, String name, String path, String file) {
        return as.body(Map.of("name", name, "main", path, "files", Map.of(path, file)))
                .post("/api/v1/models");
    }

    private static String upload(RequestSpecification as, String content) {
        String digest = Digest.ofText(content).hex();
        String id = as.body(Map.of("digest", digest, "bytes", content.length()))
                .post("/api/v1/uploads")
                .then()
                .statusCode(201)
                .extract()
                .path("id");
        as.contentType("application/octet-stream")
                .header("Upload-Offset", 0)
                .body(content.getBytes(java.nio.charset.StandardCharsets.UTF_8))
                .patch("/api/v1/uploads/" + id)
                .then()
                .statusCode(200);
        as.contentType(ContentType.JSON);
        return digest;
    }
}
