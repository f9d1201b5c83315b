package farm.tilth.api.openinference;

import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.api.FarmTestResource;
import farm.tilth.api.inference.ContentCoding;
import farm.tilth.api.inference.FakeModel;
import farm.tilth.api.inference.FakeWorkers;
import farm.tilth.api.inference.FakeWorkersProfile;
import farm.tilth.api.inference.InferenceTestBase;
import farm.tilth.protocol.Json;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.config.DecoderConfig;
import io.restassured.config.RestAssuredConfig;
import io.restassured.response.Response;
import io.restassured.specification.RequestSpecification;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The binary tensor extension, content codings, datatypes and classification, over HTTP. */
@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
@TestProfile(FakeWorkersProfile.class)
class InferRoutesTest extends InferenceTestBase {
    private static final String INFER = "/v2/models/fake-doubler/infer";
    private static final String LENGTH = "Inference-Header-Content-Length";
    /** Two elements of each datatype, in binary. */
    static final Map<String, String> ELEMENTS = Map.ofEntries(
            Map.entry("BOOL", "0100"),
            Map.entry("UINT8", "00ff"),
            Map.entry("UINT16", "0100ffff"),
            Map.entry("UINT32", "01000000ffffffff"),
            Map.entry("UINT64", "0100000000000000ffffffffffffffff"),
            Map.entry("INT8", "ff7f"),
            Map.entry("INT16", "feff0201"),
            Map.entry("INT32", "feffffff04030201"),
            Map.entry("INT64", "feffffffffffffff0807060504030201"),
            Map.entry("FP16", "003c00c1"),
            Map.entry("BF16", "803f20c0"),
            Map.entry("FP32", "0000803f000020c0"),
            Map.entry("FP64", "000000000000f03f00000000000004c0"),
            Map.entry("BYTES", "02000000616202000000c3a9"));

    @BeforeEach
    void workersJoin() {
        workers.join(false, FakeWorkers.HONEST);
        workers.join(true, FakeWorkers.HONEST);
    }

    @Test
    void binaryInputsAreAnsweredInBinary() throws IOException {
        String json = """
                {"id":"b","parameters":{"binary_data_output":true},
                 "inputs":[{"name":"x","shape":[1,2],"datatype":"FP32","parameters":{"binary_data_size":8}}]}""";
        Response response = post(json, floats(1.5f, -2));
        assertEquals("application/octet-stream", response.contentType());
        JsonNode header = header(response);
        assertEquals("b", header.path("id").asText());
        assertEquals(8, header.at("/outputs/0/parameters/binary_data_size").asInt());
        assertEquals(false, header.at("/outputs/0").has("data"));
        assertArrayEquals(floats(3, -4), tail(response));
    }

    @Test
    void eachOutputChoosesItsForm() {
        String inputs = "\"inputs\":[{\"name\":\"x\",\"shape\":[1,2],\"datatype\":\"FP32\",\"data\":[1,2]}]";
        json().body("{\"parameters\":{\"binary_data_output\":true},\"outputs\":[{\"name\":\"y\",\"parameters\":"
                        + "{\"binary_data\":false}}]," + inputs + "}")
                .post(INFER)
                .then()
                .statusCode(200)
                .contentType("application/json")
                .body("outputs[0].data", equalTo(List.of(2.0f, 4.0f)));
        Response binary = json().body(
                        "{\"outputs\":[{\"name\":\"y\",\"parameters\":{\"binary_data\":true}}]," + inputs + "}")
                .post(INFER);
        assertArrayEquals(floats(2, 4), tail(binary));
    }

    @Test
    void rawBodyIsTheOneInput() {
        Response response = bytes().header(LENGTH, 0).body(floats(1, 2, 3, 4)).post(INFER);
        assertEquals(200, response.statusCode());
        assertArrayEquals(floats(2, 4, 6, 8), tail(response));
        Response text = bytes().header(LENGTH, 0)
                .body("Grüße".getBytes(StandardCharsets.UTF_8))
                .post("/v2/models/fake-texts/infer");
        assertEquals("0700000047" + "72c3bcc39f65", HexFormat.of().formatHex(tail(text)));
        bytes().header(LENGTH, 0)
                .body(new byte[7])
                .post(INFER)
                .then()
                .statusCode(400)
                .body("error", equalTo("tensor 'x': its shape [-1, 2] takes a multiple of 8 bytes"));
        bytes().header(LENGTH, 0)
                .body(new byte[8])
                .post("/v2/models/fake-echo/infer")
                .then()
                .statusCode(400)
                .body("error", containsString("with one input"));
    }

    @Test
    void headerLengthIsChecked() {
        for (String wrong : List.of("-1", "x", "100000", "99999999999")) {
            bytes().header(LENGTH, wrong)
                    .body(new byte[8])
                    .post(INFER)
                    .then()
                    .statusCode(400)
                    .body("error", containsString("must be the length of the JSON"));
        }
    }

    @Test
    void everyDatatypeComesBackInBinary() {
        StringBuilder json = new StringBuilder("{\"parameters\":{\"binary_data_output\":true},\"inputs\":[");
        StringBuilder binary = new StringBuilder();
        ELEMENTS.forEach((type, hex) -> {
            json.append(binary.isEmpty() ? "" : ",")
                    .append(
                            "{\"name\":\"in_%s\",\"datatype\":\"%s\",\"shape\":[1,2],\"parameters\":{\"binary_data_size\":%d}}"
                                    .formatted(type, type, hex.length() / 2));
            binary.append(hex);
        });
        byte[] text = json.append("]}").toString().getBytes(StandardCharsets.UTF_8);
        Response response = bytes().header(LENGTH, text.length)
                .body(concat(text, HexFormat.of().parseHex(binary)))
                .post("/v2/models/fake-echo/infer");
        assertEquals(200, response.statusCode(), () -> response.asString());
        StringBuilder expected = new StringBuilder();
        FakeModel.ECHO.outputs().forEach(output -> expected.append(ELEMENTS.get(output.datatype())));
        assertEquals(expected.toString(), HexFormat.of().formatHex(tail(response)));
    }

    @Test
    void packedBodiesAreReadAndWritten() throws IOException {
        int rows = 300;
        byte[] json = ("{\"inputs\":[{\"name\":\"x\",\"shape\":[" + rows + ",2],\"datatype\":\"FP32\",\"data\":"
                        + Arrays.toString(new int[2 * rows]) + "}]}")
                .getBytes(StandardCharsets.UTF_8);
        for (ContentCoding coding : ContentCoding.values()) {
            Response response = bytes().config(undecoded())
                    .header("Content-Encoding", coding.header())
                    .header("Accept-Encoding", "br, " + coding.header())
                    .body(coding.encode(json))
                    .post(INFER);
            assertEquals(200, response.statusCode());
            assertEquals(coding.header(), response.header("Content-Encoding"));
            InputStream packed = new ByteArrayInputStream(response.asByteArray());
            InputStream plain =
                    coding == ContentCoding.GZIP ? new GZIPInputStream(packed) : new InflaterInputStream(packed);
            assertEquals(
                    2 * rows, Json.MAPPER.readTree(plain).at("/outputs/0/data").size());
        }
    }

    @Test
    void packedBodiesAreBounded() {
        byte[] bomb = ContentCoding.GZIP.encode(new byte[10_000_000]);
        bytes().header("Content-Encoding", "gzip")
                .body(bomb)
                .post(INFER)
                .then()
                .statusCode(413)
                .body("error", containsString("when it is unpacked"));
        bytes().header("Content-Encoding", "gzip")
                .body(new byte[] {1, 2, 3})
                .post(INFER)
                .then()
                .statusCode(400)
                .body("error", containsString("not gzip"));
        bytes().header("Content-Encoding", "br")
                .body(new byte[] {1, 2, 3})
                .post(INFER)
                .then()
                .statusCode(400)
                .body("error", containsString("Content-Encoding must be"));
    }

    @Test
    void classesAreTheHighestValuesOfEachRow() {
        String inputs = "\"inputs\":[{\"name\":\"x\",\"shape\":[2,2],\"datatype\":\"FP32\",\"data\":[1,2,-3,-4.25]}]";
        json().body("{\"outputs\":[{\"name\":\"y\",\"parameters\":{\"classification\":1}}]," + inputs + "}")
                .post(INFER)
                .then()
                .statusCode(200)
                .body("outputs[0].datatype", equalTo("BYTES"))
                .body("outputs[0].shape", equalTo(List.of(2, 1)))
                .body("outputs[0].data", equalTo(List.of("4.000000:1", "-6.000000:0")));
        json().body("{\"outputs\":[{\"name\":\"y\",\"parameters\":{\"classification\":9}}]," + inputs + "}")
                .post(INFER)
                .then()
                .statusCode(200)
                .body("outputs[0].data", hasSize(4))
                .body("outputs[0].data[3]", equalTo("-8.500000:1"));
    }

    private RequestSpecification bytes() {
        return json().contentType("application/octet-stream");
    }

    private static RestAssuredConfig undecoded() {
        return RestAssuredConfig.config()
                .decoderConfig(DecoderConfig.decoderConfig().noContentDecoders());
    }

    private Response post(String json, byte[] binary) {
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        Response response =
                bytes().header(LENGTH, text.length).body(concat(text, binary)).post(INFER);
        assertEquals(200, response.statusCode(), () -> response.asString());
        return response;
    }

    private static JsonNode header(Response response) throws IOException {
        return Json.MAPPER.readTree(Arrays.copyOf(response.asByteArray(), Integer.parseInt(response.header(LENGTH))));
    }

    private static byte[] tail(Response response) {
        byte[] body = response.asByteArray();
        return Arrays.copyOfRange(body, Integer.parseInt(response.header(LENGTH)), body.length);
    }

    private static byte[] floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return bytes.array();
    }

    private static byte[] concat(byte[] a, byte[] b) {
        byte[] both = Arrays.copyOf(a, a.length + b.length);
        System.arraycopy(b, 0, both, a.length, b.length);
        return both;
    }
}
