package farm.tilth.api.job;

import static farm.tilth.api.TestKeys.asFirst;
import static farm.tilth.api.TestKeys.first;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;

import farm.tilth.api.FarmTestResource;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.result.ReceiptCheck;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
class JobFlowTest {
    private static final long RICH = 1_000_000_000;

    private FakeWorker trusted;
    private FakeWorker worker;
    private String key;

    @BeforeEach
    void connect() throws IOException {
        key = TestJobs.account("artist", RICH);
        trusted = FakeWorker.startTrusted(first());
        worker = FakeWorker.start(key, FakeExecutor.renderer());
    }

    @AfterEach
    void disconnect() throws IOException {
        worker.close();
        trusted.close();
        assertEquals(0, TestJobs.sumOfPostings());
    }

    @Test
    void jobGoesThroughAllStepsAndItsReceiptVerifies() {
        String scene = TestJobs.readyScene(key);
        String id = TestJobs.submit(key, TestJobs.order(scene, ""));
        JsonPath job = TestJobs.ended(key, id);
        assertEquals("COMPLETED", job.getString("state"));
        assertEquals(16, job.getInt("tasks.accepted"));
        assertEquals(List.of("frame-0000.png"), job.getList("outputs.name"));

        Receipt receipt = TestJobs.receipt(key, id);
        assertEquals(List.of(), ReceiptCheck.findings(receipt));
        assertEquals(16, receipt.tasks().size());
        Receipt.Totals totals = receipt.totals();
        assertEquals(totals.held(), totals.paid() + totals.fees() + totals.refunded());
        assertEquals(RICH - totals.paid() - totals.fees(), TestJobs.balance(key));
        asFirst().get("/api/v1/workers").then().body("find { it.id == '" + worker.id() + "' }.earned", equalTo((int)
                totals.paid()));
    }
}
