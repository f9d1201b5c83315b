package farm.tilth.api.upload;

import static farm.tilth.api.TestKeys.as;

import farm.tilth.protocol.Digest;
import io.restassured.http.ContentType;
import io.restassured.response.ValidatableResponse;
import java.util.Random;

/** Uploads as a client makes them. */
public final class TestUploads {
    private TestUploads() {}

    /** Content that no other test has. */
    public static byte[] content(long seed, int bytes) {
        byte[] content = new byte[bytes];
        new Random(seed).nextBytes(content);
        return content;
    }

    public static ValidatableResponse open(String key, Digest digest, long bytes) {
        return as(key).contentType(ContentType.JSON)
                .body("{\"digest\": \"" + digest + "\", \"bytes\": " + bytes + "}")
                .post("/api/v1/uploads")
                .then();
    }

    public static ValidatableResponse append(String key, String id, long offset, byte[] chunk) {
        return as(key).header("Upload-Offset", offset)
                .contentType("application/octet-stream")
                .body(chunk)
                .patch("/api/v1/uploads/" + id)
                .then();
    }

    /** Uploads content whole. */
    public static Digest upload(String key, byte[] content) {
        Digest digest = Digest.of(content);
        String id = open(key, digest, content.length).statusCode(201).extract().path("id");
        append(key, id, 0, content).statusCode(200);
        return digest;
    }
}
