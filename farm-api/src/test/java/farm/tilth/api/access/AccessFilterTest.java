package farm.tilth.api.access;

import static farm.tilth.api.TestKeys.as;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.notNullValue;

import farm.tilth.api.Await;
import farm.tilth.api.TestKeys;
import farm.tilth.protocol.FarmException;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.Response;
import jakarta.inject.Inject;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

@QuarkusTest
class AccessFilterTest {
    @Inject
    RateLimiter rates;

    @Test
    void keyThatCallsTooOftenIsAskedToWaitAndOthersAreNot() throws Exception {
        String hasty = TestKeys.open("hasty", Role.CUSTOMER);
        UUID id = KeySecret.parse(hasty).orElseThrow().id();
        Caller caller = new Caller(id, id, Set.of(Role.CUSTOMER), KeyLimits.NONE);
        AtomicBoolean ended = new AtomicBoolean();
        Thread haste = Thread.ofPlatform().daemon().start(() -> callAllTheTime(caller, ended));
        try {
            AtomicReference<Response> answer = new AtomicReference<>();
            Await.until("refused", () -> {
                answer.set(as(hasty).get("/api/v1/account"));
                return answer.get().statusCode() == 429;
            });
            answer.get()
                    .then()
                    .header("Retry-After", notNullValue())
                    .body("code", equalTo("TOO_MANY_REQUESTS"))
                    .body("detail", containsString("calls per second"));
            as(TestKeys.open("calm", Role.CUSTOMER))
                    .get("/api/v1/account")
                    .then()
                    .statusCode(200);
        } finally {
            ended.set(true);
            haste.join();
        }
    }

    @Test
    void schemeIsReadInAnyCase() {
        given().header("Authorization", "bearer  " + TestKeys.first())
                .get("/api/v1/account")
                .then()
                .statusCode(200);
    }

    @Test
    void keyInTheAddressIsNotTaken() {
        given().queryParam("key", TestKeys.first())
                .get("/api/v1/account")
                .then()
                .statusCode(401);
    }

    @Test
    void keyIsCheckedBeforeTheBodyIsRead() {
        given().contentType("application/json")
                .body("this is no JSON")
                .post("/api/v1/keys")
                .then()
                .statusCode(401);
    }

    private void callAllTheTime(Caller key, AtomicBoolean ended) {
        while (!ended.get()) {
            try {
                rates.count(key);
            } catch (FarmException e) {
                Thread.onSpinWait(); // refused, as it should be
            }
        }
    }
}
