package farm.tilth.api.verify;

import static farm.tilth.api.TestKeys.asFirst;
import static farm.tilth.api.TestKeys.first;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.FarmTestResource;
import farm.tilth.api.job.FakeExecutor;
import farm.tilth.api.job.FakeWorker;
import farm.tilth.api.job.TestJobs;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.result.ReceiptCheck;
import farm.tilth.protocol.result.SigningKey;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
class LyingWorkerTest {
    private static final long RICH = 1_000_000_000;

    @Test
    void lyingWorkerIsCaughtAndUnpaidAndAnotherFinishesTheJob() throws Exception {
        String key = TestJobs.account("artist", RICH);
        SigningKey liarsKey = SigningKey.generate();
        try (FakeWorker trusted = FakeWorker.startTrusted(first())) {
            String id = TestJobs.submit(key, TestJobs.order(TestJobs.readyScene(key), ""));
            try (FakeWorker liar = FakeWorker.start(liarsKey, key, FakeExecutor.liar())) {
                assertEquals(
                        ErrorCode.FORBIDDEN,
                        liar.end().get(30, TimeUnit.SECONDS).orElseThrow().code());
            }
            try (FakeWorker again = FakeWorker.start(liarsKey, key, FakeExecutor.renderer())) {
                assertEquals(
                        ErrorCode.FORBIDDEN,
                        again.end().get(30, TimeUnit.SECONDS).orElseThrow().code());
            }
            try (FakeWorker honest = FakeWorker.start(key, FakeExecutor.renderer())) {
                assertEquals("COMPLETED", TestJobs.ended(key, id).getString("state"));
                Receipt receipt = TestJobs.receipt(key, id);
                assertEquals(List.of(), ReceiptCheck.findings(receipt));
                assertTrue(
                        receipt.tasks().stream().allMatch(task -> task.worker().equals(honest.id())));
            }
        }
        String liar = "find { it.id == '" + liarsKey.id() + "' }.";
        asFirst()
                .get("/api/v1/workers")
                .then()
                .body(liar + "earned", equalTo(0))
                .body(liar + "atFaultAt", notNullValue());
        assertEquals(0, TestJobs.sumOfPostings());

        asFirst().post("/api/v1/workers/" + liarsKey.id() + "/clear").then().statusCode(204);
        asFirst().get("/api/v1/workers").then().body(liar + "atFaultAt", nullValue());
    }

    @Test
    void runningEpochShowsItsDigestAndHidesItsSecret() {
        given().get("/api/v1/epochs")
                .then()
                .statusCode(200)
                .body("[0].secretDigest", notNullValue())
                .body("[0].secret", nullValue());
    }
}
