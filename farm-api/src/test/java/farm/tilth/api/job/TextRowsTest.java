package farm.tilth.api.job;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.quarkus.runtime.configuration.DurationConverter;
import io.smallrye.config.SmallRyeConfigBuilder;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class TextRowsTest {
    private final JobConfig config = new SmallRyeConfigBuilder()
            .withMapping(JobConfig.class)
            .withConverter(Duration.class, 200, DurationConverter::parseDuration)
            .withDefaultValue("tilth.job.max-line-bytes", "40")
            .build()
            .getConfigMapping(JobConfig.class);
    private final TextRows rows = new TextRows(null, config);

    private int count(String text) throws IOException {
        return rows.count(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private void refused(String text, String message) {
        FarmException e = assertThrows(FarmException.class, () -> count(text));
        assertEquals(ErrorCode.INVALID_REQUEST, e.code());
        assertTrue(e.getMessage().contains(message), e.getMessage());
    }

    @Test
    void linesAreTextsOrObjectsWithAnInput() throws IOException {
        assertEquals(3, count("\"one\"\n{\"input\":\"two\"}\n\"three\""));
        assertEquals(1, count("\"one\"\n"));
    }

    @Test
    void wrongLineIsNumbered() {
        refused("\"one\"\n17\n", "line 2 is not a JSON string");
        refused("\"one\"\n\"two\n", "line 2 is not JSON");
        refused("{\"text\":\"x\"}", "line 1");
        refused("\"one\"\n\n\"three\"", "line 2");
    }

    @Test
    void emptyInputAndEndlessLineAreRefused() {
        refused("", "empty");
        refused("\"" + "x".repeat(50) + "\"", "longer than 40 bytes");
    }
}
