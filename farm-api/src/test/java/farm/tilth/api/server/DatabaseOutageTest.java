package farm.tilth.api.server;

import static farm.tilth.api.TestKeys.as;
import static org.junit.jupiter.api.Assertions.assertEquals;

import farm.tilth.api.Await;
import farm.tilth.api.TestKeys;
import farm.tilth.api.access.Role;
import farm.tilth.api.upload.TestUploads;
import farm.tilth.protocol.Digest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import org.junit.jupiter.api.Test;

@QuarkusTest
class DatabaseOutageTest {
    @Inject
    DataFolder folder;

    @Test
    void farmServesAgainAfterItsDatabaseWasKilled() throws Exception {
        String key = TestKeys.open("patient", Role.CUSTOMER);
        byte[] content = TestUploads.content(300, 1000);
        String id = TestUploads.open(key, Digest.of(content), 1000).extract().path("id");
        Postmaster server = Postmaster.of(folder.postgres().resolve("data")).orElseThrow();
        ProcessHandle.of(server.pid()).orElseThrow().destroyForcibly();

        Await.until("served again", () -> {
            var answer = as(key).get("/api/v1/uploads/" + id);
            if (answer.statusCode() != 200) {
                assertEquals("UNAVAILABLE", answer.path("code"), answer.asString());
                assertEquals(503, answer.statusCode());
            }
            return answer.statusCode() == 200;
        });
        TestUploads.append(key, id, 0, content).statusCode(200);
        as(key).get("/api/v1/scenes").then().statusCode(200);
    }
}
