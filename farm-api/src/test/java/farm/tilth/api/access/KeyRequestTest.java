package farm.tilth.api.access;

import static farm.tilth.api.TestKeys.asFirst;
import static farm.tilth.api.TestKeys.first;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;

import farm.tilth.api.FarmTestResource;
import farm.tilth.api.job.FakeWorker;
import farm.tilth.api.job.TestJobs;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
class KeyRequestTest {
    private static ValidatableResponse make(String idempotencyKey, String more) {
        return asFirst()
                .contentType(ContentType.JSON)
                .header("Idempotency-Key", idempotencyKey)
                .body("{\"name\":\"once\",\"roles\":[\"CUSTOMER\"]" + more + "}")
                .post("/api/v1/keys")
                .then();
    }

    @Test
    void keyIsMadeOnceForEachIdempotencyKey() {
        String id = make("keys-1", "").statusCode(201).extract().path("id");
        make("keys-1", "")
                .statusCode(409)
                .body("code", equalTo("CONFLICT"))
                .body("detail", containsString("key " + id));
        make("keys-1", ",\"credit\":5").statusCode(409).body("code", equalTo("IDEMPOTENCY_MISMATCH"));
        make("keys-2", "").statusCode(201);
    }

    @Test
    void keysJobsStayWithinItsMonthlyCap() throws Exception {
        try (FakeWorker trusted = FakeWorker.startTrusted(first())) {
            String poor = make("cap-1", ",\"credit\":1000000000,\"monthlyCap\":1")
                    .statusCode(201)
                    .extract()
                    .path("key");
            String scene = TestJobs.readyScene(poor);
            TestJobs.post(poor, TestJobs.order(scene, ""))
                    .statusCode(402)
                    .body("code", equalTo("INSUFFICIENT_FUNDS"))
                    .body("detail", containsString("may cost 1 µT a month"));
        }
        make("cap-2", ",\"monthlyCap\":-1").statusCode(400);
    }
}
