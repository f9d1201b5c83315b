package farm.tilth.api.access;

import static farm.tilth.api.TestKeys.as;
import static farm.tilth.api.TestKeys.asFirst;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsInAnyOrder;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.TestKeys;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class AccountResourceTest {
    @Test
    void firstKeyHasEveryRoleAndTheFirstCredit() {
        asFirst()
                .get("/api/v1/account")
                .then()
                .statusCode(200)
                .body("roles", containsInAnyOrder("CUSTOMER", "OWNER", "OPERATOR"))
                .body("name", equalTo("first"));
        assertTrue(asFirst().get("/api/v1/account").jsonPath().getLong("balance") > 0);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            nullValues = "none",
            value = {
                "none                       | no API key",
                "Basic abc                  | no API key",
                "Bearer                     | no API key",
                "Bearer abc                 | not an API key of Tilth",
                "Bearer tk_00000000000000000000000000000000_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA | does not know"
            })
    void missingOrUnknownKeyIsRefusedWithAReason(String header, String reason) {
        var request = header == null ? given() : given().header("Authorization", header);
        request.get("/api/v1/account")
                .then()
                .statusCode(401)
                .contentType("application/problem+json")
                .body("code", equalTo("UNAUTHENTICATED"))
                .body("detail", containsString(reason));
    }

    @Test
    void keyWithAnotherSecretIsRefused() {
        String key = TestKeys.first();
        String other = key.substring(0, key.length() - 4) + "AAAA";
        as(other).get("/api/v1/account").then().statusCode(401);
    }

    @Test
    void operatorMakesAKeyWithCredit() {
        var made = asFirst()
                .contentType(ContentType.JSON)
                .body("{\"name\": \"ada\", \"roles\": [\"CUSTOMER\"], \"credit\": 5000}")
                .post("/api/v1/keys")
                .then()
                .statusCode(201)
                .body("key", startsWith("tk_"))
                .extract();
        as(made.path("key"))
                .get("/api/v1/account")
                .then()
                .statusCode(200)
                .body("id", equalTo(made.<String>path("account")))
                .body("name", equalTo("ada"))
                .body("roles", equalTo(java.util.List.of("CUSTOMER")))
                .body("balance", equalTo(5000));
    }

    @Test
    void onlyAnOperatorMakesKeysAndCredits() {
        String customer = TestKeys.open("eve", Role.CUSTOMER, Role.OWNER);
        as(customer)
                .contentType(ContentType.JSON)
                .body("{\"name\": \"more\", \"roles\": [\"OPERATOR\"]}")
                .post("/api/v1/keys")
                .then()
                .statusCode(403)
                .body("code", equalTo("FORBIDDEN"))
                .body("detail", containsString("OPERATOR"));
        String account = as(customer).get("/api/v1/account").path("id");
        as(customer)
                .contentType(ContentType.JSON)
                .body("{\"amount\": 1}")
                .post("/api/v1/accounts/" + account + "/credits")
                .then()
                .statusCode(403);
    }

    @Test
    void creditIsGivenOncePerIdempotencyKey() {
        String customer = TestKeys.open("bob", Role.CUSTOMER);
        String account = as(customer).get("/api/v1/account").path("id");
        for (int i = 0; i < 2; i++) {
            credit(account, "{\"amount\": 700}", "invoice-1").statusCode(201).body("balance", equalTo(700));
        }
        credit(account, "{\"amount\": 300}", "invoice-2").statusCode(201).body("balance", equalTo(1000));
        credit(account, "{\"amount\": 701}", "invoice-1").statusCode(409).body("code", equalTo("IDEMPOTENCY_MISMATCH"));
    }

    @Test
    void creditOfAnUnknownAccountIsNotFound() {
        credit(UUID.randomUUID().toString(), "{\"amount\": 1}", "x").statusCode(404);
        credit("somebody", "{\"amount\": 1}", "x").statusCode(404);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"roles\": [\"CUSTOMER\"]}                                    | 'name'",
                "{\"name\": \"\", \"roles\": [\"CUSTOMER\"]}                    | 'name'",
                "{\"name\": \"x\"}                                              | 'roles'",
                "{\"name\": \"x\", \"roles\": []}                               | 'roles'",
                "{\"name\": \"x\", \"roles\": [\"KING\"]}                       | roles",
                "{\"name\": \"x\", \"roles\": [\"OWNER\"], \"credit\": -1}      | 'credit'",
                "{\"name\": \"x\", \"roles\": [\"OWNER\"], \"credit\": \"y\"}   | credit",
                "{\"name\": \"x\", \"roles\": [\"OWNER\"], \"colour\": 1}       | colour",
                "{\"name\": \"x\", \"roles\": [\"OWNER\"]} trailing             | trailing",
                "{\"name\": \"x\"                                               | end",
                "[]                                                             | value",
                "null                                                           | no body"
            })
    void wrongKeyRequestNamesTheField(String body, String named) {
        asFirst()
                .contentType(ContentType.JSON)
                .body(body)
                .post("/api/v1/keys")
                .then()
                .statusCode(400)
                .body("code", equalTo("INVALID_REQUEST"))
                .body("detail", containsString(named))
                .body("detail", not(containsString("farm.tilth")))
                .body("detail", not(containsString("java.")));
    }

    private static io.restassured.response.ValidatableResponse credit(String account, String body, String cause) {
        return asFirst()
                .contentType(ContentType.JSON)
                .header("Idempotency-Key", cause)
                .body(body)
                .post("/api/v1/accounts/" + account + "/credits")
                .then();
    }
}
