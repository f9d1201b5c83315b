package farm.tilth.api.upload;

import static farm.tilth.api.TestKeys.as;
import static farm.tilth.api.upload.TestUploads.content;
import static farm.tilth.api.upload.TestUploads.upload;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import farm.tilth.api.TestKeys;
import farm.tilth.api.access.Role;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.task.SceneReport;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class SceneResourceTest {
    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Inject
    Scenes scenes;

    private String key;

    @BeforeEach
    void openAccount() {
        key = TestKeys.open("artist", Role.CUSTOMER);
    }

    @Test
    void sceneIsInspectedAndThenReady() {
        String id = scene("cube", content(100, 500));
        scenes.inspected(UUID.fromString(id), report()).await().atMost(PATIENCE);
        get(id).statusCode(200)
                .body("state", equalTo("READY"))
                .body("report.cameras", equalTo(List.of("front")))
                .body("report.triangles", equalTo(12))
                .body("main", equalTo("scene.glb"))
                .body("error", nullValue());
    }

    @Test
    void refusedSceneSaysWhy() {
        String id = scene("broken", content(101, 500));
        scenes.refused(UUID.fromString(id), ErrorCode.INVALID_SCENE, "accessor 3 leaves its buffer")
                .await()
                .atMost(PATIENCE);
        get(id).body("state", equalTo("REFUSED"))
                .body("error.code", equalTo("INVALID_SCENE"))
                .body("error.detail", containsString("accessor 3"));
    }

    @Test
    void firstFindingStays() {
        String id = scene("twice", content(102, 500));
        scenes.inspected(UUID.fromString(id), report()).await().atMost(PATIENCE);
        scenes.refused(UUID.fromString(id), ErrorCode.INVALID_SCENE, "late")
                .await()
                .atMost(PATIENCE);
        get(id).body("state", equalTo("READY"));
    }

    @Test
    void sceneOfAnotherAccountIsNotThere() {
        String id = scene("secret", content(103, 500));
        String other = TestKeys.open("other", Role.CUSTOMER);
        as(other).get("/api/v1/scenes/" + id).then().statusCode(404);
        as(other).get("/api/v1/scenes/" + id + "/files/scene.glb").then().statusCode(404);
        as(other).get("/api/v1/scenes").then().statusCode(200).body("size()", equalTo(0));
        as(other).get("/api/v1/scenes?after=" + id).then().statusCode(404);
    }

    @Test
    void filesOfAnotherAccountCannotBeUsed() {
        Digest digest = upload(TestKeys.open("other", Role.CUSTOMER), content(104, 500));
        post("{\"name\": \"x\", \"main\": \"scene.glb\", \"files\": {\"scene.glb\": \"" + digest + "\"}}")
                .statusCode(400)
                .body("detail", containsString("scene.glb"))
                .body("detail", containsString("upload it first"));
    }

    @Test
    void wrongSceneRequestNamesThePlace() {
        Digest digest = upload(key, content(105, 500));
        post("{\"main\": \"a\", \"files\": {\"a\": \"" + digest + "\"}}")
                .statusCode(400)
                .body("detail", containsString("'name'"));
        post("{\"name\": \"x\", \"files\": {\"a\": \"" + digest + "\"}}")
                .statusCode(400)
                .body("detail", containsString("'main'"));
        post("{\"name\": \"x\", \"main\": \"a\"}").statusCode(400).body("detail", containsString("'files'"));
        post("{\"name\": \"x\", \"main\": \"b\", \"files\": {\"a\": \"" + digest + "\"}}")
                .statusCode(400)
                .body("detail", containsString("main file 'b'"));
        post("{\"name\": \"x\", \"main\": \"../a\", \"files\": {\"../a\": \"" + digest + "\"}}")
                .statusCode(400)
                .body("detail", containsString("leaves the scene's folder"));
        post("{\"name\": \"x\", \"main\": \"a\", \"files\": {\"a\": \"12\"}}")
                .statusCode(400)
                .body("detail", containsString("64 lower-case"));
    }

    @Test
    void fileComesBackWholeAndInRanges() {
        byte[] content = content(106, 500);
        String file = "/api/v1/scenes/" + scene("ranges", content) + "/files/scene.glb";
        var whole = as(key).get(file).then().statusCode(200).contentType("model/gltf-binary");
        assertArrayEquals(content, whole.extract().asByteArray());
        String tag = whole.extract().header("ETag");
        as(key).header("If-None-Match", tag).get(file).then().statusCode(304);
        range(file, "bytes=100-199").statusCode(206).header("Content-Range", "bytes 100-199/500");
        assertArrayEquals(
                java.util.Arrays.copyOfRange(content, 100, 200),
                range(file, "bytes=100-199").extract().asByteArray());
        range(file, "bytes=490-").statusCode(206).header("Content-Length", "10");
        range(file, "bytes=-20").statusCode(206).header("Content-Range", "bytes 480-499/500");
        range(file, "bytes=400-9000").statusCode(206).header("Content-Length", "100");
        range(file, "bytes=500-").statusCode(416).header("Content-Range", "bytes */500");
        range(file, "apples=1-2").statusCode(200).header("Content-Length", "500");
        as(key).get(file + "x").then().statusCode(404);
    }

    @Test
    void scenesAreListedTheNewestFirstAndInPages() {
        String first = scene("one", content(107, 50));
        String second = scene("two", content(108, 50));
        String third = scene("three", content(109, 50));
        as(key).get("/api/v1/scenes?limit=2").then().body("id", equalTo(List.of(third, second)));
        as(key).get("/api/v1/scenes?limit=2&after=" + second).then().body("id", equalTo(List.of(first)));
        as(key).get("/api/v1/scenes?limit=0").then().statusCode(400).body("detail", containsString("'limit'"));
    }

    @Test
    void unknownSceneIsNotFound() {
        get(UUID.randomUUID().toString()).statusCode(404).body("code", equalTo("NOT_FOUND"));
        get("nonsense").statusCode(404);
    }

    private String scene(String name, byte[] content) {
        Digest digest = upload(key, content);
        return post("{\"name\": \"" + name + "\", \"main\": \"scene.glb\", \"files\": {\"scene.glb\": \"" + digest
                        + "\"}}")
                .statusCode(202)
                .body("state", equalTo("INSPECTING"))
                .extract()
                .path("id");
    }

    private ValidatableResponse post(String body) {
        return as(key).contentType(ContentType.JSON)
                .body(body)
                .post("/api/v1/scenes")
                .then();
    }

    private ValidatableResponse get(String id) {
        return as(key).get("/api/v1/scenes/" + id).then();
    }

    private ValidatableResponse range(String path, String range) {
        return as(key).header("Range", range).get(path).then();
    }

    private static SceneReport report() {
        return new SceneReport(
                "pathtracer-0",
                List.of("front"),
                List.of(),
                List.of(),
                12,
                1,
                0,
                1,
                4096,
                2.5,
                List.of(),
                List.of(0.0, 0.0, 0.0),
                List.of(1.0, 1.0, 1.0));
    }
}
