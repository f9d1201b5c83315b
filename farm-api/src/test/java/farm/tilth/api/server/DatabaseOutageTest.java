package farm.tilth.api.server;

import static farm.tilth.api.TestKeys.as;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.TestKeys;
import farm.tilth.api.access.Role;
import farm.tilth.api.upload.TestUploads;
import farm.tilth.protocol.Digest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.io.IOException;
import org.junit.jupiter.api.Test;

@QuarkusTest
class DatabaseOutageTest {
    private static final long DEADLINE_NANOS = 60_000_000_000L;

    @Inject
    DataFolder folder;

    @Test
    void farmServesAgainAfterItsDatabaseWasKilled() throws IOException {
        String key = TestKeys.open("patient", Role.CUSTOMER);
        byte[] content = TestUploads.content(300, 1000);
        String id = TestUploads.open(key, Digest.of(content), 1000).extract().path("id");
        Postmaster server = Postmaster.of(folder.postgres().resolve("data")).orElseThrow();
        ProcessHandle.of(server.pid()).orElseThrow().destroyForcibly();

        long deadline = System.nanoTime() + DEADLINE_NANOS;
        int status = 0;
        while (status != 200) {
            var answer = as(key).get("/api/v1/uploads/" + id);
            status = answer.statusCode();
            if (status != 200) {
                assertEquals("UNAVAILABLE", answer.path("code"), answer.asString());
                assertEquals(503, status);
            }
            assertTrue(System.nanoTime() < deadline, "not served again");
        }
        TestUploads.append(key, id, 0, content).statusCode(200);
        as(key).get("/api/v1/scenes").then().statusCode(200);
    }
}
