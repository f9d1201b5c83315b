package farm.tilth.cli.client;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class UploaderTest {
    @TempDir
    private Path folder;

    private FakeFarm farm;
    private FarmClient client;
    private Path file;
    private byte[] content;

    @BeforeEach
    void start() throws IOException {
        farm = new FakeFarm();
        client = new FarmClient(farm.address(), FarmClientTest.QUICK);
        content = new byte[4321];
        new Random(7).nextBytes(content);
        file = Files.write(folder.resolve("scene.glb"), content);
    }

    @AfterEach
    void stop() {
        client.close();
        farm.close();
    }

    private Digest upload() throws InterruptedException {
        return new Uploader(client).upload(file, bytes -> {});
    }

    @Test
    void aFileArrivesInChunksAndProgressIsTold() throws Exception {
        List<Long> progress = new ArrayList<>();
        Digest digest = new Uploader(client).upload(file, progress::add);
        assertArrayEquals(content, farm.uploaded(digest));
        assertEquals(5, farm.count("PATCH"));
        assertEquals(List.of(0L, 1000L, 2000L, 3000L, 4000L, 4321L), progress);
    }

    @Test
    void aFileThatTheFarmHasIsNotSentAgain() throws Exception {
        upload();
        long sent = farm.count("PATCH");
        upload();
        assertEquals(sent, farm.count("PATCH"));
    }

    @Test
    void anUploadOfAnEarlierRunGoesOnWhereItBroke() throws Exception {
        farm.partialUpload(Digest.of(content), Arrays.copyOf(content, 3500), content.length);
        assertArrayEquals(content, farm.uploaded(upload()));
        assertEquals(1, farm.count("PATCH"));
    }

    @Test
    void aChunkWhoseAnswerIsLostIsNotSentTwice() throws Exception {
        farm.loseAnswer("PATCH");
        assertArrayEquals(content, farm.uploaded(upload()));
        assertEquals(5, farm.count("PATCH"));
    }

    @Test
    void aBrokenConnectionAndABusyFarmAreOutlasted() throws Exception {
        farm.failNext("PATCH", 0, "");
        farm.failNext("PATCH", 503, "");
        farm.failNext("PATCH", 409, "{\"detail\":\"the upload stands elsewhere\"}");
        assertArrayEquals(content, farm.uploaded(upload()));
    }

    @Test
    void anUploadThatMakesNoProgressEnds() {
        for (int i = 0; i < 20; i++) {
            farm.failNext("PATCH", 503, "");
        }
        FarmException failure = assertThrows(FarmException.class, this::upload);
        assertTrue(failure.getMessage().contains("makes no progress after byte 0"), failure.getMessage());
        assertEquals(FarmClientTest.QUICK.attempts(), farm.count("PATCH"));
    }

    @Test
    void aFileThatChangesMeanwhileIsRefused() {
        farm.failNext("PATCH", 422, "{\"title\":\"Wrong digest\",\"code\":\"INVALID_REQUEST\"}");
        FarmException failure = assertThrows(FarmException.class, this::upload);
        assertTrue(failure.getMessage().contains("changed while it was uploaded"), failure.getMessage());
    }

    @Test
    void aRefusalIsGivenInTheFarmsWords() {
        farm.failNext("POST /api/v1/uploads", 413, "{\"title\":\"Too large\",\"detail\":\"at most 4 GiB\"}");
        FarmException failure = assertThrows(FarmException.class, this::upload);
        assertEquals("Too large: at most 4 GiB", failure.getMessage());
    }

    @Test
    void aFileThatIsNotThereIsNamed() {
        file = folder.resolve("missing.glb");
        FarmException failure = assertThrows(FarmException.class, this::upload);
        assertTrue(failure.getMessage().contains("missing.glb"), failure.getMessage());
    }
}
