package farm.tilth.api.openai;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JsonLinesTest {
    @TempDir
    Path folder;

    @Test
    void emptyLinesAreCountedAndPassedOver() throws IOException {
        assertEquals(List.of("1:a", "4:b\r", "5:c"), read("a\n\n \r\nb\r\nc\n\n"));
        assertEquals(List.of("1:a"), read("a"));
        assertEquals(List.of(), read(""));
        assertEquals(List.of(), read("\n\n"));
    }

    @Test
    void longLineIsMarkedAndTheNextOneIsRead() throws IOException {
        assertEquals(List.of("1:too long", "2:0123456789"), read("01234567890\n0123456789"));
    }

    private List<String> read(String content) throws IOException {
        Path file = Files.writeString(folder.resolve("lines"), content);
        List<String> lines = new ArrayList<>();
        try (JsonLines reader = new JsonLines(file, 10)) {
            for (Optional<JsonLines.Line> line = reader.next(); line.isPresent(); line = reader.next()) {
                String text = new String(line.get().content(), StandardCharsets.UTF_8);
                assertTrue(text.length() <= 10);
                lines.add(line.get().number() + ":" + (line.get().tooLong() ? "too long" : text));
            }
        }
        return lines;
    }
}
