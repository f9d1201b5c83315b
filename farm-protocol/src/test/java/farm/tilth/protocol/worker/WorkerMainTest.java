package farm.tilth.protocol.worker;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.FarmException;
import java.net.URI;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkerMainTest {
    private static final Map<String, String> KEY = Map.of("TILTH_KEY", " tk_secret ");

    @Test
    void argumentsBecomeTheConfiguration() {
        WorkerConfig config = WorkerMain.parse(
                List.of("--farm", "http://127.0.0.1:8080/", "--data", "d", "--trusted", "--threads", "3"), KEY);
        assertEquals(URI.create("http://127.0.0.1:8080"), config.farm());
        assertEquals("tk_secret", config.key());
        assertTrue(config.trusted());
        assertEquals(3, config.threads());
    }

    @Test
    void theKeyIsNotInTheConfigurationsText() {
        WorkerConfig config = WorkerMain.parse(List.of("--farm", "http://h", "--data", "d"), KEY);
        assertFalse(config.toString().contains("tk_secret"));
    }

    @Test
    void whatIsMissingOrWrongIsNamed() {
        String[][] cases = {
            {"--farm", "http://h", "TILTH_KEY"},
            {"--wrong", "", "--wrong"},
            {"--farm", "ftp://h", "ftp://h"},
            {"--threads", "many", "'many' is not a number"},
            {"--threads", "0", "from 1 to 1024"}
        };
        for (String[] c : cases) {
            FarmException e = assertThrows(FarmException.class, () -> WorkerMain.parse(List.of(c[0], c[1]), Map.of()));
            assertTrue(e.getMessage().contains(c[2]), e.getMessage());
        }
    }
}
