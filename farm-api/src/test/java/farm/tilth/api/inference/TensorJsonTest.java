package farm.tilth.api.inference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import com.fasterxml.jackson.core.JsonProcessingException;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.wire.Tensor;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

class TensorJsonTest {
    @Test
    void everyDatatypeIsReadLittleEndianAndWrittenBack() throws JsonProcessingException {
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
            {"FP64", "{}"}
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

    private static void check(String datatype, String data, String hex) throws JsonProcessingException {
        Tensor tensor = read(datatype, "[2]", data);
        assertEquals(hex, HexFormat.of().formatHex(tensor.getContent().toByteArray()), datatype);
        assertEquals(data, Json.MAPPER.writeValueAsString(TensorJson.data(tensor)), datatype);
    }

    private static Tensor read(String datatype, String shape, String data) throws JsonProcessingException {
        return TensorJson.read(
                Json.MAPPER.readTree("{\"name\":\"t\",\"datatype\":\"%s\",\"shape\":%s,\"data\":%s}"
                        .formatted(datatype, shape, data)),
                0);
    }
}
