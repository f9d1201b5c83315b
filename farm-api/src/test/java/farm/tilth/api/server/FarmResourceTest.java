package farm.tilth.api.server;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasKey;
import static org.hamcrest.Matchers.notNullValue;

import farm.tilth.api.Await;
import farm.tilth.api.FarmTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import org.junit.jupiter.api.Test;

/** Brings the PostgreSQL of all tests of the coordinator with it. */
@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
class FarmResourceTest {
    @Test
    void farmPresentsItselfWithoutKey() {
        given().get("/api/v1/farm")
                .then()
                .statusCode(200)
                .body("name", equalTo("Tilth"))
                .body("version", notNullValue())
                .body("farmKey", notNullValue())
                .body("limits.uploadBytes", notNullValue());
    }

    @Test
    void pageIsServedAndAskedForAnewEachTime() {
        given().get("/")
                .then()
                .statusCode(200)
                .contentType(ContentType.HTML)
                .header("Cache-Control", containsString("no-cache"))
                .body(containsString("Tilth"));
    }

    @Test
    void healthSaysThatTheFarmServes() throws Exception {
        given().get("/q/health/live").then().statusCode(200).body("status", equalTo("UP"));
        Await.until("ready", () -> given().get("/q/health/ready").statusCode() == 200); // after another test's outage
    }

    @Test
    void openApiDescribesTheCalls() {
        given().accept(ContentType.JSON)
                .get("/q/openapi")
                .then()
                .statusCode(200)
                .body("paths", hasKey("/api/v1/uploads/{id}"))
                .body("paths", hasKey("/api/v1/scenes"))
                .body("paths", hasKey("/v2/models/{model}/infer"))
                .body("paths", hasKey("/v1/embeddings"))
                .body("components.securitySchemes.key.scheme", equalTo("bearer"))
                .body("security[0]", hasKey("key"));
    }
}
