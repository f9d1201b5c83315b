package farm.tilth.api.openai;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;

import farm.tilth.api.FarmTestResource;
import farm.tilth.api.TestKeys;
import farm.tilth.api.access.Role;
import farm.tilth.api.inference.FakeModel;
import farm.tilth.api.inference.FakeWorkers;
import farm.tilth.api.inference.FakeWorkersProfile;
import farm.tilth.api.inference.InferenceTestBase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
@TestProfile(FakeWorkersProfile.class)
class OpenAiResourceTest extends InferenceTestBase {
    @BeforeEach
    void workersJoin() {
        workers.join(false, FakeWorkers.HONEST);
        workers.join(true, FakeWorkers.HONEST);
    }

    @Test
    void modelsAreListedAndDescribed() {
        json().get("/v1/models")
                .then()
                .statusCode(200)
                .body("object", equalTo("list"))
                .body("data.id", hasItems("fake-doubler", "fake-embedder"))
                .body("data[0].object", equalTo("model"))
                .body("data[0].owned_by", equalTo("tilth"))
                .body("data[0].created", notNullValue());
        json().get("/v1/models/fake-embedder").then().statusCode(200).body("id", equalTo("fake-embedder"));
    }

    @Test
    void stringIsEmbedded() {
        List<Float> embedding = embed(Map.of("model", "fake-embedder", "input", "to be or not"))
                .statusCode(200)
                .body("object", equalTo("list"))
                .body("model", equalTo("fake-embedder"))
                .body("data", hasSize(1))
                .body("data[0].object", equalTo("embedding"))
                .body("data[0].index", equalTo(0))
                .body("usage.prompt_tokens", equalTo(6))
                .body("usage.total_tokens", equalTo(6))
                .extract()
                .path("data[0].embedding");
        float[] expected = FakeModel.embedding("to be or not");
        for (int i = 0; i < 4; i++) {
            assertEquals(expected[i], embedding.get(i));
        }
    }

    @Test
    void listsAreEmbeddedInOrder() {
        embed(Map.of("model", "fake-embedder", "input", List.of("one", "two words", "three")))
                .statusCode(200)
                .body("data", hasSize(3))
                .body("data.index", equalTo(List.of(0, 1, 2)))
                .body("data[1].embedding[0]", equalTo(FakeModel.embedding("two words")[0]));
    }

    @Test
    void tokensAndListsOfTokensAreEmbedded() {
        embed(Map.of("model", "fake-embedder", "input", List.of(101, 7592, 102)))
                .statusCode(200)
                .body("data", hasSize(1))
                .body("usage.prompt_tokens", equalTo(3));
        embed(Map.of("model", "fake-embedder", "input", List.of(List.of(101, 102), List.of(101, 5, 102))))
                .statusCode(200)
                .body("data", hasSize(2))
                .body("usage.prompt_tokens", equalTo(5));
    }

    @Test
    void base64IsLittleEndianFloats() {
        String base64 = embed(Map.of("model", "fake-embedder", "input", "abc", "encoding_format", "base64"))
                .statusCode(200)
                .extract()
                .path("data[0].embedding");
        ByteBuffer floats = ByteBuffer.wrap(Base64.getDecoder().decode(base64)).order(ByteOrder.LITTLE_ENDIAN);
        for (float expected : FakeModel.embedding("abc")) {
            assertEquals(expected, floats.getFloat());
        }
        assertEquals(0, floats.remaining());
    }

    @Test
    void fewerDimensionsHaveLengthOneAgain() {
        List<Float> embedding = embed(Map.of("model", "fake-embedder", "input", "abc", "dimensions", 2))
                .statusCode(200)
                .extract()
                .path("data[0].embedding");
        assertEquals(2, embedding.size());
        double squares =
                embedding.stream().mapToDouble(value -> (double) value * value).sum();
        assertEquals(1, squares, 1e-6);
    }

    @Test
    void unknownModelIsModelNotFound() {
        embed(Map.of("model", "gpt-9", "input", "abc"))
                .statusCode(404)
                .body("error.code", equalTo("model_not_found"))
                .body("error.type", equalTo("invalid_request_error"))
                .body("error.message", containsString("the model 'gpt-9' does not exist; models are"));
        json().get("/v1/models/gpt-9").then().statusCode(404).body("error.code", equalTo("model_not_found"));
    }

    @Test
    void modelThatDoesNotEmbedIsRefused() {
        embed(Map.of("model", "fake-doubler", "input", "abc"))
                .statusCode(400)
                .body("error.message", containsString("does not embed texts"));
    }

    @Test
    void missingOrUnknownKeyIsAnOpenAiError() {
        given().contentType(ContentType.JSON)
                .body(Map.of("model", "fake-embedder", "input", "abc"))
                .post("/v1/embeddings")
                .then()
                .statusCode(401)
                .body("error.code", equalTo("invalid_api_key"))
                .body("error.param", nullValue());
        TestKeys.as("sk-none").get("/v1/models").then().statusCode(401).body("error.type", notNullValue());
    }

    @Test
    void keyWithoutTheRoleIsAnOpenAiError() {
        TestKeys.as(TestKeys.open("owner", Role.OWNER))
                .get("/v1/models")
                .then()
                .statusCode(403)
                .body("error.type", equalTo("permission_error"));
    }

    @Test
    void accountWithoutMoneyIsRefusedBeforeAnyWorkerIsAsked() {
        workers.clear();
        FakeWorkers.Worker worker = workers.join(false, FakeWorkers.HONEST);
        TestKeys.as(TestKeys.open("poor", Role.CUSTOMER))
                .contentType(ContentType.JSON)
                .body(Map.of("model", "fake-embedder", "input", "abc"))
                .post("/v1/embeddings")
                .then()
                .statusCode(402)
                .header("x-should-retry", "false")
                .body("error.code", equalTo("insufficient_quota"));
        assertEquals(List.of(), worker.asked());
    }

    @Test
    void brokenRequestsAreNamed() {
        refuse("{", "the body is not JSON");
        refuse("[]", "the body must be a JSON object");
        refuse("{\"input\":\"a\"}", "model is missing");
        refuse("{\"model\":\"fake-embedder\"}", "input is missing");
        refuse("{\"model\":\"fake-embedder\",\"input\":[]}", "input must be a string");
        refuse("{\"model\":\"fake-embedder\",\"input\":[\"a\",\"\"]}", "input[1] is an empty string");
        refuse("{\"model\":\"fake-embedder\",\"input\":[\"a\",7]}", "input[1] is neither a string nor");
        refuse("{\"model\":\"fake-embedder\",\"input\":[1,-7]}", "input[1] is not a token");
        refuse("{\"model\":\"fake-embedder\",\"input\":[[1],[]]}", "input[1] has no tokens");
        refuse("{\"model\":\"fake-embedder\",\"input\":\"a\",\"dimensions\":0}", "dimensions must be");
        refuse("{\"model\":\"fake-embedder\",\"input\":\"a\",\"dimensions\":5}", "dimensions is 5; model");
        refuse("{\"model\":\"fake-embedder\",\"input\":\"a\",\"encoding_format\":\"hex\"}", "encoding_format must be");
    }

    @Test
    void parameterOfTheErrorIsNamed() {
        json().body("{\"model\":\"fake-embedder\",\"input\":[\"a\",\"\"]}")
                .post("/v1/embeddings")
                .then()
                .body("error.param", equalTo("input"))
                .body("error.code", nullValue());
    }

    @Test
    void limitsAreNamed() {
        refuse(
                "{\"model\":\"fake-embedder\",\"input\":" + quoted(Collections.nCopies(41, "a")) + "}",
                "input has 41 elements; at most 40 are allowed");
        refuse(
                "{\"model\":\"fake-embedder\",\"input\":" + Collections.nCopies(101, 1) + "}",
                "input has 101 tokens; at most 100 are allowed");
        refuse(
                "{\"model\":\"fake-embedder\",\"input\":" + Collections.nCopies(17, 1) + "}",
                "input[0] has 17 tokens; model 'fake-embedder' takes at most 16");
        refuse(
                "{\"model\":\"fake-embedder\",\"input\":\"" + "a".repeat(100_000) + "\"}",
                "the body has more than 100000 bytes");
    }

    @Test
    void unknownPathIsAnOpenAiError() {
        json().get("/v1/nonsense").then().statusCode(404).body("error.message", containsString("/v1/nonsense"));
    }

    private static List<String> quoted(List<String> texts) {
        return texts.stream().map(text -> '"' + text + '"').toList();
    }

    private void refuse(String body, String message) {
        json().body(body)
                .post("/v1/embeddings")
                .then()
                .statusCode(400)
                .body("error.message", containsString(message))
                .body("error.type", equalTo("invalid_request_error"));
    }

    private ValidatableResponse embed(Map<String, Object> body) {
        return json().body(body).post("/v1/embeddings").then();
    }
}
