package farm.tilth.api.openai;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A file line by line, with a bound on each; lines that are empty are passed over, and counted. */
public final class JsonLines implements AutoCloseable {
    private static final int BUFFER_BYTES = 1 << 18;

    private final InputStream in;
    private final int maxBytes;
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int number;

    JsonLines(Path file, int maxBytes) throws IOException {
        this.in = new BufferedInputStream(Files.newInputStream(file), BUFFER_BYTES);
        this.maxBytes = maxBytes;
    }

    /**
     * A line.
     *
     * @param number from 1
     * @param tooLong when it is over the limit; its content is not there then
     */
    public record Line(int number, byte[] content, boolean tooLong) {}

    /** The next line that is not empty; none at the end. */
    Optional<Line> next() throws IOException {
        int b = in.read();
        while (b >= 0) {
            line.reset();
            number++;
            boolean tooLong = false;
            for (; b >= 0 && b != '\n'; b = in.read()) {
                if (line.size() < maxBytes) {
                    line.write(b);
                } else {
                    tooLong = true;
                }
            }
            if (tooLong) {
                return Optional.of(new Line(number, new byte[0], true));
            }
            byte[] content = line.toByteArray();
            if (!isBlank(content)) {
                return Optional.of(new Line(number, content, false));
            }
            b = b < 0 ? b : in.read();
        }
        return Optional.empty();
    }

    private static boolean isBlank(byte[] content) {
        for (byte b : content) {
            if (b != ' ' && b != '\t' && b != '\r') {
                return false;
            }
        }
        return true;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }
}
