package farm.tilth.api.job;

import static farm.tilth.api.TestKeys.as;
import static farm.tilth.api.TestKeys.asFirst;
import static farm.tilth.api.TestKeys.first;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.FarmTestResource;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.result.ReceiptCheck;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.TaskSpec.RunModel;
import farm.tilth.protocol.worker.TaskContext;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.restassured.http.ContentType;
import io.restassured.path.json.JsonPath;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Render jobs whose frames go through models: order, streaming, verification, price and receipt. */
@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
class StepFlowTest {
    private static final long RICH = 1_000_000_000;
    private static final String BOTH = ",\"steps\":[{\"model\":\"step-denoiser\"},"
            + "{\"model\":\"step-upscaler\",\"space\":\"SRGB\",\"tile\":24,\"overlap\":8}]";

    private final List<FakeWorker> workers = new ArrayList<>();
    private final CountDownLatch firstStep = new CountDownLatch(1);
    private String key;
    private String scene;

    @BeforeEach
    void connect() throws IOException {
        key = TestJobs.account("artist", RICH);
        workers.add(FakeWorker.startTrusted(first()));
        workers.add(FakeWorker.startTrusted(first(), List.of(new FakeSteps(true, true, firstStep))));
        scene = TestJobs.readyScene(key);
    }

    @AfterEach
    void disconnect() throws IOException {
        for (FakeWorker worker : workers) {
            worker.close();
        }
        assertEquals(0, TestJobs.sumOfPostings());
    }

    private FakeWorker models(boolean honest) throws IOException {
        FakeWorker worker = FakeWorker.start(key, new FakeSteps(false, honest, firstStep));
        workers.add(worker);
        return worker;
    }

    /** Renders the last frame only when a model has gone over another one. */
    private void renderersThatWaitForModels(int lastFrame) throws IOException {
        workers.add(FakeWorker.start(key, new FakeExecutor(FakeExecutor.ENGINE, "renderTile") {
            @Override
            public ResultFile execute(TaskSpec spec, TaskContext context) throws InterruptedException {
                TaskSpec.RenderTile tile = (TaskSpec.RenderTile) spec;
                if (tile.frame() == lastFrame && !firstStep.await(30, TimeUnit.SECONDS)) {
                    throw new FarmException(ErrorCode.INVALID_SCENE, "no model was run before the last frame");
                }
                return super.execute(spec, context);
            }
        }));
    }

    @Test
    void framesGoThroughTheirModelsWhileOthersAreRendered() throws IOException {
        models(true);
        renderersThatWaitForModels(3);
        String id = TestJobs.submit(
                key, TestJobs.order(scene, BOTH + ",\"frames\":{\"first\":1,\"last\":3,\"framesPerSecond\":24}"));
        assertEquals(
                3 * 16 + 3 * 2, TestJobs.job(key, id).getInt("tasks.total"), "models' tasks count before they are");
        JsonPath job = TestJobs.ended(key, id);
        assertEquals("COMPLETED", job.getString("state"), job.getString("error.detail"));
        assertEquals(
                List.of("frame-0001.png", "frame-0002.png", "frame-0003.png", "video.mp4"),
                job.getList("outputs.name"));
        assertEquals(3 * 16 + 3 * 2, job.getInt("tasks.accepted"));
        assertEquals(3, job.getList("content").size());
        checkReceipt(TestJobs.receipt(key, id));
    }

    private void checkReceipt(Receipt receipt) {
        assertEquals(List.of(), ReceiptCheck.findings(receipt));
        List<Receipt.PaidTask> steps = receipt.tasks().stream()
                .filter(task -> task.spec() instanceof RunModel)
                .toList();
        assertEquals(6, steps.size());
        for (Receipt.PaidTask task : steps) {
            RunModel step = (RunModel) task.spec();
            // 3 channels of 32 × 32 pixels; or four tiles of 24 × 24 pixels, extended to 32 × 32
            long units = step.step() == 0 ? 3_000_000 : 4 * 3_000_000;
            assertEquals(units, task.workUnits());
            long price = receipt.prices().perMillionModelUnits().orElseThrow() * units / 1_000_000;
            assertEquals(
                    price,
                    task.payments().stream().mapToLong(Receipt.Payment::amount).sum());
        }
        assertEquals(RICH - receipt.totals().paid() - receipt.totals().fees(), TestJobs.balance(key));
        Receipt cheaper = withModelPrice(receipt, 0);
        assertTrue(!ReceiptCheck.findings(cheaper).isEmpty(), "another price of the models is another receipt");
    }

    private static Receipt withModelPrice(Receipt r, long price) {
        Receipt.Prices prices =
                new Receipt.Prices(r.prices().perMillionUnits(), r.prices().feeBasisPoints(), Optional.of(price));
        return new Receipt(
                r.format(),
                r.job(),
                r.plan(),
                r.farmKey(),
                r.issuedAt(),
                prices,
                r.totals(),
                r.tasks(),
                r.epochs(),
                r.outputs(),
                r.signature());
    }

    @Test
    void quoteCoversRenderingAndModels() {
        String order = TestJobs.order(scene, "");
        long without = quote(order).getLong("ceiling");
        JsonPath with = quote(TestJobs.order(scene, BOTH));
        assertEquals(15_000_000, with.getLong("modelWorkUnits"));
        assertEquals(without + 15, with.getLong("ceiling"));
        assertEquals(16 + 2, with.getInt("tasks"));
        JsonPath denoised =
                quote(TestJobs.order(scene, ",\"denoiser\":{\"type\":\"model\",\"name\":\"step-denoiser\"}"));
        assertEquals(3_000_000, denoised.getLong("modelWorkUnits"), "a denoising model is a step, too");
        JsonPath squares = quote(TestJobs.order(scene, ",\"steps\":[{\"model\":\"step-square\"}]"));
        assertEquals(
                4 * 2_000_000, squares.getLong("modelWorkUnits"), "four tiles of the only size that the model takes");
    }

    private JsonPath quote(String order) {
        return as(key).contentType(ContentType.JSON)
                .body(order.substring("{\"render\":".length(), order.length() - 1))
                .post("/api/v1/quotes")
                .then()
                .statusCode(200)
                .extract()
                .jsonPath();
    }

    @Test
    void resultThatNoModelGaveIsFoundOutAndComputedAgain() throws Exception {
        FakeWorker liar = models(false);
        workers.add(FakeWorker.start(key, FakeExecutor.renderer()));
        String id = TestJobs.submit(key, TestJobs.order(scene, BOTH));
        assertTrue(liar.end().get(30, TimeUnit.SECONDS).isPresent(), "the liar was sent away");
        models(true);
        assertEquals("COMPLETED", TestJobs.ended(key, id).getString("state"));
        Receipt receipt = TestJobs.receipt(key, id);
        assertEquals(List.of(), ReceiptCheck.findings(receipt));
        assertTrue(receipt.tasks().stream().noneMatch(task -> task.worker().equals(liar.id())), "it was not paid");
    }

    @Test
    void jobThatIsCancelledBetweenItsStepsPaysForWhatWasDone() throws IOException {
        workers.add(FakeWorker.start(key, FakeExecutor.renderer()));
        String id = TestJobs.submit(key, TestJobs.order(scene, BOTH));
        Await.until(() -> TestJobs.job(key, id), job -> job.getInt("tasks.accepted") == 16);
        assertEquals(2, TestJobs.job(key, id).getInt("tasks.queued"));
        as(key).post("/api/v1/jobs/" + id + "/cancel").then().statusCode(200);
        JsonPath job = TestJobs.ended(key, id);
        assertEquals("CANCELED", job.getString("state"));
        assertEquals(16, TestJobs.receipt(key, id).tasks().size());
        assertTrue(job.getLong("price.refunded") > 0);
    }

    @Test
    void stepsThatDoNotFitAreRefusedWithWhatWasExpected() {
        refused("{\"model\":\"nothing\"}", 404, "render.steps[0].model: there is no model 'nothing'; there is");
        refused("{\"model\":\"step-classifier\"}", 400, "does not turn pictures into pictures. A step takes a model");
        refused("{\"model\":\"step-guided\",\"inputs\":{\"z\":\"COLOR\"}}", 400, "no input 'z'; it has [x]");
        refused("{\"model\":\"step-guided\",\"inputs\":{\"x\":\"COLOR\"}}", 400, "'x' has 9 channels, [COLOR] are 3");
        refused("{\"model\":\"step-guided\",\"inputs\":{\"x\":\"DEPTH\"}}", 400, "[COLOR, ALBEDO, NORMAL]");
        refused("{\"model\":\"step-square\",\"tile\":64}", 400, "the model takes tiles of 24 pixels alone");
        refused("{\"model\":\"step-upscaler\",\"tile\":8}", 400, "from 16 to 4096 pixels");
        refused("{\"model\":\"step-upscaler\",\"tile\":32,\"overlap\":20}", 400, "the overlap of a step is 20");
        refused("{\"model\":\"step-upscaler\"},{\"model\":\"step-guided\"}", 400, "before the one that enlarges it");
        refused(
                "{\"model\":\"step-upscaler\",\"space\":\"SRGB\"},{\"model\":\"step-upscaler\"}",
                400,
                "render.steps[1].space: a step of linear colours cannot follow one of SRGB");
        String eight = "{\"model\":\"step-upscaler\"},".repeat(8);
        refused(eight + "{\"model\":\"step-upscaler\"}", 413, "at most 8 steps");
        refused(
                eight.substring(0, eight.length() - 1),
                413,
                "render.steps[7]: the frame would have 8192 × 8192 pixels");
    }

    @Test
    void modelThatAnOperatorTookOutOfServiceIsRefused() {
        String model = "/v2/repository/models/step-square/";
        asFirst()
                .contentType(ContentType.JSON)
                .body("{}")
                .post(model + "unload")
                .then()
                .statusCode(200);
        refused("{\"model\":\"step-square\"}", 404, "the model 'step-square' is not loaded");
        asFirst()
                .contentType(ContentType.JSON)
                .body("{}")
                .post(model + "load")
                .then()
                .statusCode(200);
    }

    private void refused(String steps, int status, String text) {
        TestJobs.post(key, TestJobs.order(scene, ",\"steps\":[" + steps + "]"))
                .statusCode(status)
                .body("detail", containsString(text));
        as(key).get("/api/v1/jobs").then().body("size()", equalTo(0));
    }
}
