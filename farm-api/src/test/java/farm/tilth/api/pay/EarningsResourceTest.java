package farm.tilth.api.pay;

import static farm.tilth.api.TestKeys.as;
import static farm.tilth.api.TestKeys.asFirst;
import static farm.tilth.api.TestKeys.first;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.jupiter.api.Assertions.assertEquals;

import farm.tilth.api.Await;
import farm.tilth.api.FarmTestResource;
import farm.tilth.api.TestKeys;
import farm.tilth.api.access.Role;
import farm.tilth.api.job.FakeWorker;
import farm.tilth.ledger.chain.PayoutSigner;
import farm.tilth.ledger.chain.Web3jKeccak;
import farm.tilth.ledger.epoch.ClosedEpoch;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.Treasury;
import farm.tilth.protocol.Json;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** Payouts of a farm without a chain: closed and signed, and provable by anybody. */
@QuarkusTest
@QuarkusTestResource(value = FarmTestResource.class, restrictToAnnotatedClass = true)
class EarningsResourceTest {
    private static final String ADDRESS = "0x" + "aB".repeat(20);

    @Inject
    Ledger ledger;

    @Inject
    OperatorKey operator;

    private void earn(long amount) throws Exception {
        try (FakeWorker worker = FakeWorker.startTrusted(first())) {
            Await.until("the worker joins", () -> asFirst()
                    .get("/api/v1/workers")
                    .body()
                    .asString()
                    .contains(worker.id().hex()));
            Cause cause = Cause.request("test", UUID.randomUUID().toString());
            new Treasury(ledger).credit(AccountId.worker(worker.id()), amount, cause);
        }
    }

    @Test
    void epochIsClosedSignedAndPublishedWithItsLeaves() throws Exception {
        earn(1_000);
        asFirst().get("/api/v1/earnings").then().body("earned", equalTo(1_000)).body("address", nullValue());
        asFirst().post("/api/v1/payout-epochs").then().statusCode(409).body("detail", containsString("payout address"));
        payTo(first(), ADDRESS).statusCode(200).body("address", equalTo(ADDRESS.toLowerCase()));
        payTo(first(), "0x" + "01".repeat(20)).statusCode(409).body("detail", containsString("setPayTo"));
        int epoch = asFirst()
                .post("/api/v1/payout-epochs")
                .then()
                .statusCode(200)
                .extract()
                .path("epoch");
        asFirst().post("/api/v1/payout-epochs").then().statusCode(409);

        String leaves =
                RestAssured.get("/api/v1/payout-epochs/" + epoch + "/payouts").asString();
        ClosedEpoch closed = Json.read(leaves, ClosedEpoch.class);
        assertEquals(1_000, closed.total());
        assertEquals(closed.payoutRoot(), closed.tree(new Web3jKeccak()).root());
        String signature = RestAssured.get("/api/v1/payout-epochs").path("[0].signature");
        assertEquals(Optional.of(operator.signer().address()), new PayoutSigner(0).signer(closed, signature));
    }

    @Test
    void requestsThatMakeNoSenseAreRefused() {
        String owner = TestKeys.open("owner", Role.OWNER);
        for (String address : new String[] {"", "0x12", "me", "0x" + "zz".repeat(20)}) {
            payTo(owner, address).statusCode(400);
        }
        as(owner).post("/api/v1/claims").then().statusCode(409).body("detail", containsString("no chain"));
        as(owner).post("/api/v1/payout-epochs").then().statusCode(403);
        as(TestKeys.open("customer", Role.CUSTOMER))
                .get("/api/v1/earnings")
                .then()
                .statusCode(403);
        String cap =
                "{\"payer\":\"" + ADDRESS + "\",\"cap\":%d,\"deadline\":9,\"signature\":\"0x" + "00".repeat(65) + "\"}";
        as(first())
                .contentType(ContentType.JSON)
                .body(cap.formatted(0))
                .post("/api/v1/charges")
                .then()
                .statusCode(400);
        as(first())
                .contentType(ContentType.JSON)
                .body(cap.formatted(7))
                .post("/api/v1/charges")
                .then()
                .statusCode(409);
        RestAssured.get("/api/v1/payout-epochs/987654321/payouts").then().statusCode(404);
        RestAssured.get("/api/v1/chain").then().statusCode(200).body("settles", equalTo(false));
    }

    @Test
    void withoutAChainNothingIsSaidToBeOnIt() {
        RestAssured.get("/api/v1/penalties").then().statusCode(200).body("size()", equalTo(0));
        RestAssured.get("/api/v1/chain/stakes/" + ADDRESS).then().statusCode(409);
        for (String call : new String[] {"stake", "unbond", "deposit", "buy"}) {
            as(first())
                    .contentType(ContentType.JSON)
                    .body("{\"amount\":5}")
                    .post("/api/v1/chain/calls/" + call)
                    .then()
                    .statusCode(409)
                    .body("detail", containsString("no chain"));
        }
        as(TestKeys.open("customer", Role.CUSTOMER))
                .contentType(ContentType.JSON)
                .body("{\"address\":\"" + ADDRESS + "\",\"amount\":5}")
                .post("/api/v1/chain/grants")
                .then()
                .statusCode(403);
    }

    private static ValidatableResponse payTo(String key, String address) {
        return as(key).contentType(ContentType.JSON)
                .body("{\"address\":\"" + address + "\"}")
                .post("/api/v1/payout-address")
                .then();
    }
}
