package farm.tilth.api.server;

import static farm.tilth.api.TestKeys.asFirst;
import static io.restassured.RestAssured.given;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.not;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.TestKeys;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

@QuarkusTest
class ErrorMapperTest {
    private static final int TOO_MANY_BYTES = 34 << 20;

    @Test
    void unknownPathIsAProblem() {
        given().get("/api/v1/nothing")
                .then()
                .statusCode(404)
                .contentType("application/problem+json")
                .body("type", equalTo("urn:tilth:not-found"))
                .body("title", equalTo("Not found"))
                .body("status", equalTo(404))
                .body("code", equalTo("NOT_FOUND"))
                .body("detail", containsString("/api/v1/nothing"));
    }

    @Test
    void wrongMethodOrMediaTypeIsAProblem() {
        given().delete("/api/v1/farm")
                .then()
                .statusCode(405)
                .contentType("application/problem+json")
                .body("detail", containsString("method"));
        asFirst()
                .contentType(ContentType.TEXT)
                .body("x")
                .post("/api/v1/keys")
                .then()
                .statusCode(415)
                .body("code", equalTo("INVALID_REQUEST"))
                .body("detail", containsString("Content-Type"));
    }

    @Test
    void deepJsonIsRefused() {
        asFirst()
                .contentType(ContentType.JSON)
                .body("{\"name\": " + "[".repeat(1000) + "]".repeat(1000) + "}")
                .post("/api/v1/keys")
                .then()
                .statusCode(400)
                .body("code", equalTo("INVALID_REQUEST"));
    }

    @Test
    void answersTellBrowsersWhatThePageMayDo() {
        given().get("/api/v1/farm")
                .then()
                .header("X-Content-Type-Options", "nosniff")
                .header("Content-Security-Policy", containsString("default-src 'self'"))
                .header("Content-Security-Policy", containsString("media-src 'self' blob:"))
                .header("Content-Security-Policy", not(containsString("unsafe")))
                .header("Content-Security-Policy", containsString("frame-ancestors 'none'"));
    }

    @Test
    void announcedLargeBodyIsRefusedBeforeItIsSent() throws IOException {
        String answer = post("Content-Length: " + TOO_MANY_BYTES, new byte[0], 0);
        assertTrue(answer.startsWith("HTTP/1.1 413"), answer);
        assertTrue(answer.contains("TOO_LARGE"), answer);
    }

    @Test
    void largeBodyThatWasNotAnnouncedIsCutOff() throws IOException {
        byte[] mebibyte = new byte[1 << 20];
        java.util.Arrays.fill(mebibyte, (byte) ' ');
        String answer = post("Transfer-Encoding: chunked", mebibyte, TOO_MANY_BYTES >> 20);
        assertTrue(answer.isEmpty() || answer.startsWith("HTTP/1.1 413"), answer);
    }

    private static String post(String length, byte[] chunk, int chunks) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", RestAssured.port)) {
            socket.setSoTimeout(20_000);
            OutputStream out = socket.getOutputStream();
            out.write(("POST /api/v1/keys HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                            + "Authorization: Bearer " + TestKeys.first() + "\r\n" + length + "\r\n\r\n")
                    .getBytes(StandardCharsets.US_ASCII));
            try {
                for (int i = 0; i < chunks; i++) {
                    out.write((Integer.toHexString(chunk.length) + "\r\n").getBytes(StandardCharsets.US_ASCII));
                    out.write(chunk);
                    out.write("\r\n".getBytes(StandardCharsets.US_ASCII));
                }
                out.flush();
                byte[] answer = new byte[4096];
                int n = socket.getInputStream().read(answer);
                return n < 0 ? "" : new String(answer, 0, n, StandardCharsets.UTF_8);
            } catch (SocketException e) {
                return ""; // cut off in the middle
            }
        }
    }
}
