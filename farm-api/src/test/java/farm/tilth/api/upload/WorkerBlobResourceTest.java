package farm.tilth.api.upload;

import static farm.tilth.api.TestKeys.as;
import static farm.tilth.api.upload.TestUploads.content;
import static farm.tilth.api.upload.TestUploads.upload;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.TestKeys;
import farm.tilth.api.access.Role;
import farm.tilth.protocol.Digest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.response.ValidatableResponse;
import jakarta.inject.Inject;
import java.io.IOException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
class WorkerBlobResourceTest {
    private static final Digest WORKER = Digest.ofText("a worker");

    @Inject
    Blobs blobs;

    private String key;

    @BeforeEach
    void openAccount() {
        key = TestKeys.open("gpu owner", Role.OWNER);
    }

    @Test
    void workerStoresAResultAndMayRepeatIt() throws IOException {
        byte[] content = content(200, 300_000);
        put(Digest.of(content), content).statusCode(204);
        put(Digest.of(content), content).statusCode(204);
        assertArrayEquals(content, blobs.bytes(Digest.of(content), 300_000));
    }

    @Test
    void resultUnderAnotherDigestIsRefusedAndNotStored() throws IOException {
        Digest other = Digest.of(content(201, 10));
        put(other, content(202, 10)).statusCode(422).body("code", equalTo("DIGEST_MISMATCH"));
        assertTrue(blobs.file(other).isEmpty());
    }

    @Test
    void workerReadsNothingThatNoLeasedTaskNeeds() {
        Digest secret = upload(TestKeys.open("customer", Role.CUSTOMER), content(203, 10));
        as(key).header("Tilth-Worker", WORKER.hex())
                .get("/api/v1/worker/blobs/" + secret)
                .then()
                .statusCode(404)
                .body("detail", containsString("no task"));
    }

    @Test
    void requestWithoutWorkerOrRoleIsRefused() {
        byte[] content = content(204, 10);
        as(key).body(content)
                .put("/api/v1/worker/blobs/" + Digest.of(content))
                .then()
                .statusCode(400)
                .body("detail", containsString("Tilth-Worker"));
        as(TestKeys.open("customer", Role.CUSTOMER))
                .header("Tilth-Worker", WORKER.hex())
                .body(content)
                .put("/api/v1/worker/blobs/" + Digest.of(content))
                .then()
                .statusCode(403);
    }

    private ValidatableResponse put(Digest digest, byte[] content) {
        return as(key).header("Tilth-Worker", WORKER.hex())
                .contentType("application/octet-stream")
                .body(content)
                .put("/api/v1/worker/blobs/" + digest)
                .then();
    }
}
