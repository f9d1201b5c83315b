package farm.tilth.api.inference;

import static farm.tilth.api.TestKeys.as;
import static farm.tilth.api.TestKeys.asFirst;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.matchesPattern;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.FarmTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.Response;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a key may use is said when it is made, can be changed, and holds for every way in. */
@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
@TestProfile(FakeWorkersProfile.class)
class KeyLimitsEndpointTest extends InferenceTestBase {
    @BeforeEach
    void workersJoin() {
        workers.join(false, FakeWorkers.HONEST);
        workers.join(true, FakeWorkers.HONEST);
    }

    private record Made(String id, String key) {}

    private static Made make(String more) {
        JsonPath made = asFirst()
                .contentType(ContentType.JSON)
                .body("{\"name\":\"limited\",\"roles\":[\"CUSTOMER\"],\"credit\":1000000" + more + "}")
                .post("/api/v1/keys")
                .then()
                .statusCode(201)
                .extract()
                .jsonPath();
        return new Made(made.getString("id"), made.getString("key"));
    }

    private static Response embed(String key, String text) {
        return as(key).contentType(ContentType.JSON)
                .body("{\"model\":\"fake-embedder\",\"input\":\"" + text + "\"}")
                .post("/v1/embeddings");
    }

    private static Response limit(Made key, String body) {
        return asFirst().contentType(ContentType.JSON).body(body).put("/api/v1/keys/" + key.id() + "/limits");
    }

    @Test
    void callsOverTheRateAreToldWhenToComeBackAndTheRateCanBeChanged() {
        Made made = make(",\"limits\":{\"callsPerMinute\":6,\"callsAtOnce\":2}");
        embed(made.key(), "a")
                .then()
                .statusCode(200)
                .header("x-ratelimit-limit-requests", "2")
                .header("x-ratelimit-remaining-requests", "1")
                .header("x-ratelimit-reset-requests", matchesPattern("\\d{4,5}ms"));
        embed(made.key(), "a").then().statusCode(200);
        embed(made.key(), "a")
                .then()
                .statusCode(429)
                .header("Retry-After", matchesPattern("10|9"))
                .header("retry-after-ms", matchesPattern("\\d{4}|10000"))
                .header("x-should-retry", "true")
                .header("x-ratelimit-remaining-requests", "0")
                .body("error.code", equalTo("rate_limit_exceeded"))
                .body("error.message", containsString("6 calls per minute"));
        limit(made, "{\"limits\":{\"callsPerMinute\":6000}}")
                .then()
                .statusCode(200)
                .body("key.limits.callsPerMinute", equalTo(6000));
        await(() -> embed(made.key(), "a").statusCode() == 200, "the new rate holds");
    }

    @Test
    void tokensAreCountedAsTheAnswerHadThem() {
        Made made = make(",\"limits\":{\"tokensPerMinute\":60}");
        Response first = embed(made.key(), "ab");
        int tokens = first.then().statusCode(200).extract().path("usage.total_tokens");
        first.then()
                .header("x-ratelimit-limit-tokens", "60")
                .header("x-ratelimit-remaining-tokens", matchesPattern((60 - tokens) + "|" + (61 - tokens)));
        int refused = 0;
        for (int i = 0; i < 60 && refused == 0; i++) {
            Response answer = embed(made.key(), "abcdefgh");
            if (answer.statusCode() == 429) {
                refused++;
                answer.then().body("error.message", containsString("60 tokens per minute"));
            }
        }
        assertEquals(1, refused);
    }

    @Test
    void quotaOfADayHoldsOverRestAndIsShownWithTheKey() {
        Made made = make(",\"limits\":{\"callsPerDay\":2}");
        embed(made.key(), "a").then().statusCode(200);
        embed(made.key(), "a").then().statusCode(200);
        embed(made.key(), "a")
                .then()
                .statusCode(429)
                .header("x-should-retry", "false")
                .body("error.message", containsString("2 calls per day"));
        await(
                () -> as(made.key()).get("/api/v1/keys").jsonPath().getInt("[0].used.dayCalls") == 2,
                "what was used is stored");
        as(made.key()).get("/api/v1/keys").then().body("size()", equalTo(1)).body("[0].key.id", equalTo(made.id()));
    }

    @Test
    void callsStayWithinTheMonthlyCapOfTheirKey() {
        Made made = make(",\"monthlyCap\":0");
        embed(made.key(), "a")
                .then()
                .statusCode(402)
                .body("error.type", equalTo("insufficient_quota"))
                .body("error.message", containsString("in this month"));
        limit(made, "{}").then().statusCode(200);
        await(() -> embed(made.key(), "a").statusCode() == 200, "without a cap it can call");
    }

    @Test
    void limitsAreTheOperatorsToChange() {
        Made made = make("");
        as(made.key())
                .contentType(ContentType.JSON)
                .body("{}")
                .put("/api/v1/keys/" + made.id() + "/limits")
                .then()
                .statusCode(403);
        limit(made, "{\"limits\":{\"callsPerMinute\":0}}").then().statusCode(400);
        limit(new Made("00000000-0000-0000-0000-000000000000", ""), "{}").then().statusCode(404);
        assertTrue(asFirst().get("/api/v1/keys").jsonPath().getList("").size() > 1, "an operator sees all");
    }
}
