package farm.tilth.api.server;

import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.equalTo;

import farm.tilth.api.FarmTestResource;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
class FarmResourceTest {
    @Test
    void farmPresentsItselfWithoutKey() {
        given().get("/api/v1/farm").then().statusCode(200).body("name", equalTo("Tilth"));
    }
}
