package farm.tilth.api.job;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.api.upload.Blobs;
import farm.tilth.api.upload.Download;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.EmbeddingPlan;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;

/**
 * Reads an embedding job's input line by line: each must be a JSON string, or an object
 * whose "input" is a string or a list of tokens.
 */
@ApplicationScoped
class TextRows {
    private static final int BUFFER_BYTES = 1 << 18;

    private final Blobs blobs;
    private final JobConfig config;

    TextRows(Blobs blobs, JobConfig config) {
        this.blobs = blobs;
        this.config = config;
    }

    /**
     * How many rows the input has.
     *
     * @throws FarmException with INVALID_REQUEST that names the first line that is not a text, or TOO_LARGE
     */
    int count(Digest input) {
        try (InputStream in = new BufferedInputStream(
                Files.newInputStream(blobs.file(input).orElseThrow(() -> Download.missing(input))), BUFFER_BYTES)) {
            return count(in);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    int count(InputStream in) throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        int rows = 0;
        int next = in.read();
        while (next >= 0) {
            line.reset();
            for (; next >= 0 && next != '\n'; next = in.read()) {
                line.write(next);
                if (line.size() > config.maxLineBytes()) {
                    throw wrong(rows + 1, "is longer than " + config.maxLineBytes() + " bytes");
                }
            }
            rows++;
            if (rows > EmbeddingPlan.MAX_ROWS) {
                throw new FarmException(
                        ErrorCode.TOO_LARGE,
                        "embed.input: it has more than " + EmbeddingPlan.MAX_ROWS + " lines; split it");
            }
            check(rows, line.toByteArray());
            next = next < 0 ? next : in.read();
        }
        if (rows == 0) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "embed.input: it is empty; give one text a line");
        }
        return rows;
    }

    private static void check(int row, byte[] line) throws IOException {
        try {
            JsonNode node = Json.MAPPER.readTree(line);
            JsonNode input = node.isObject() ? node.path("input") : node;
            if (!input.isTextual() && !(node.isObject() && isTokens(input))) {
                throw wrong(row, "is not a JSON string, nor an object with a string or a list of tokens 'input'");
            }
        } catch (JsonProcessingException e) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    "embed.input: line " + row + " is not JSON: " + e.getOriginalMessage(),
                    e);
        }
    }

    private static boolean isTokens(JsonNode input) {
        for (JsonNode token : input) {
            if (!token.isIntegralNumber() || !token.canConvertToLong()) {
                return false;
            }
        }
        return input.isArray() && !input.isEmpty();
    }

    private static FarmException wrong(int row, String what) {
        return new FarmException(ErrorCode.INVALID_REQUEST, "embed.input: line " + row + " " + what);
    }
}
