package farm.tilth.cli.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FarmClientTest {
    static final RetryPolicy QUICK = new RetryPolicy(4, Duration.ofMillis(2), Duration.ofMillis(10));

    private FakeFarm farm;
    private FarmClient client;

    @BeforeEach
    void start() throws IOException {
        farm = new FakeFarm();
        farm.document("/api/v1/account", "{\"balance\":7}");
        client = new FarmClient(farm.address(), QUICK);
    }

    @AfterEach
    void stop() {
        client.close();
        farm.close();
    }

    @Test
    void sendsTheKeyAndReadsTheAnswer() throws Exception {
        assertEquals(7, client.get("/api/v1/account").path("balance").asInt());
    }

    @Test
    void aBusyFarmIsAskedAgain() throws Exception {
        client.get("/api/v1/account");
        farm.failNext("/account", 503, "");
        farm.failNext("/account", 429, "");
        farm.failNext("/account", 0, "");
        assertEquals(7, client.get("/api/v1/account").path("balance").asInt());
        assertEquals(5, farm.count("/account"));
    }

    @Test
    void repetitionHasALimit() throws Exception {
        client.get("/api/v1/account");
        for (int i = 0; i < 10; i++) {
            farm.failNext("/account", 503, "{\"title\":\"Away\",\"code\":\"UNAVAILABLE\",\"detail\":\"come back\"}");
        }
        FarmException failure = assertThrows(FarmException.class, () -> client.get("/api/v1/account"));
        assertEquals("Away: come back", failure.getMessage());
        assertEquals(5, farm.count("/account"));
    }

    @Test
    void aRefusalIsNotRepeatedAndSaysWhatAndWhy() {
        FarmException failure = assertThrows(FarmException.class, () -> client.get("/api/v1/nothing"));
        assertEquals("Not found: there is nothing at /api/v1/nothing", failure.getMessage());
        assertEquals(ErrorCode.NOT_FOUND, failure.code());
        assertEquals(1, farm.log().size());
    }

    @Test
    void whatMustHappenOnceIsSentOnce() throws Exception {
        client.get("/api/v1/account");
        farm.failNext("POST", 503, "");
        assertThrows(FarmException.class, () -> client.postUnrepeated("/api/v1/keys", Map.of("name", "x")));
        assertEquals(1, farm.count("POST"));
    }

    @Test
    void aLostAnswerToAPostWithAKeyIsAskedForAgain() throws Exception {
        farm.loseAnswer("POST /api/v1/jobs");
        assertEquals(
                FakeFarm.JOB,
                client.postOnce("/api/v1/jobs", Map.of("render", "x"))
                        .path("id")
                        .asText());
        assertEquals(2, farm.count("POST"));
    }

    @Test
    void theInferenceProtocolsErrorsAreReadToo() {
        farm.failNext("/account", 404, "{\"error\":{\"message\":\"no model x\",\"code\":\"model_not_found\"}}");
        FarmException openAi = assertThrows(FarmException.class, () -> client.get("/api/v1/account"));
        assertEquals("no model x", openAi.getMessage());
        assertEquals(ErrorCode.MODEL_NOT_FOUND, openAi.code());
        farm.failNext("/account", 400, "{\"error\":\"tensor a has the wrong shape\"}");
        FarmException openInference = assertThrows(FarmException.class, () -> client.get("/api/v1/account"));
        assertEquals("tensor a has the wrong shape", openInference.getMessage());
    }

    @Test
    void anAnswerThatIsNoJsonIsExplained() {
        farm.document("/api/v1/account", "<html>");
        FarmException failure = assertThrows(FarmException.class, () -> client.get("/api/v1/account"));
        assertTrue(failure.getMessage().contains("not JSON"), failure.getMessage());
    }

    @Test
    void aWrongAddressIsToldSoon() throws Exception {
        int port;
        try (ServerSocket probe = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = probe.getLocalPort();
        }
        RetryPolicy slow = new RetryPolicy(1000, Duration.ofMillis(5), Duration.ofMillis(5));
        try (FarmClient lost = new FarmClient(FarmAddress.of("http://127.0.0.1:" + port, "k"), slow)) {
            FarmException failure = assertThrows(FarmException.class, () -> lost.get("/api/v1/account"));
            assertTrue(failure.getMessage().contains("no farm answers at http://127.0.0.1:" + port));
        }
    }

    @Test
    void aDownloadAppearsWhenItIsComplete(@TempDir Path folder) throws Exception {
        byte[] content = {1, 2, 3};
        farm.output("a.png", content);
        Path target = folder.resolve("new folder/a.png");
        client.download("/api/v1/jobs/" + FakeFarm.JOB + "/outputs/a.png", target);
        assertArrayEquals(content, Files.readAllBytes(target));
    }

    @Test
    void aFailedDownloadLeavesNothing(@TempDir Path folder) throws Exception {
        FarmException failure = assertThrows(
                FarmException.class, () -> client.download("/api/v1/jobs/1/outputs/a.png", folder.resolve("a.png")));
        assertTrue(failure.getMessage().startsWith("Not found"), failure.getMessage());
        try (var left = Files.list(folder)) {
            assertEquals(List.of(), left.toList());
        }
    }

    @Test
    void pausesDoubleUpToTheLongestAndHonourTheFarmsWish() {
        RetryPolicy policy = new RetryPolicy(9, Duration.ofMillis(200), Duration.ofSeconds(5));
        assertEquals(Duration.ofMillis(200), policy.pause(1, Optional.empty()));
        assertEquals(Duration.ofMillis(800), policy.pause(3, Optional.empty()));
        assertEquals(Duration.ofSeconds(5), policy.pause(60, Optional.empty()));
        assertEquals(Duration.ofSeconds(2), policy.pause(1, Optional.of(2L)));
        assertEquals(Duration.ofSeconds(5), policy.pause(1, Optional.of(100_000L)));
    }

    @Test
    void anAddressIsAWebAddressAndItsKeyStaysSecret() {
        assertThrows(FarmException.class, () -> FarmAddress.of("ftp://x", "k"));
        assertThrows(FarmException.class, () -> FarmAddress.of("no address", "k"));
        FarmAddress address = FarmAddress.of("http://host:1/", "secret");
        assertEquals("http://host:1/a", address.resolve("/a").toString());
        assertFalse(address.toString().contains("secret"));
    }
}
