package farm.tilth.api.pay;

import static farm.tilth.api.TestKeys.as;
import static farm.tilth.api.TestKeys.asFirst;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.TestKeys;
import farm.tilth.api.access.Role;
import farm.tilth.protocol.Csv;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.LedgerAnchor;
import farm.tilth.protocol.result.LedgerCheck;
import farm.tilth.protocol.result.SealedTransfer;
import farm.tilth.protocol.result.SigningKey;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

@QuarkusTest
class LedgerLogResourceTest {
    @Inject
    SigningKey farmKey;

    @Test
    void exportedLogHoldsAgainstTheAnchors() {
        String account = asFirst().get("/api/v1/account").jsonPath().getString("id");
        asFirst()
                .contentType(ContentType.JSON)
                .header("Idempotency-Key", "=HYPERLINK(\"x\"), it's")
                .body("{\"amount\": 5}")
                .post("/api/v1/accounts/" + account + "/credits")
                .then()
                .statusCode(201);
        asFirst().post("/api/v1/ledger/anchors").then().statusCode(200).body("size()", equalTo(1));
        List<LedgerAnchor> anchors = List.of(Json.read(
                asFirst()
                        .get("/api/v1/ledger/anchors")
                        .then()
                        .statusCode(200)
                        .extract()
                        .asString(),
                LedgerAnchor[].class));
        List<String> log = asFirst()
                .get("/api/v1/ledger/log")
                .then()
                .statusCode(200)
                .contentType(startsWith("text/csv"))
                .extract()
                .asString()
                .lines()
                .toList();
        assertEquals(SealedTransfer.HEADER, Csv.fields(log.getFirst()));
        LedgerCheck check = new LedgerCheck(anchors, Optional.of(farmKey.publicKey()));
        long before = anchors.getLast().lastTransfer();
        log.stream()
                .skip(1)
                .map(SealedTransfer::parse)
                .filter(transfer -> transfer.number() <= before)
                .forEach(check::take);
        LedgerCheck.Outcome outcome = check.finish();
        assertEquals(List.of(), outcome.findings());
        assertTrue(outcome.anchored() > 0);
    }

    @Test
    void logIsForOperators() {
        String customer = TestKeys.open("customer", Role.CUSTOMER);
        as(customer).get("/api/v1/ledger/log").then().statusCode(403);
        as(customer).post("/api/v1/ledger/anchors").then().statusCode(403);
        as(customer).get("/api/v1/ledger/statement.csv?all=true").then().statusCode(403);
        as(customer).get("/api/v1/ledger/anchors").then().statusCode(200);
    }

    @Test
    void statementComesAsCommaSeparatedValues() {
        asFirst()
                .get("/api/v1/ledger/statement.csv")
                .then()
                .statusCode(200)
                .contentType(startsWith("text/csv"))
                .body(startsWith("number,transfer,at,account,direction,amount,purpose,job,task\r\n"))
                .body(containsString(",CREDIT,"));
        asFirst().get("/api/v1/ledger/statement.csv?limit=0").then().statusCode(400);
        asFirst().get("/api/v1/ledger/log?after=-1").then().statusCode(400);
    }
}
