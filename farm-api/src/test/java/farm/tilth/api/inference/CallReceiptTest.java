package farm.tilth.api.inference;

import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.FarmTestResource;
import farm.tilth.api.TestKeys;
import farm.tilth.api.access.Role;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.CallReceipt;
import farm.tilth.protocol.result.CallReceiptCheck;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Whoever pays for online calls can show, without the farm, for which answers of which workers. */
@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
@TestProfile(FakeWorkersProfile.class)
class CallReceiptTest extends InferenceTestBase {
    @Test
    void everyPaidCallIsInAReceiptThatHolds() {
        workers.join(false, FakeWorkers.HONEST);
        workers.join(true, FakeWorkers.HONEST);
        List<String> calls = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            calls.add(json().body("{\"model\":\"fake-embedder\",\"input\":\"text " + i + "\"}")
                    .post("/v1/embeddings")
                    .then()
                    .statusCode(200)
                    .extract()
                    .header("x-request-id"));
        }
        await(() -> shown().size() == calls.size(), "all calls are settled");
        List<String> shown = shown();
        Collections.sort(calls);
        Collections.sort(shown);
        assertEquals(calls, shown);
        assertEquals(
                CREDIT - balance().balance(),
                receipts().stream().mapToLong(CallReceipt::cost).sum());
        assertTrue(balance().balance() < CREDIT, "the calls cost something");
    }

    private List<CallReceipt> receipts() {
        List<String> windows = json().get("/api/v1/calls").jsonPath().getList("findAll { it.proven }.id");
        List<CallReceipt> receipts = new ArrayList<>();
        for (String window : windows) {
            String text = json().get("/api/v1/calls/" + window + "/receipt").asString();
            receipts.add(Json.read(text, CallReceipt.class));
            assertEquals(List.of(), CallReceiptCheck.findings(receipts.getLast()), text);
            TestKeys.as(TestKeys.open("stranger", Role.CUSTOMER))
                    .get("/api/v1/calls/" + window + "/receipt")
                    .then()
                    .statusCode(404)
                    .body("code", equalTo("NOT_FOUND"));
        }
        return receipts;
    }

    private List<String> shown() {
        List<String> shown = new ArrayList<>();
        receipts().forEach(receipt -> receipt.batches().forEach(batch -> batch.calls()
                .forEach(call -> shown.add("req_" + call.id().toString().replace("-", "")))));
        return shown;
    }
}
