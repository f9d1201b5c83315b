package farm.tilth.api.upload;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Digest;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@QuarkusTest
class DownloadTest {
    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource(
            nullValues = "none",
            value = {
                "none, 200, none",
                "bytes=0-0, 206, bytes 0-0/100",
                "bytes=0-, 206, bytes 0-99/100",
                "bytes=99-99, 206, bytes 99-99/100",
                "bytes=50-1000, 206, bytes 50-99/100",
                "bytes=-1, 206, bytes 99-99/100",
                "bytes=-1000, 206, bytes 0-99/100",
                "bytes=-0, 416, bytes */100",
                "bytes=100-, 416, bytes */100",
                "bytes=7-3, 416, bytes */100",
                "bytes=-, 200, none",
                "bytes=1-2 3, 200, none",
                "bytes=99999999999999999999-, 200, none",
                "lines=1-2, 200, none"
            })
    void rangeIsAnsweredAsTheStandardSays(String range, int status, String contentRange) throws IOException {
        try (Response answer = download("x.bin").answer(range, null)) {
            assertEquals(status, answer.getStatus());
            assertEquals(contentRange, answer.getHeaderString("Content-Range"));
        }
    }

    @Test
    void nameOfTheFileCannotBreakTheHeader() throws IOException {
        try (Response answer = download("a \"b\"\r\nX: y/ü.png").answer(null, null)) {
            String header = answer.getHeaderString("Content-Disposition");
            assertTrue(header.startsWith("attachment; filename=\"a__b___X__y__.png\""), header);
            assertTrue(header.endsWith("filename*=UTF-8''a%20%22b%22%0D%0AX%3A%20y%2F%C3%BC.png"), header);
        }
    }

    private Download download(String name) throws IOException {
        Path file = Files.write(folder.resolve("content"), new byte[100]);
        return new Download(Digest.ofFile(file), file, "application/octet-stream", Optional.of(name));
    }
}
