package farm.tilth.api.access;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.Json;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class KeyLimitsTest {
    static KeyLimits of(String json) {
        return Json.read(json, KeyLimits.class);
    }

    @Test
    void whatIsAbsentIsNotLimited() {
        assertEquals(KeyLimits.NONE, of("{}"));
        assertEquals("{}", Json.write(KeyLimits.NONE));
        assertEquals(Optional.of(5L), of("{\"callsPerDay\":5}").callsPerDay());
    }

    @Test
    void onlyQuotasNeedTheDatabase() {
        assertFalse(of("{\"callsPerMinute\":5,\"callsAtOnce\":9,\"tokensPerMinute\":7}")
                .hasQuota());
        for (String quota : List.of("callsPerDay", "tokensPerDay", "callsPerMonth", "tokensPerMonth")) {
            assertTrue(of("{\"" + quota + "\":0}").hasQuota(), quota);
        }
    }

    @Test
    void limitsThatMakeNoSenseAreRefused() {
        for (String wrong : List.of(
                "{\"callsPerMinute\":0}",
                "{\"tokensPerMinute\":-1}",
                "{\"callsPerDay\":-1}",
                "{\"tokensPerMonth\":1000000000001}",
                "{\"callsAtOnce\":5}",
                "{\"callsPerYear\":5}")) {
            assertThrows(RuntimeException.class, () -> of(wrong), wrong);
        }
    }
}
