package farm.tilth.cli.client;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FarmTest {
    @TempDir
    private Path folder;

    private FakeFarm fake;
    private Farm farm;

    @BeforeEach
    void start() throws IOException {
        fake = new FakeFarm();
        farm = new Farm(new FarmClient(fake.address(), FarmClientTest.QUICK));
    }

    @AfterEach
    void stop() {
        farm.close();
        fake.close();
    }

    private SceneFolder scene() throws IOException {
        return SceneFolder.of(Files.writeString(folder.resolve("s.gltf"), "{\"asset\":{}}"));
    }

    @Test
    void aSceneIsUploadedAndInspected() throws Exception {
        assertEquals("scene-1", farm.uploadScene(scene(), line -> {}));
        assertEquals("s.gltf", fake.posted().getLast().path("main").asText());
    }

    @Test
    void aRefusedSceneSaysWhy() {
        fake.document(
                "/api/v1/scenes/scene-1",
                "{\"state\":\"REFUSED\",\"error\":{\"code\":\"INVALID_SCENE\",\"detail\":\"meshes[0] is empty\"}}");
        FarmException failure = assertThrows(FarmException.class, () -> farm.uploadScene(scene(), line -> {}));
        assertEquals("the scene was refused: meshes[0] is empty", failure.getMessage());
    }

    @Test
    void aJobIsFollowedThroughAnOutageToItsEnd() throws Exception {
        Job submitted = farm.submit(Json.MAPPER.createObjectNode().put("render", "x"));
        fake.failNext("GET /api/v1/jobs", 503, "");
        fake.failNext("GET /api/v1/jobs", 0, "");
        List<Job.State> seen = new ArrayList<>();
        Job job = farm.follow(submitted.id(), Duration.ofSeconds(20), state -> seen.add(state.state()));
        assertEquals(Job.State.COMPLETED, job.state());
        assertEquals(List.of(Job.State.RUNNING, Job.State.COMPLETED), seen);
    }

    @Test
    void aJobIsFollowedThroughALongerOutageThanARequestOutlasts() throws Exception {
        farm.submit(Json.MAPPER.createObjectNode().put("render", "x"));
        fake.endJobsAs("COMPLETED");
        AtomicBoolean first = new AtomicBoolean(true);
        Job job = farm.follow(FakeFarm.JOB, Duration.ofSeconds(20), state -> {
            if (first.getAndSet(false)) {
                for (int i = 0; i < 3 * FarmClientTest.QUICK.attempts(); i++) {
                    fake.failNext("GET /api/v1/jobs", 503, "");
                }
            }
        });
        assertEquals(Job.State.COMPLETED, job.state());
    }

    @Test
    void followingHasALimit() {
        FarmException failure =
                assertThrows(FarmException.class, () -> farm.follow(FakeFarm.JOB, Duration.ZERO, job -> {}));
        assertEquals(ErrorCode.DEADLINE_EXCEEDED, failure.code());
        assertTrue(failure.getMessage().contains("job watch " + FakeFarm.JOB));
    }

    @Test
    void aFailedJobGivesItsReason() throws Exception {
        fake.endJobsAs("FAILED");
        Job job = farm.follow(FakeFarm.JOB, Duration.ofSeconds(20), state -> {});
        FarmException failure = assertThrows(FarmException.class, () -> Farm.completed(job));
        assertTrue(failure.getMessage().endsWith("FAILED: texture 3 is broken"), failure.getMessage());
    }
}
