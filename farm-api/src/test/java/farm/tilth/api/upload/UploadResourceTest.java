package farm.tilth.api.upload;

import static farm.tilth.api.TestKeys.as;
import static farm.tilth.api.upload.TestUploads.append;
import static farm.tilth.api.upload.TestUploads.content;
import static farm.tilth.api.upload.TestUploads.open;
import static farm.tilth.api.upload.TestUploads.upload;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.Await;
import farm.tilth.api.TestKeys;
import farm.tilth.api.access.Role;
import farm.tilth.protocol.Digest;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import jakarta.inject.Inject;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Instant;
import java.util.Arrays;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class UploadResourceTest {
    @Inject
    Blobs blobs;

    @Inject
    Uploads uploads;

    @Inject
    UploadSweep sweep;

    private String key;

    @BeforeEach
    void openAccount() {
        key = TestKeys.open("uploader", Role.CUSTOMER);
    }

    @Test
    void contentArrivesInChunks() throws IOException {
        byte[] content = content(1, 100_000);
        Digest digest = Digest.of(content);
        String id = open(key, digest, content.length)
                .statusCode(201)
                .body("digest", equalTo(digest.hex()))
                .body("bytes", equalTo(100_000))
                .body("offset", equalTo(0))
                .body("complete", equalTo(false))
                .body("chunkBytes", equalTo(8 << 20))
                .extract()
                .path("id");
        append(key, id, 0, Arrays.copyOfRange(content, 0, 60_000))
                .statusCode(200)
                .header("Upload-Offset", "60000")
                .body("offset", equalTo(60_000))
                .body("complete", equalTo(false));
        append(key, id, 60_000, Arrays.copyOfRange(content, 60_000, 100_000))
                .statusCode(200)
                .body("complete", equalTo(true));
        as(key).get("/api/v1/uploads/" + id).then().statusCode(200).body("complete", equalTo(true));
        assertArrayEquals(content, blobs.bytes(digest, 100_000));
    }

    @Test
    void chunkAtAnotherOffsetIsAConflictThatSaysWhereToGoOn() {
        byte[] content = content(2, 1000);
        String id = open(key, Digest.of(content), 1000).extract().path("id");
        append(key, id, 0, Arrays.copyOf(content, 400)).statusCode(200);
        append(key, id, 0, Arrays.copyOf(content, 400))
                .statusCode(409)
                .contentType("application/problem+json")
                .header("Upload-Offset", "400")
                .body("code", equalTo("CONFLICT"))
                .body("detail", containsString("400"));
    }

    @Test
    void sameUploadAgainGoesOnWhereItStands() {
        byte[] content = content(3, 1000);
        String id = open(key, Digest.of(content), 1000).extract().path("id");
        append(key, id, 0, Arrays.copyOf(content, 300)).statusCode(200);
        open(key, Digest.of(content), 1000)
                .statusCode(201)
                .body("id", equalTo(id))
                .body("offset", equalTo(300));
    }

    @Test
    void contentThatTheAccountOwnsIsNotSentAgain() {
        byte[] content = content(4, 1000);
        upload(key, content);
        open(key, Digest.of(content), 1000)
                .statusCode(201)
                .body("complete", equalTo(true))
                .body("offset", equalTo(1000));
    }

    @Test
    void contentOfAnotherAccountIsNotRevealed() {
        byte[] content = content(5, 1000);
        String id = open(key, Digest.of(content), 1000).extract().path("id");
        append(key, id, 0, content).body("complete", equalTo(true));
        String other = TestKeys.open("other", Role.CUSTOMER);
        open(other, Digest.of(content), 1000)
                .statusCode(201)
                .body("id", not(equalTo(id)))
                .body("offset", equalTo(0))
                .body("complete", equalTo(false));
        as(other).get("/api/v1/uploads/" + id).then().statusCode(404).body("code", equalTo("NOT_FOUND"));
        append(other, id, 0, content).statusCode(404);
    }

    @Test
    void wrongContentStartsAgainFromNothing() {
        byte[] content = content(6, 1000);
        String id = open(key, Digest.of(content), 1000).extract().path("id");
        append(key, id, 0, content(7, 1000))
                .statusCode(422)
                .body("code", equalTo("DIGEST_MISMATCH"))
                .body("detail", containsString(Digest.of(content).hex()));
        as(key).get("/api/v1/uploads/" + id).then().body("offset", equalTo(0)).body("complete", equalTo(false));
        append(key, id, 0, content).statusCode(200).body("complete", equalTo(true));
    }

    @Test
    void moreThanAnnouncedIsRefusedAndNothingKept() {
        byte[] content = content(8, 1000);
        String id = open(key, Digest.of(content), 1000).extract().path("id");
        append(key, id, 0, content(8, 1001)).statusCode(413).body("code", equalTo("TOO_LARGE"));
        append(key, id, 0, content).statusCode(200).body("complete", equalTo(true));
    }

    @Test
    void emptyChunkChangesNothing() {
        String id = open(key, Digest.of(content(9, 10)), 10).extract().path("id");
        append(key, id, 0, new byte[0]).statusCode(200).body("offset", equalTo(0));
    }

    @Test
    void otherSizeForTheSameDigestIsAConflict() {
        Digest digest = Digest.of(content(10, 10));
        open(key, digest, 10).statusCode(201);
        open(key, digest, 11).statusCode(409).body("code", equalTo("CONFLICT"));
    }

    @Test
    void whatArrivedBeforeABreakIsKept() throws Exception {
        byte[] content = content(11, 900_000);
        String id = open(key, Digest.of(content), content.length).extract().path("id");
        try (Socket socket = new Socket("127.0.0.1", RestAssured.port)) {
            OutputStream out = socket.getOutputStream();
            out.write(("PATCH /api/v1/uploads/" + id + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key
                            + "\r\nUpload-Offset: 0\r\nContent-Type: application/octet-stream\r\nContent-Length: 900000"
                            + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(content, 0, 600_000);
            out.flush();
            awaitFile(id);
        }
        int offset = awaitOffset(id);
        append(key, id, offset, Arrays.copyOfRange(content, offset, content.length))
                .statusCode(200)
                .body("complete", equalTo(true));
    }

    @Test
    void secondWriterIsTurnedAwayWhileTheFirstSends() throws Exception {
        byte[] content = content(12, 900_000);
        String id = open(key, Digest.of(content), content.length).extract().path("id");
        try (Socket socket = new Socket("127.0.0.1", RestAssured.port)) {
            OutputStream out = socket.getOutputStream();
            out.write(("PATCH /api/v1/uploads/" + id + " HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + key
                            + "\r\nUpload-Offset: 0\r\nContent-Type: application/octet-stream\r\nContent-Length: 900000"
                            + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            out.write(content, 0, 600_000);
            out.flush();
            awaitFile(id);
            append(key, id, 0, content).statusCode(409).body("detail", containsString("another request"));
            out.write(content, 600_000, 300_000);
            out.flush();
            byte[] answer = new byte[12];
            assertEquals(12, socket.getInputStream().readNBytes(answer, 0, 12));
            assertEquals("HTTP/1.1 200", new String(answer, StandardCharsets.US_ASCII));
        }
    }

    @Test
    void endThatWasNotRecordedIsMadeUpFor() throws IOException {
        byte[] content = content(13, 1000);
        Digest digest = Digest.of(content);
        String id = open(key, digest, 1000).extract().path("id");
        append(key, id, 0, Arrays.copyOf(content, 999)).statusCode(200);
        append(key, id, 999, Arrays.copyOfRange(content, 999, 1000)).statusCode(200);
        Files.delete(blobs.file(digest).orElseThrow());
        as(key).get("/api/v1/uploads/" + id)
                .then()
                .body("complete", equalTo(false))
                .body("offset", equalTo(0));
        append(key, id, 0, content).statusCode(200).body("complete", equalTo(true));
    }

    @Test
    void abandonedUploadIsForgottenWithItsFileAndOwnedContentIsNot() throws IOException {
        byte[] begun = content(14, 1000);
        byte[] owned = content(15, 1000);
        String id = open(key, Digest.of(begun), 1000).extract().path("id");
        append(key, id, 0, Arrays.copyOf(begun, 10)).statusCode(200);
        upload(key, owned);
        assertTrue(Files.exists(uploads.file(UUID.fromString(id))));
        sweep.sweep(Instant.now().plusSeconds(5));
        assertFalse(Files.exists(uploads.file(UUID.fromString(id))));
        as(key).get("/api/v1/uploads/" + id).then().statusCode(404);
        open(key, Digest.of(owned), 1000).body("complete", equalTo(true));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{\"bytes\": 1}                                     | 400 | 'digest'",
                "{\"digest\": \"abc\", \"bytes\": 1}                | 400 | 64 lower-case",
                "{\"digest\": \"DIGEST\"}                           | 400 | 'bytes'",
                "{\"digest\": \"DIGEST\", \"bytes\": 0}             | 400 | 'bytes'",
                "{\"digest\": \"DIGEST\", \"bytes\": -1}            | 400 | 'bytes'",
                "{\"digest\": \"DIGEST\", \"bytes\": 9000000000000} | 413 | max-bytes",
                "{\"digest\": 5, \"bytes\": 1}                      | 400 | digest"
            })
    void wrongUploadRequestNamesTheField(String body, int status, String named) {
        as(key).contentType(ContentType.JSON)
                .body(body.replace("DIGEST", Digest.ofText("x").hex()))
                .post("/api/v1/uploads")
                .then()
                .statusCode(status)
                .body("detail", containsString(named));
    }

    @Test
    void chunkWithoutOffsetOrOfUnknownUploadIsRefused() {
        String id = open(key, Digest.of(content(16, 10)), 10).extract().path("id");
        as(key).contentType("application/octet-stream")
                .body(new byte[1])
                .patch("/api/v1/uploads/" + id)
                .then()
                .statusCode(400)
                .body("detail", containsString("Upload-Offset"));
        append(key, UUID.randomUUID().toString(), 0, new byte[1]).statusCode(404);
        append(key, "nonsense", 0, new byte[1]).statusCode(404);
    }

    @Test
    void ownerOfWorkersMayNotUpload() {
        String owner = TestKeys.open("owner", Role.OWNER);
        open(owner, Digest.ofText("y"), 1).statusCode(403);
    }

    private void awaitFile(String id) throws Exception {
        var file = uploads.file(UUID.fromString(id));
        Await.until("something arrives", () -> Files.exists(file) && Files.size(file) > 0);
    }

    private int awaitOffset(String id) throws Exception {
        Await.until("something is kept", () -> offset(id) > 0);
        return offset(id);
    }

    private int offset(String id) {
        return as(key).get("/api/v1/uploads/" + id).path("offset");
    }
}
