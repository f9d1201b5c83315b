package farm.tilth.inference.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InputLinesTest {
    @TempDir
    Path folder;

    @Test
    void stringsAndObjectsAreTexts() throws IOException {
        InputLines lines = index("\"a\"\n{\"id\":1,\"input\":\"b\\nc\"}\n\"d\"");
        assertEquals(3, lines.rows());
        assertEquals(List.of("a", "b\nc", "d"), texts(lines, 0, 3));
        assertEquals(List.of("b\nc"), texts(lines, 1, 2));
    }

    @Test
    void newlineAtTheEndMakesNoRow() throws IOException {
        assertEquals(2, index("\"a\"\n\"b\"\n").rows());
        assertEquals(0, index("").rows());
    }

    @Test
    void anyRowOfManyIsFound() throws IOException {
        InputLines lines = index(IntStream.range(0, 5000)
                .mapToObj(i -> "\"row " + i + " ü" + "x".repeat(i % 50) + "\"")
                .collect(Collectors.joining("\n")));
        assertEquals(5000, lines.rows());
        for (int row : new int[] {0, 1023, 1024, 1025, 2048, 4096, 4999}) {
            assertTrue(texts(lines, row, row + 1).getFirst().startsWith("row " + row + " ü"), "row " + row);
        }
        assertEquals(2000, texts(lines, 1000, 3000).size());
    }

    @Test
    void linesThatAreNoTextsAreNamedByNumber() throws IOException {
        InputLines lines = index("\"a\"\n7\n\n\"d\"\n");
        assertEquals(
                "line 2 of the input is neither a JSON string nor an object with a string or tokens as \"input\"",
                assertThrows(FarmException.class, () -> texts(lines, 0, 4)).getMessage());
        assertTrue(assertThrows(FarmException.class, () -> texts(lines, 2, 3))
                .getMessage()
                .startsWith("line 3 of the input"));
        assertEquals(List.of("d"), texts(lines, 3, 4));
    }

    @Test
    void lineOverTheLimitIsRefused() throws IOException {
        InputLines lines = index("\"" + "a".repeat(InputLines.MAX_LINE_BYTES) + "\"");
        assertEquals(
                ErrorCode.TOO_LARGE,
                assertThrows(FarmException.class, () -> texts(lines, 0, 1)).code());
    }

    @Test
    void tokensAndOptionalRowsAreTold() throws IOException {
        InputLines lines = index("{\"input\":[1,2]}\n{\"input\":\"a\",\"optional\":true}\n{\"input\":[\"x\"]}\n[1]");
        assertEquals(Optional.of(List.of(1L, 2L)), lines.rows(0, 1).getFirst().tokens());
        assertTrue(lines.rows(1, 2).getFirst().optional());
        assertEquals(
                "line 3 of the input has a token that is no number",
                assertThrows(FarmException.class, () -> lines.rows(2, 3)).getMessage());
        assertThrows(FarmException.class, () -> lines.rows(3, 4));
    }

    private static List<String> texts(InputLines lines, int first, int end) throws IOException {
        return lines.rows(first, end).stream().map(InputLines.Row::text).toList();
    }

    private InputLines index(String content) throws IOException {
        return InputLines.index(Files.writeString(folder.resolve("input.jsonl"), content));
    }
}
