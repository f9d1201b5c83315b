package farm.tilth.inference.batch;

import ai.djl.huggingface.tokenizers.HuggingFaceTokenizer;
import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;

/** A model's own tokenizer. It neither cuts nor pads: what does not fit is refused, never shortened quietly. */
public final class TextTokenizer implements AutoCloseable {
    private final HuggingFaceTokenizer tokenizer;
    private final int vocabulary;

    private TextTokenizer(HuggingFaceTokenizer tokenizer, int vocabulary) {
        this.tokenizer = tokenizer;
        this.vocabulary = vocabulary;
    }

    /**
     * Reads Hugging Face's tokenizer.json.
     *
     * @throws FarmException with INVALID_MODEL when it is not one
     */
    public static TextTokenizer open(Path file) {
        try {
            int vocabulary = vocabulary(Json.MAPPER.readTree(file.toFile()));
            return new TextTokenizer(
                    HuggingFaceTokenizer.newInstance(file, Map.of("padding", "false", "truncation", "false")),
                    vocabulary);
        } catch (IOException e) {
            throw new FarmException(
                    ErrorCode.INVALID_MODEL, file.getFileName() + " is not a tokenizer: " + e.getMessage(), e);
        }
    }

    private static int vocabulary(JsonNode tokenizer) {
        int size = tokenizer.path("model").path("vocab").size();
        for (JsonNode added : tokenizer.path("added_tokens")) {
            size = Math.max(size, added.path("id").asInt() + 1);
        }
        return size;
    }

    /** Token ids are from 0 to below this. */
    public int vocabulary() {
        return vocabulary;
    }

    /** The text's tokens, with those that the model wants at its start and end. */
    public long[] tokens(String text) {
        // Half of a surrogate pair has no UTF-8: it becomes a question mark here, and not something else natively.
        String clean = new String(text.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8);
        return tokenizer.encode(clean, true, false).getIds();
    }

    @Override
    public void close() {
        tokenizer.close();
    }
}
