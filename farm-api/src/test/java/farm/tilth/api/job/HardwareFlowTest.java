package farm.tilth.api.job;

import static farm.tilth.api.TestKeys.as;
import static farm.tilth.api.TestKeys.first;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.api.FarmTestResource;
import farm.tilth.api.lease.Hardware;
import farm.tilth.api.pay.Tariff;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.result.ReceiptCheck;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Jobs that ask for a class of hardware, from quote to receipt. */
@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
class HardwareFlowTest {
    private static final long RICH = 1_000_000_000;
    private static final String ON_GPU = ",\"hardware\":\"gpu\"";

    @Inject
    Tariff tariff;

    private FakeWorker trusted;
    private FakeWorker cpu;
    private String key;
    private String scene;

    @BeforeEach
    void connect() throws IOException {
        key = TestJobs.account("artist", RICH);
        trusted = FakeWorker.startTrusted(first());
        cpu = FakeWorker.start(key, FakeExecutor.renderer());
        scene = TestJobs.readyScene(key);
    }

    @AfterEach
    void disconnect() throws IOException {
        cpu.close();
        trusted.close();
        assertEquals(0, TestJobs.sumOfPostings());
    }

    private static FakeExecutor gpu() {
        return new FakeExecutor(FakeExecutor.ENGINE, "renderTile") {
            @Override
            public String device() {
                return "cuda, fake";
            }
        };
    }

    private JsonPath quote(String more) {
        return as(key).contentType(ContentType.JSON)
                .body(Json.read(TestJobs.order(scene, more), JsonNode.class)
                        .path("render")
                        .toString())
                .post("/api/v1/quotes")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    private ValidatableResponse order(String more, String quote) {
        return as(key).contentType(ContentType.JSON)
                .header("Tilth-Quote", quote)
                .body(TestJobs.order(scene, more))
                .post("/api/v1/jobs")
                .then();
    }

    private Set<String> workers(Receipt receipt) {
        return receipt.tasks().stream().map(task -> task.worker().hex()).collect(Collectors.toSet());
    }

    @Test
    void jobForGpusWaitsForOneWhileOthersPassAndIsPaidAtItsPrice() throws Exception {
        JsonPath base = quote("");
        JsonPath quote = quote(ON_GPU);
        assertEquals("gpu", quote.getString("hardware.name"));
        assertEquals(150, quote.getInt("hardware.percent"));
        assertEquals(0, quote.getInt("hardware.workers"));
        assertEquals(100, quote.getInt("percent"));
        long perMillion = quote.getLong("perMillion");
        assertEquals(base.getLong("perMillion") * 3 / 2, perMillion);

        String waiting = order(ON_GPU, quote.getString("quote"))
                .statusCode(201)
                .body("request.hardware", equalTo("gpu"))
                .body("price.held", equalTo(quote.getInt("ceiling")))
                .extract()
                .path("id");
        String behind = TestJobs.submit(key, TestJobs.order(scene, ""));
        assertEquals("COMPLETED", TestJobs.ended(key, behind).getString("state"));
        assertEquals(16, TestJobs.job(key, waiting).getInt("tasks.queued"));

        try (FakeWorker gpu = FakeWorker.start(key, gpu())) {
            assertEquals("COMPLETED", TestJobs.ended(key, waiting).getString("state"));
            Receipt receipt = TestJobs.receipt(key, waiting);
            assertEquals(Set.of(gpu.id().hex()), workers(receipt));
            checkPaid(receipt, perMillion);
        }
        assertEquals(
                base.getLong("perMillion"),
                TestJobs.receipt(key, behind).prices().perMillionUnits());
    }

    private void checkPaid(Receipt receipt, long perMillion) {
        assertEquals(List.of(), ReceiptCheck.findings(receipt));
        assertEquals(perMillion, receipt.prices().perMillionUnits());
        long gross = receipt.tasks().stream()
                .mapToLong(task -> receipt.prices().gross(task.workUnits()))
                .sum();
        assertEquals(gross, receipt.totals().paid() + receipt.totals().fees());
        as(first())
                .get("/api/v1/workers")
                .then()
                .body("find { it.id == '" + workers(receipt).iterator().next() + "' }.earned", equalTo((int)
                        receipt.totals().paid()));
    }

    @Test
    void jobForAnyOrForCpusIsDoneByTheCpu() {
        JsonPath quote = quote(",\"hardware\":\"cpu\"");
        assertEquals(100, quote.getInt("hardware.percent"));
        Await.until(() -> quote(",\"hardware\":\"cpu\"").getInt("hardware.workers"), workers -> workers > 0);
        String id = TestJobs.submit(key, TestJobs.order(scene, ",\"hardware\":\"cpu\""));
        assertEquals("COMPLETED", TestJobs.ended(key, id).getString("state"));
        assertEquals(Set.of(cpu.id().hex()), workers(TestJobs.receipt(key, id)));
    }

    @Test
    void quoteIsForItsHardwareAlone() {
        String any = quote("").getString("quote");
        order(ON_GPU, any).statusCode(400).body("detail", containsString("the quote is for hardware 'any'"));
        String gpu = quote(ON_GPU).getString("quote");
        order("", gpu).statusCode(400).body("detail", containsString("the quote is for hardware 'gpu'"));
    }

    @Test
    void hardwareThatNobodyKnowsIsRefusedByName() {
        TestJobs.post(key, TestJobs.order(scene, ",\"hardware\":\"tpu\""))
                .statusCode(400)
                .body("detail", containsString("'any', 'cpu' or 'gpu'"));
    }

    @Test
    void modelsWorkHasItsPriceForEachClassToo() {
        long base = tariff.inference(Hardware.ANY).perMillionUnits();
        assertEquals(base, tariff.inference(Hardware.CPU).perMillionUnits());
        assertEquals(Math.ceilDiv(base * 3, 2), tariff.inference(Hardware.GPU).perMillionUnits());
        as(key).get("/api/v1/farm").then().body("priceCpuPercent", equalTo(100)).body("priceGpuPercent", equalTo(150));
    }
}
