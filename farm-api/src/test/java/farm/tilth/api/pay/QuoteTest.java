package farm.tilth.api.pay;

import static farm.tilth.api.TestKeys.as;
import static farm.tilth.api.TestKeys.first;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.FarmTestResource;
import farm.tilth.api.job.FakeWorker;
import farm.tilth.api.job.TestJobs;
import farm.tilth.api.lease.Hardware;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.result.SigningKey;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.UUID;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
class QuoteTest {
    private static final long RICH = 1_000_000_000;

    @Inject
    SigningKey farmKey;

    private static ValidatableResponse order(String key, String scene, String quote) {
        return as(key).contentType(ContentType.JSON)
                .header("Tilth-Quote", quote)
                .body(TestJobs.order(scene, ""))
                .post("/api/v1/jobs")
                .then();
    }

    private static UUID account(String key) {
        return UUID.fromString(as(key).get("/api/v1/account").path("id"));
    }

    private String sealed(UUID account, long perMillion, Instant until) {
        return SealedOffer.seal(
                account, new Tariff.Offer(new Receipt.Prices(perMillion, 500), 120, Hardware.ANY, until), farmKey);
    }

    @Test
    void quotedPriceIsKeptForItsAccountUntilItsTimeIsOver() throws Exception {
        String key = TestJobs.account("artist", RICH);
        try (FakeWorker trusted = FakeWorker.startTrusted(first())) {
            String scene = TestJobs.readyScene(key);
            String request = TestJobs.order(scene, "");
            JsonPath quote = as(key).contentType(ContentType.JSON)
                    .body(Json.MAPPER.readTree(request).path("render").toString())
                    .post("/api/v1/quotes")
                    .then()
                    .statusCode(200)
                    .body("percent", equalTo(100))
                    .extract()
                    .jsonPath();
            assertTrue(Instant.parse(quote.getString("validUntil")).isAfter(Instant.now()));
            order(key, scene, quote.getString("quote"))
                    .statusCode(201)
                    .body("price.held", equalTo(quote.getInt("ceiling")));

            Instant later = Instant.now().plus(1, ChronoUnit.HOURS).truncatedTo(ChronoUnit.SECONDS);
            long twice = 2 * quote.getLong("perMillion");
            JsonPath dear = order(key, scene, sealed(account(key), twice, later))
                    .statusCode(201)
                    .extract()
                    .jsonPath();
            assertEquals(2 * quote.getLong("ceiling"), dear.getLong("price.held"), 1);

            order(key, scene, sealed(account(key), 1, Instant.EPOCH))
                    .statusCode(409)
                    .body("detail", containsString("valid until"));
            order(key, scene, sealed(UUID.randomUUID(), 1, later)).statusCode(400);
            order(key, scene, quote.getString("quote") + "A").statusCode(400);
            order(key, scene, "cheap").statusCode(400).body("detail", containsString("Tilth-Quote"));
        }
    }
}
