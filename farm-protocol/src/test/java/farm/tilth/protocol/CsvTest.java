package farm.tilth.protocol;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class CsvTest {
    @Test
    void fieldsAreQuotedAsTheRfcSays() {
        assertEquals("a,b c,1\r\n", Csv.line(List.of("a", "b c", 1)));
        assertEquals(
                "\"a,b\",\"say \"\"hi\"\"\",\"two\nlines\"\r\n", Csv.line(List.of("a,b", "say \"hi\"", "two\nlines")));
        assertEquals(",,\r\n", Csv.line(List.of("", "", "")));
    }

    @Test
    void whatASpreadsheetWouldRunIsGuarded() {
        assertEquals("'=1+1,'+1,'-1,'@x\r\n", Csv.line(List.of("=1+1", "+1", "-1", "@x")));
        assertEquals("\"'=HYPERLINK(\"\"x\"\",\"\"y\"\")\"\r\n", Csv.line(List.of("=HYPERLINK(\"x\",\"y\")")));
        assertEquals("'\tx,''x\r\n", Csv.line(List.of("\tx", "'x")));
    }

    @Test
    void readingUndoesWriting() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        String alphabet = "ab,\"'=+-@ é\t";
        for (int i = 0; i < 2000; i++) {
            List<String> fields = new ArrayList<>();
            for (int f = 0; f <= random.nextInt(5); f++) {
                StringBuilder field = new StringBuilder();
                for (int c = random.nextInt(6); c > 0; c--) {
                    field.append(alphabet.charAt(random.nextInt(alphabet.length())));
                }
                fields.add(field.toString());
            }
            String line = Csv.line(fields);
            assertEquals(fields, Csv.fields(line.substring(0, line.length() - 2)), "seed " + seed + ": " + line);
        }
    }

    @Test
    void malformedLinesAreRefused() {
        for (String line : List.of("\"a", "\"a\"b", "a\"b", "\"\"\"")) {
            assertThrows(FarmException.class, () -> Csv.fields(line), line);
        }
    }
}
