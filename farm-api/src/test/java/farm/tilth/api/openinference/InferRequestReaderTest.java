package farm.tilth.api.openinference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.core.JsonGenerator;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.wire.Tensor;
import java.io.IOException;
import java.io.StringWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class InferRequestReaderTest {
    @Test
    void everyDatatypeIsReadLittleEndianAndWrittenBack() throws IOException {
        check("BOOL", "[true,false]", "0100");
        check("UINT8", "[0,255]", "00ff");
        check("UINT16", "[1,65535]", "0100ffff");
        check("UINT32", "[1,4294967295]", "01000000ffffffff");
        check("UINT64", "[1,18446744073709551615]", "0100000000000000ffffffffffffffff");
        check("INT8", "[-1,127]", "ff7f");
        check("INT16", "[-2,258]", "feff0201");
        check("INT32", "[-2,16909060]", "feffffff04030201");
        check("INT64", "[-2,72623859790382856]", "feffffffffffffff0807060504030201");
        check("FP16", "[1.0,-2.5]", "003c00c1");
        check("FP32", "[1.0,-2.5]", "0000803f000020c0");
        check("FP64", "[1.0,-2.5]", "000000000000f03f00000000000004c0");
        check("BYTES", "[\"ab\",\"é\"]", "0200000061620200000" + "0c3a9");
    }

    @Test
    void elementsOutOfRangeAreNamed() {
        for (String[] wrong : new String[][] {
            {"UINT8", "256"},
            {"UINT8", "-1"},
            {"INT64", "9223372036854775808"},
            {"UINT64", "18446744073709551616"},
            {"UINT64", "-1"},
            {"INT32", "1.5"},
            {"BOOL", "2"},
            {"FP32", "null"},
            {"BYTES", "7"},
            {"FP64", "true"}
        }) {
            FarmException e = assertThrows(FarmException.class, () -> read(wrong[0], "[1]", "[" + wrong[1] + "]"));
            assertEquals("tensor 't': element 0 is " + wrong[1] + ", which is no " + wrong[0], e.getMessage());
        }
    }

    @Test
    void bf16HasNoJson() {
        assertThrows(FarmException.class, () -> read("BF16", "[1]", "[1]"));
    }

    @Test
    void deepNestsAndLongListsAreRefused() {
        assertThrows(FarmException.class, () -> read("INT8", "[1]", "[".repeat(20) + "1" + "]".repeat(20)));
        assertThrows(FarmException.class, () -> read("INT8", "[2]", "[1,2,3]"));
        assertThrows(FarmException.class, () -> read("INT8", "[1152921504606846976,1152921504606846976]", "[1]"));
        assertThrows(FarmException.class, () -> read("INT8", "7", "[1]"));
        assertThrows(FarmException.class, () -> read("INT8", "[1.5]", "[1]"));
    }

    @Test
    void fieldsComeInAnyOrder() {
        InferRequest request = parse("""
                {"outputs":[{"parameters":{"classification":2,"binary_data":true},"name":"y"}],
                 "inputs":[{"data":[[1],[2]],"extra":{"data":[9]},"datatype":"INT8","parameters":{},"shape":[2,1],
                 "name":"é"}],
                 "other":[{}],"parameters":{"timeout":"1500","priority":7,"binary_data_output":true},"id":"a"}""");
        assertEquals(Optional.of("a"), request.id());
        assertEquals("é", request.inputs().getFirst().getName());
        assertEquals("0102", hex(request.inputs().getFirst()));
        assertEquals(List.of(new RequestedOutput("y", Optional.of(true), 2)), request.outputs());
        assertEquals(Optional.of(Duration.ofNanos(1_500_000)), request.terms().deadline());
        assertEquals(7, request.terms().priority());
        assertTrue(request.binaryOutputs());
    }

    @Test
    void binaryInputsFollowTheJsonInTheirOrder() {
        String json = """
                {"inputs":[
                {"name":"a","shape":[2],"datatype":"BF16","parameters":{"binary_data_size":4}},
                {"name":"b","shape":[1],"datatype":"INT8","data":[7]},
                {"name":"c","shape":[2],"datatype":"BYTES","parameters":{"binary_data_size":10}}]}""";
        byte[] binary = HexFormat.of().parseHex("803f0040" + "0200000061620000" + "0000");
        List<Tensor> inputs = parse(json, binary).inputs();
        assertEquals("803f0040", hex(inputs.get(0)));
        assertEquals("07", hex(inputs.get(1)));
        assertEquals("02000000616200000000", hex(inputs.get(2)));
    }

    @Test
    void binaryInputsThatDoNotFitAreNamed() {
        refuseBinary(
                "INT32",
                4,
                "00000000" + "00",
                "the body has 5 bytes behind its JSON; binary_data_size of the" + " inputs adds up to 4");
        refuseBinary("INT32", 8, "00000000", "tensor 't': binary_data_size is 8; the body has only 4 left");
        refuseBinary("INT32", 3, "000000", "tensor 't': its data has 3 bytes; 1 elements of INT32 need 4");
        refuseBinary(
                "BYTES",
                4,
                "ffffffff",
                "tensor 't': element 0 is cut short; each one is a length of 4 bytes"
                        + " (little-endian) and that many bytes");
        refuseBinary(
                "BYTES",
                3,
                "000000",
                "tensor 't': element 0 is cut short; each one is a length of 4 bytes"
                        + " (little-endian) and that many bytes");
        refuseBinary("BYTES", 8, "0000000000000000", "tensor 't': its data has 2 elements; its shape needs 1");
        refuse("""
                {"inputs":[{"name":"t","shape":[1],"datatype":"INT8","data":[1],"parameters":{"binary_data_size":1}}]}\
                """, "tensor 't': it has both data and binary_data_size");
        refuse("""
                {"inputs":[{"name":"t","shape":[1],"datatype":"INT8","parameters":{"binary_data_size":-1}}]}\
                """, "tensor 't': binary_data_size must be a whole number of at least 0");
        refuse("""
                {"inputs":[{"name":"t","shape":[1],"datatype":"INT8","parameters":{"shared_memory_region":"r"}}]}\
                """, "tensor 't': this server has no shared memory; send the data");
    }

    @Test
    void whatIsNoRequestIsRefused() {
        refuse("[]", "the body must be a JSON object");
        refuse("", "the body must be a JSON object");
        refuse("{} {}", "the body goes on after its JSON object");
        refuse("{\"id\":7}", "id is not a string");
        refuse("{\"inputs\":{}}", "inputs must be a list of 1 to 64 tensors");
        refuse("{\"inputs\":[1]}", "inputs must be a list of 1 to 64 tensors");
        refuse("{\"outputs\":[{}]}", "outputs must be a list of at most 64 objects with a name");
        refuse("{\"outputs\":7}", "outputs must be a list of objects with a name");
        refuse(
                "{\"inputs\":[{\"name\":\"t\",\"shape\":[0],\"datatype\":\"INT8\",\"data\":[]}],"
                        + "\"parameters\":{\"timeout\":-1}}",
                "parameters.timeout must be a whole number of at least 0");
    }

    @Test
    void shapeThatPromisesMuchCostsNothing() {
        FarmException e = assertThrows(FarmException.class, () -> read("FP64", "[67108864]", "[1]"));
        assertEquals("tensor 't': its data has 1 elements; shape [67108864] needs 67108864", e.getMessage());
    }

    private static void check(String datatype, String data, String hex) throws IOException {
        Tensor tensor = read(datatype, "[2]", data);
        assertEquals(hex, hex(tensor), datatype);
        StringWriter written = new StringWriter();
        try (JsonGenerator json = Json.MAPPER.getFactory().createGenerator(written)) {
            ElementWriter.write(tensor, json);
        }
        assertEquals(data, written.toString(), datatype);
    }

    private static String hex(Tensor tensor) {
        return HexFormat.of().formatHex(tensor.getContent().toByteArray());
    }

    private static Tensor read(String datatype, String shape, String data) {
        return parse("{\"inputs\":[{\"name\":\"t\",\"datatype\":\"%s\",\"shape\":%s,\"data\":%s}]}"
                        .formatted(datatype, shape, data))
                .inputs()
                .getFirst();
    }

    private static InferRequest parse(String json, byte... binary) {
        byte[] text = json.getBytes(StandardCharsets.UTF_8);
        byte[] body = Arrays.copyOf(text, text.length + binary.length);
        System.arraycopy(binary, 0, body, text.length, binary.length);
        return InferRequestReader.read(body, text.length);
    }

    private static void refuse(String json, String message) {
        assertEquals(
                message, assertThrows(FarmException.class, () -> parse(json)).getMessage());
    }

    private static void refuseBinary(String datatype, int size, String hex, String message) {
        String json =
                "{\"inputs\":[{\"name\":\"t\",\"shape\":[1],\"datatype\":\"%s\",\"parameters\":{\"binary_data_size\":%d}}]}"
                        .formatted(datatype, size);
        assertEquals(
                message,
                assertThrows(
                                FarmException.class,
                                () -> parse(json, HexFormat.of().parseHex(hex)))
                        .getMessage());
    }
}
