package farm.tilth.api.openinference;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;

import farm.tilth.api.FarmTestResource;
import farm.tilth.api.inference.FakeModel;
import farm.tilth.api.inference.FakeWorkers;
import farm.tilth.api.inference.FakeWorkersProfile;
import farm.tilth.api.inference.InferenceTestBase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.response.ValidatableResponse;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
@TestProfile(FakeWorkersProfile.class)
class OpenInferenceResourceTest extends InferenceTestBase {
    private static final String INFER = "/v2/models/fake-doubler/infer";
    private static final String VERSION = FakeModel.DOUBLER.version().hex();

    @BeforeEach
    void workersJoin() {
        workers.join(false, FakeWorkers.HONEST);
        workers.join(true, FakeWorkers.HONEST);
    }

    @Test
    void serverDescribesItselfWithoutKey() {
        given().get("/v2").then().statusCode(200).body("name", equalTo("tilth"));
        given().get("/v2/health/live").then().statusCode(200).body("live", equalTo(true));
        given().get("/v2/health/ready").then().statusCode(200).body("ready", equalTo(true));
    }

    @Test
    void modelIsDescribed() {
        for (String path : List.of("/v2/models/fake-doubler", "/v2/models/fake-doubler/versions/" + VERSION)) {
            json().get(path)
                    .then()
                    .statusCode(200)
                    .body("name", equalTo("fake-doubler"))
                    .body("versions", equalTo(List.of(VERSION)))
                    .body("platform", equalTo("onnxruntime_onnx"))
                    .body("inputs[0].name", equalTo("x"))
                    .body("inputs[0].datatype", equalTo("FP32"))
                    .body("inputs[0].shape", equalTo(List.of(-1, 2)))
                    .body("outputs[0].name", equalTo("y"));
        }
    }

    @Test
    void modelIsReadyWhileAWorkerRunsIt() {
        json().get("/v2/models/fake-doubler/ready").then().statusCode(200).body("ready", equalTo(true));
        json().get("/v2/models/fake-doubler/versions/" + VERSION + "/ready")
                .then()
                .statusCode(200);
        workers.clear();
        json().get("/v2/models/fake-doubler/ready").then().statusCode(503).body("error", containsString("no worker"));
    }

    @Test
    void nestedAndFlatDataAreTheSame() {
        for (Object data : List.of(List.of(1.5, 2, 3, 4), List.of(List.of(1.5, 2), List.of(3, 4)))) {
            infer(Map.of("id", "7", "inputs", List.of(x(List.of(2, 2), data))))
                    .statusCode(200)
                    .body("id", equalTo("7"))
                    .body("model_name", equalTo("fake-doubler"))
                    .body("model_version", equalTo(VERSION))
                    .body("outputs", hasSize(1))
                    .body("outputs[0].name", equalTo("y"))
                    .body("outputs[0].datatype", equalTo("FP32"))
                    .body("outputs[0].shape", equalTo(List.of(2, 2)))
                    .body("outputs[0].data", equalTo(List.of(3.0f, 4.0f, 6.0f, 8.0f)));
        }
    }

    @Test
    void versionCanBeNamed() {
        Map<String, Object> body = Map.of("inputs", List.of(x(List.of(1, 2), List.of(1, 2))));
        json().body(body)
                .post("/v2/models/fake-doubler/versions/" + VERSION + "/infer")
                .then()
                .statusCode(200);
        json().body(body)
                .post("/v2/models/fake-doubler/versions/1/infer")
                .then()
                .statusCode(404)
                .body("error", containsString("no version '1'"));
    }

    @Test
    void outputsCanBeChosen() {
        Map<String, Object> x = x(List.of(1, 2), List.of(1, 2));
        infer(Map.of("inputs", List.of(x), "outputs", List.of(Map.of("name", "y"))))
                .statusCode(200)
                .body("outputs", hasSize(1));
        infer(Map.of("inputs", List.of(x), "outputs", List.of(Map.of("name", "z"))))
                .statusCode(400)
                .body("error", equalTo("tensor 'z': model 'fake-doubler' has no such output; its outputs are y"));
    }

    @Test
    void unknownModelIsAnErrorOfTheProtocol() {
        json().get("/v2/models/none").then().statusCode(404).body("error", containsString("'none' does not exist"));
        json().body("{}").post("/v2/models/none/infer").then().statusCode(404);
    }

    @Test
    void missingKeyIsAnErrorOfTheProtocol() {
        given().get("/v2/models/fake-doubler").then().statusCode(401).body("error", containsString("API key"));
    }

    @Test
    void wrongShapeNamesTheTensorWhatCameAndWhatIsExpected() {
        refuse(
                x(List.of(1, 3), List.of(1, 2, 3)),
                "tensor 'x': its shape is [1, 3]; the model takes [-1, 2] (-1 is any positive number)");
        refuse(x(List.of(2, 2), List.of(1, 2, 3)), "tensor 'x': its data has 3 elements; shape [2, 2] needs 4");
        refuse(x(List.of(1, 2), List.of(1, 2, 3)), "tensor 'x': its data has more than the 2 elements of its shape");
        refuse(x(List.of(1, -2), List.of()), "tensor 'x': its shape [1, -2] has a negative dimension");
    }

    @Test
    void wrongNamesTypesAndElementsAreNamed() {
        refuse(
                Map.of("name", "z", "shape", List.of(1, 2), "datatype", "FP32", "data", List.of(1, 2)),
                "tensor 'z': model 'fake-doubler' has no such input, or it came twice; its inputs are x FP32 [-1, 2]"
                        + " (-1 is any positive number)");
        refuse(
                Map.of("name", "x", "shape", List.of(1, 2), "datatype", "INT8", "data", List.of(1, 2)),
                "tensor 'x': its datatype is INT8; the model takes FP32");
        refuse(
                Map.of("name", "x", "shape", List.of(1, 2), "datatype", "INT8", "data", List.of(1, 200)),
                "tensor 'x': element 1 is 200, which is no INT8");
        refuse(x(List.of(1, 2), List.of(1, "a")), "tensor 'x': element 1 is \"a\", which is no FP32");
        refuse(Map.of("name", "x", "shape", List.of(1, 2), "datatype", "FP32"), "tensor 'x': its data is missing");
        refuse(Map.of("shape", List.of(1)), "inputs[0] has no name");
    }

    @Test
    void brokenBodiesAreNamed() {
        json().body("{\"inputs\":").post(INFER).then().statusCode(400).body("error", containsString("not JSON"));
        json().body("{}").post(INFER).then().statusCode(400).body("error", containsString("inputs must be a list"));
    }

    @Test
    void timeoutOfTheRequestIsItsDeadline() {
        workers.clear();
        workers.join(false, batch -> new java.util.concurrent.CompletableFuture<>());
        infer(Map.of("inputs", List.of(x(List.of(1, 2), List.of(1, 2))), "parameters", Map.of("timeout", 200_000)))
                .statusCode(504)
                .body("error", containsString("deadline of 200 ms"));
    }

    private static Map<String, Object> x(List<Integer> shape, Object data) {
        return Map.of("name", "x", "shape", shape, "datatype", "FP32", "data", data);
    }

    private void refuse(Map<String, Object> input, String message) {
        infer(Map.of("inputs", List.of(input))).statusCode(400).body("error", equalTo(message));
    }

    private ValidatableResponse infer(Map<String, Object> body) {
        return json().body(body).post(INFER).then();
    }
}
