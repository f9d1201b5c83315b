package farm.tilth.api.pay;

import static farm.tilth.api.TestKeys.as;
import static farm.tilth.api.TestKeys.asFirst;
import static farm.tilth.api.TestKeys.first;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.FarmTestResource;
import farm.tilth.api.job.Await;
import farm.tilth.api.job.FakeExecutor;
import farm.tilth.api.job.FakeWorker;
import farm.tilth.api.job.TestJobs;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.result.SigningKey;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** In tests W is 5, and an idle worker earns its pay after 2 s. */
@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
class HeldPayTest {
    private static final long RICH = 1_000_000_000;

    @Test
    void payIsEarnedWhenLaterResultsHavePassedOrTheWorkerRests() throws Exception {
        String key = TestJobs.account("artist", RICH);
        try (FakeWorker trusted = FakeWorker.startTrusted(first());
                FakeWorker honest = FakeWorker.start(key, FakeExecutor.renderer())) {
            String id = TestJobs.submit(key, order(TestJobs.readyScene(key)));
            assertEquals("COMPLETED", TestJobs.ended(key, id).getString("state"));
            long paid = TestJobs.receipt(key, id).totals().paid();
            assertTrue(paid > 0);
            assertEquals(paid, worker(honest.id().hex(), "earned"));
            Await.until(() -> worker(honest.id().hex(), "heldBack"), held -> held == 0);
            assertEquals(paid, worker(honest.id().hex(), "earned"));
            assertEquals(List.of(), unpaid(key).getList("reason"));
        }
        assertEquals(0, TestJobs.sumOfPostings());
    }

    @Test
    void faultForfeitsWhatWasHeldBackToTheCustomerWithAReason() throws Exception {
        String key = TestJobs.account("artist", RICH);
        String owner = TestJobs.account("owner", 0);
        SigningKey turncoat = SigningKey.generate();
        Receipt receipt;
        try (FakeWorker trusted = FakeWorker.startTrusted(first())) {
            String id = TestJobs.submit(key, order(TestJobs.readyScene(key)));
            try (FakeWorker worker = FakeWorker.start(turncoat, owner, FakeExecutor.turncoat(6))) {
                worker.end().get(30, TimeUnit.SECONDS);
            }
            try (FakeWorker honest = FakeWorker.start(key, FakeExecutor.renderer())) {
                assertEquals("COMPLETED", TestJobs.ended(key, id).getString("state"));
            }
            receipt = TestJobs.receipt(key, id);
        }
        long share = receipt.tasks().stream()
                .filter(task -> task.worker().equals(turncoat.id()))
                .mapToLong(task -> task.payments().getFirst().amount())
                .sum();
        List<Integer> forfeited = Await.until(
                () -> unpaid(owner).getList("findAll { it.kind == 'FORFEITED' }.amount"),
                amounts -> sum(amounts) + worker(turncoat.id().hex(), "earned") == share
                        && worker(turncoat.id().hex(), "heldBack") == 0);
        assertTrue(!forfeited.isEmpty() && forfeited.size() <= 6, () -> "forfeited " + forfeited);
        JsonPath unpaid = unpaid(owner);
        assertTrue(unpaid.getString("find { it.kind == 'FORFEITED' }.reason").contains("found at fault"));
        assertTrue(!unpaid.getList("findAll { it.kind == 'REJECTED' }").isEmpty());
        long back = sum(forfeited);
        Receipt.Totals totals = receipt.totals();
        assertEquals(RICH - totals.paid() - totals.fees() + back, TestJobs.balance(key));
        assertEquals(0, TestJobs.sumOfPostings());
        as(owner).get("/api/v1/ledger/unpaid?all=true").then().statusCode(403);
    }

    /** 16 tiles, each of enough work to cost something. */
    private static String order(String scene) {
        return "{\"render\":{\"scene\":\"" + scene
                + "\",\"width\":32,\"height\":32,\"samples\":4000,\"samplesPerTask\":4000,\"tile\":8}}";
    }

    private static long sum(List<Integer> amounts) {
        return amounts.stream().mapToLong(Integer::longValue).sum();
    }

    private static long worker(String id, String field) {
        return asFirst()
                .get("/api/v1/workers")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath()
                .getLong("find { it.id == '" + id + "' }." + field);
    }

    private static JsonPath unpaid(String key) {
        return as(key).get("/api/v1/ledger/unpaid")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }
}
