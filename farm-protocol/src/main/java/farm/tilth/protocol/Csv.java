package farm.tilth.protocol;

import java.util.ArrayList;
import java.util.List;

/**
 * Comma-separated values (RFC 4180), safe to open in a spreadsheet: a field that a spreadsheet would take for a formula
 * gets an apostrophe in front, which reading takes away again.
 */
public final class Csv {
    private static final String FORMULA = "=+-@\t\r";
    private static final char GUARD = '\'';
    private static final int MAX_FIELDS = 1000;

    private Csv() {}

    /** One record with its line end. */
    public static String line(List<?> fields) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < fields.size(); i++) {
            line.append(i == 0 ? "" : ",").append(field(String.valueOf(fields.get(i))));
        }
        return line.append("\r\n").toString();
    }

    private static String field(String value) {
        String safe = isGuarded(value) ? GUARD + value : value;
        boolean quoted = safe.chars().anyMatch(c -> c == ',' || c == '"' || c == '\r' || c == '\n');
        return quoted ? '"' + safe.replace("\"", "\"\"") + '"' : safe;
    }

    /** Also what begins with an apostrophe, so that reading knows which of them to take away. */
    private static boolean isGuarded(String value) {
        return !value.isEmpty() && (FORMULA.indexOf(value.charAt(0)) >= 0 || value.charAt(0) == GUARD);
    }

    /**
     * Reads one record that {@link #line} wrote; its fields hold no line ends.
     *
     * @throws FarmException with INVALID_REQUEST when it is not such a record
     */
    public static List<String> fields(String line) {
        List<String> fields = new ArrayList<>();
        int at = 0;
        while (at <= line.length()) {
            StringBuilder field = new StringBuilder();
            at = line.startsWith("\"", at) ? quoted(line, at + 1, field) : plain(line, at, field);
            String value = field.toString();
            fields.add(value.startsWith("'") ? value.substring(1) : value);
            if (at < line.length() && line.charAt(at) != ',' || fields.size() > MAX_FIELDS) {
                throw invalid(line);
            }
            at++;
        }
        return fields;
    }

    private static int plain(String line, int from, StringBuilder field) {
        int end = line.indexOf(',', from);
        int to = end < 0 ? line.length() : end;
        String text = line.substring(from, to);
        if (text.indexOf('"') >= 0) {
            throw invalid(line);
        }
        field.append(text);
        return to;
    }

    private static int quoted(String line, int from, StringBuilder field) {
        int at = from;
        while (true) {
            int quote = line.indexOf('"', at);
            if (quote < 0) {
                throw invalid(line);
            }
            field.append(line, at, quote);
            if (!line.startsWith("\"", quote + 1)) {
                return quote + 1;
            }
            field.append('"');
            at = quote + 2;
        }
    }

    private static FarmException invalid(String line) {
        String shown = line.length() > 80 ? line.substring(0, 80) + "…" : line;
        return new FarmException(ErrorCode.INVALID_REQUEST, "not a line of comma-separated values: " + shown);
    }
}
