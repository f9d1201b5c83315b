package farm.tilth.inference.batch;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The rows of a batch job: JSON lines, each a string, or an object whose "input" is a string or a list of tokens. Line i
 * is row i; an empty last line is none. Remembers where every 1,024th line starts, so that a later batch is found at once.
 */
public final class InputLines {
    /** The most bytes of one line. */
    public static final int MAX_LINE_BYTES = 1 << 20;

    private static final int STRIDE = 1024;
    private static final int BUFFER_BYTES = 1 << 16;

    private final Path file;
    private final List<Long> starts;
    private final int rows;

    private InputLines(Path file, List<Long> starts, int rows) {
        this.file = file;
        this.starts = List.copyOf(starts);
        this.rows = rows;
    }

    /**
     * One line.
     *
     * @param tokens instead of the text, where the line has those
     * @param optional whether the row is left out, rather than the job failed, when the model cannot take it
     */
    public record Row(String text, Optional<List<Long>> tokens, boolean optional) {}

    /** Finds the lines of a file, which must not change afterwards. */
    public static InputLines index(Path file) throws IOException {
        List<Long> starts = new ArrayList<>(List.of(0L));
        int lines = 0;
        long position = 0;
        long end = 0;
        try (var in = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                for (int i = 0; i < n; i++) {
                    if (buffer[i] == '\n') {
                        lines++;
                        end = position + i + 1;
                        if (lines % STRIDE == 0) {
                            starts.add(end);
                        }
                    }
                }
                position += n;
            }
        }
        return new InputLines(file, starts, position > end ? lines + 1 : lines);
    }

    public int rows() {
        return rows;
    }

    /**
     * The rows {@code first} to {@code end}.
     *
     * @throws FarmException with INVALID_REQUEST that names the line
     */
    public List<Row> rows(int first, int end) throws IOException {
        if (end > rows) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    "the input has " + rows + " lines; rows " + first + " to " + end + " are not there");
        }
        List<Row> found = new ArrayList<>(end - first);
        try (LineReader lines = new LineReader(file, starts.get(first / STRIDE))) {
            for (int row = first / STRIDE * STRIDE; row < end; row++) {
                String line = lines.next(row);
                if (row >= first) {
                    found.add(row(line, row));
                }
            }
        }
        return found;
    }

    private static Row row(String line, int row) {
        try {
            JsonNode value = Json.MAPPER.readTree(line);
            JsonNode input = value.isObject() ? value.path("input") : value;
            boolean optional = value.path("optional").asBoolean();
            if (input.isTextual()) {
                return new Row(input.textValue(), Optional.empty(), optional);
            }
            if (value.isObject() && input.isArray()) {
                return new Row("", Optional.of(tokens(input, row)), optional);
            }
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    "line " + (row + 1)
                            + " of the input is neither a JSON string nor an object with a string or tokens as \"input\"");
        } catch (JsonProcessingException e) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    "line " + (row + 1) + " of the input is not JSON: " + e.getOriginalMessage(),
                    e);
        }
    }

    private static List<Long> tokens(JsonNode input, int row) {
        List<Long> tokens = new ArrayList<>(input.size());
        for (JsonNode token : input) {
            if (!token.isIntegralNumber() || !token.canConvertToLong()) {
                throw new FarmException(
                        ErrorCode.INVALID_REQUEST, "line " + (row + 1) + " of the input has a token that is no number");
            }
            tokens.add(token.longValue());
        }
        return tokens;
    }

    /** Reads line by line from a position on, with a bound on each. */
    private static final class LineReader implements AutoCloseable {
        private final InputStream in;

        LineReader(Path file, long position) throws IOException {
            FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
            in = new BufferedInputStream(Channels.newInputStream(channel.position(position)), BUFFER_BYTES);
        }

        String next(int row) throws IOException {
            ByteArrayOutputStream line = new ByteArrayOutputStream();
            for (int b = in.read(); b >= 0 && b != '\n'; b = in.read()) {
                if (line.size() == MAX_LINE_BYTES) {
                    throw new FarmException(
                            ErrorCode.TOO_LARGE,
                            "line " + (row + 1) + " of the input has more than " + MAX_LINE_BYTES + " bytes");
                }
                line.write(b);
            }
            return line.toString(StandardCharsets.UTF_8);
        }

        @Override
        public void close() throws IOException {
            in.close();
        }
    }
}
