package farm.tilth.api.job;

import static farm.tilth.api.TestKeys.as;
import static farm.tilth.api.TestKeys.asFirst;
import static farm.tilth.api.TestKeys.first;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.FarmTestResource;
import farm.tilth.api.pay.Payments;
import farm.tilth.api.upload.Scene;
import farm.tilth.api.upload.Scenes;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.result.ReceiptCheck;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.JobId;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.path.json.JsonPath;
import jakarta.inject.Inject;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
class JobFlowTest {
    private static final long RICH = 1_000_000_000;

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    @Inject
    PostgresJobs jobs;

    @Inject
    JobSteps steps;

    @Inject
    Payments payments;

    @Inject
    Scenes scenes;

    @Inject
    Admission admission;

    private FakeWorker trusted;
    private FakeWorker worker;
    private String key;

    @BeforeEach
    void connect() throws IOException {
        key = TestJobs.account("artist", RICH);
        trusted = FakeWorker.startTrusted(first());
        worker = FakeWorker.start(key, FakeExecutor.renderer());
    }

    @AfterEach
    void disconnect() throws IOException {
        worker.close();
        trusted.close();
        assertEquals(0, TestJobs.sumOfPostings());
    }

    @Test
    void jobGoesThroughAllStepsAndItsReceiptVerifies() {
        String scene = TestJobs.readyScene(key);
        String id = TestJobs.submit(key, TestJobs.order(scene, ""));
        JsonPath job = TestJobs.ended(key, id);
        assertEquals("COMPLETED", job.getString("state"));
        assertEquals(16, job.getInt("tasks.accepted"));
        assertEquals(List.of("frame-0000.png"), job.getList("outputs.name"));

        Receipt receipt = TestJobs.receipt(key, id);
        assertEquals(List.of(), ReceiptCheck.findings(receipt));
        assertEquals(16, receipt.tasks().size());
        Receipt.Totals totals = receipt.totals();
        assertEquals(totals.held(), totals.paid() + totals.fees() + totals.refunded());
        assertEquals(RICH - totals.paid() - totals.fees(), TestJobs.balance(key));
        asFirst().get("/api/v1/workers").then().body("find { it.id == '" + worker.id() + "' }.earned", equalTo((int)
                totals.paid()));
    }

    @Test
    void animationIsAssembledFrameByFrameAndThenAsVideo() {
        String id = TestJobs.submit(
                key,
                TestJobs.order(
                        TestJobs.readyScene(key), ",\"frames\":{\"first\":1,\"last\":3,\"framesPerSecond\":24}"));
        JsonPath job = TestJobs.ended(key, id);
        assertEquals("COMPLETED", job.getString("state"));
        assertEquals(
                List.of("frame-0001.png", "frame-0002.png", "frame-0003.png", "video.mp4"),
                job.getList("outputs.name"));
        assertEquals(3, job.getList("content").size());
        assertEquals(List.of(), ReceiptCheck.findings(TestJobs.receipt(key, id)));
    }

    @Test
    void outputsAndTaskResultsAreServedWholeAndInPart() {
        String id = TestJobs.submit(key, TestJobs.order(TestJobs.readyScene(key), ",\"tile\":32"));
        TestJobs.ended(key, id);
        String output = "/api/v1/jobs/" + id + "/outputs/frame-0000.png";
        as(key).get(output)
                .then()
                .statusCode(200)
                .contentType("image/png")
                .header("Content-Disposition", containsString("frame-0000.png"))
                .body(containsString("picture of"));
        as(key).header("Range", "bytes=0-6").get(output).then().statusCode(206).body(equalTo("picture"));
        byte[] result = as(key).get("/api/v1/jobs/" + id + "/tasks/0/result")
                .then()
                .statusCode(200)
                .extract()
                .asByteArray();
        assertEquals(64, ResultFile.parse(result).blocks().size());
        as(key).get("/api/v1/jobs/" + id + "/tasks")
                .then()
                .body("size()", equalTo(1))
                .body("[0].state", equalTo("ACCEPTED"))
                .body("[0].spec.type", equalTo("renderTile"))
                .body("[0].workUnits", equalTo(32 * 32 * 4 * FakeRendering.RAYS_PER_SAMPLE));
        as(key).get("/api/v1/jobs/" + id + "/outputs/other.png").then().statusCode(404);
        as(key).get("/api/v1/jobs/" + id + "/tasks/1/result").then().statusCode(404);
    }

    @Test
    void eventsEndWithTheJobAndTellItsTasksAndOutputs() {
        String id = TestJobs.submit(key, TestJobs.order(TestJobs.readyScene(key), ""));
        String events = as(key).get("/api/v1/jobs/" + id + "/events")
                .then()
                .statusCode(200)
                .contentType("text/event-stream")
                .extract()
                .asString();
        assertTrue(events.contains("event:job") || events.contains("event: job"), events);
        assertTrue(events.contains("frame-0000.png"), events);
        assertTrue(events.contains("COMPLETED"), events);
    }

    @Test
    void othersSeeNothingOfAJob() {
        String id = TestJobs.submit(key, TestJobs.order(TestJobs.readyScene(key), ""));
        TestJobs.ended(key, id);
        String other = TestJobs.account("other", 0);
        for (String path : List.of("", "/tasks", "/receipt", "/outputs/frame-0000.png", "/tasks/0/result")) {
            as(other).get("/api/v1/jobs/" + id + path).then().statusCode(404).body("code", equalTo("NOT_FOUND"));
        }
        as(other).post("/api/v1/jobs/" + id + "/cancel").then().statusCode(404);
        as(other).get("/api/v1/jobs").then().body("size()", equalTo(0));
        as(key).get("/api/v1/jobs").then().body("[0].id", equalTo(id));
        as(other).get("/api/v1/ledger/statement?all=true").then().statusCode(403);
    }

    @Test
    void endedJobCannotBeCanceled() {
        String id = TestJobs.submit(key, TestJobs.order(TestJobs.readyScene(key), ""));
        TestJobs.ended(key, id);
        as(key).post("/api/v1/jobs/" + id + "/cancel").then().statusCode(409).body("code", equalTo("CONFLICT"));
    }

    @Test
    void jobThatWasStoredButNeverSplitGoesOn() {
        Scene scene = scene();
        PostgresJobs.NewJob job = order(scene);
        assertTrue(jobs.insert(job).await().atMost(PATIENCE));
        payments.hold(job.id(), job.account(), job.held());
        steps.look(job.id()); // as a farm does that died before it could say that the price is held
        Await.until(() -> as(key).get("/api/v1/jobs/" + job.id()).statusCode(), status -> status == 200);
        assertEquals("COMPLETED", TestJobs.ended(key, job.id().toString()).getString("state"));
    }

    @Test
    void jobThatWasDecidedButNotSettledIsSettledOnce() {
        PostgresJobs.NewJob job = order(scene());
        jobs.insert(job).await().atMost(PATIENCE);
        payments.hold(job.id(), job.account(), job.held());
        jobs.funded(job.id()).await().atMost(PATIENCE);
        jobs.end(job.id(), JobState.CANCELED, Optional.empty()).await().atMost(PATIENCE);
        steps.look(job.id());
        steps.look(job.id());
        assertEquals("CANCELED", TestJobs.ended(key, job.id().toString()).getString("state"));
        assertEquals(RICH, TestJobs.balance(key));
        assertEquals(
                List.of(), ReceiptCheck.findings(TestJobs.receipt(key, job.id().toString())));
    }

    private Scene scene() {
        return scenes.find(account(), UUID.fromString(TestJobs.readyScene(key)))
                .await()
                .atMost(PATIENCE)
                .orElseThrow();
    }

    private UUID account() {
        return UUID.fromString(as(key).get("/api/v1/account").then().extract().path("id"));
    }

    private PostgresJobs.NewJob order(Scene scene) {
        RenderRequest request = Json.read(
                "{\"scene\":\"" + scene.id() + "\",\"width\":32,\"height\":32,\"tile\":8,\"samples\":1}",
                RenderRequest.class);
        Admission.Admitted admitted = admission.admit(scene.account(), request);
        return new PostgresJobs.NewJob(
                new JobId(UUID.randomUUID()),
                scene.account(),
                admitted.order(),
                Json.write(request),
                Digest.ofText("hash"),
                admitted.prices(),
                admitted.quote().ceiling(),
                Optional.empty());
    }
}
