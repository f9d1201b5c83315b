package farm.tilth.api.openinference;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;

import farm.tilth.api.FarmTestResource;
import farm.tilth.api.TestKeys;
import farm.tilth.api.inference.FakeModel;
import farm.tilth.api.inference.FakeWorkers;
import farm.tilth.api.inference.FakeWorkersProfile;
import farm.tilth.api.inference.InferenceTestBase;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The protocol's extensions for the repository, configuration and statistics. */
@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
@TestProfile(FakeWorkersProfile.class)
class RepositoryResourceTest extends InferenceTestBase {
    private static final String MODEL = "/v2/models/fake-doubler";
    private static final Map<String, Object> REQUEST = Map.of(
            "inputs",
            List.of(Map.of(
                    "name", "x", "shape", List.of(3, 2), "datatype", "FP32", "data", List.of(1, 2, 3, 4, 5, 6))));

    @BeforeEach
    void workersJoin() {
        workers.join(false, FakeWorkers.HONEST);
        workers.join(true, FakeWorkers.HONEST);
    }

    @Test
    void indexListsModelsWithTheirStates() {
        json().post("/v2/repository/index")
                .then()
                .statusCode(200)
                .body("name", hasItems("fake-doubler", "fake-echo", "fake-embedder", "fake-texts"))
                .body("find { it.name == 'fake-echo' }.state", equalTo("READY"))
                .body("version", hasItem(FakeModel.DOUBLER.version().hex()));
        workers.clear();
        json().body("{}")
                .post("/v2/repository/index")
                .then()
                .statusCode(200)
                .body("state", everyItem(equalTo("UNAVAILABLE")))
                .body("reason", everyItem(containsString("no worker")));
        json().body("{\"ready\":true}").post("/v2/repository/index").then().body("$", hasSize(0));
    }

    @Test
    void unloadedModelIsRefusedUntilItIsLoaded() {
        TestKeys.asFirst()
                .post("/v2/repository/models/fake-doubler/unload")
                .then()
                .statusCode(200);
        json().get(MODEL + "/ready").then().statusCode(404).body("error", containsString("not loaded"));
        json().body(REQUEST).post(MODEL + "/infer").then().statusCode(404).body("error", containsString("not loaded"));
        json().post("/v2/repository/index").then().body("find{it.name=='fake-doubler'}.reason", equalTo("unloaded"));
        TestKeys.asFirst()
                .body("{}")
                .post("/v2/repository/models/fake-doubler/load")
                .then()
                .statusCode(200);
        json().body(REQUEST).post(MODEL + "/infer").then().statusCode(200);
    }

    @Test
    void onlyOperatorsLoadAndOnlyWhatThereIs() {
        json().post("/v2/repository/models/fake-doubler/unload")
                .then()
                .statusCode(403)
                .body("error", containsString("OPERATOR"));
        TestKeys.asFirst()
                .post("/v2/repository/models/none/load")
                .then()
                .statusCode(404)
                .body("error", containsString("does not exist"));
    }

    @Test
    void configurationIsShown() {
        json().get(MODEL + "/config")
                .then()
                .statusCode(200)
                .body("name", equalTo("fake-doubler"))
                .body("platform", equalTo("onnxruntime_onnx"))
                .body("backend", equalTo("onnxruntime"))
                .body("max_batch_size", equalTo(32))
                .body("input[0].data_type", equalTo("TYPE_FP32"))
                .body("input[0].dims", equalTo(List.of(2)))
                .body("dynamic_batching.max_queue_delay_microseconds", greaterThan(0));
        json().get("/v2/models/fake-texts/versions/" + FakeModel.TEXTS.version().hex() + "/config")
                .then()
                .statusCode(200)
                .body("max_batch_size", equalTo(0))
                .body("output[0].data_type", equalTo("TYPE_STRING"))
                .body("output[0].dims", equalTo(List.of(-1)));
        json().get(MODEL + "/versions/1/config").then().statusCode(404);
    }

    @Test
    void statisticsCountRowsBatchesAndTime() {
        int before = json().get(MODEL + "/stats").then().extract().path("model_stats[0].inference_count");
        json().body(REQUEST).post(MODEL + "/infer").then().statusCode(200);
        json().get(MODEL + "/stats")
                .then()
                .statusCode(200)
                .body("model_stats[0].name", equalTo("fake-doubler"))
                .body("model_stats[0].inference_count", equalTo(before + 3))
                .body("model_stats[0].execution_count", greaterThan(0))
                .body("model_stats[0].inference_stats.success.ns.toLong()", greaterThan(0L))
                .body("model_stats[0].inference_stats.queue.count", greaterThan(0));
        json().get("/v2/models/stats")
                .then()
                .statusCode(200)
                .body("model_stats.name", hasItems("fake-doubler", "fake-texts"));
        json().get(MODEL + "/versions/1/stats").then().statusCode(404);
    }

    @Test
    void extensionsThatThereAreNotSaySo() {
        for (String path : List.of("/v2/trace/setting", "/v2/logging", "/v2/systemsharedmemory/status")) {
            json().get(path).then().statusCode(501).body("error", containsString("has no"));
        }
        json().post("/v2/cudasharedmemory/region/r/register").then().statusCode(501);
        json().get(MODEL + "/trace/setting").then().statusCode(501);
    }
}
