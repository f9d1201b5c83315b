package farm.tilth.api.openai;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.core.JsonProcessingException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.Tensor;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** OpenAI's list of embeddings; each is a list of numbers, or base64 of little-endian 32-bit floats. */
record EmbeddingsResponse(String object, List<Embedding> data, String model, Usage usage) {
    record Embedding(String object, int index, Object embedding) {}

    record Usage(
            @JsonProperty("prompt_tokens") long promptTokens,
            @JsonProperty("total_tokens") long totalTokens) {}

    /** The JSON of this. */
    byte[] bytes() {
        try {
            return Json.MAPPER.writeValueAsBytes(this);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("embeddings cannot be written", e);
        }
    }

    /** Renders a checked answer as the request asked. */
    static EmbeddingsResponse of(EmbeddingsRequest request, InferenceAnswer answer) {
        Tensor tensor = answer.getTensors().getTensors(0);
        int width = (int) tensor.getShape(1);
        ByteBuffer content = tensor.getContent().asReadOnlyByteBuffer().order(ByteOrder.LITTLE_ENDIAN);
        List<float[]> rows = new ArrayList<>();
        for (int i = 0; i < tensor.getShape(0); i++) {
            float[] row = new float[width];
            content.asFloatBuffer().get(row);
            content.position(content.position() + width * Float.BYTES);
            rows.add(row);
        }
        return of(request, rows, answer.getPromptTokens());
    }

    /** Renders embeddings as the request asked. */
    static EmbeddingsResponse of(EmbeddingsRequest request, List<float[]> rows, long tokens) {
        List<Embedding> data = new ArrayList<>();
        for (float[] row : rows) {
            float[] kept = request.dimensions().map(n -> shorten(row, n)).orElse(row);
            data.add(new Embedding("embedding", data.size(), request.base64() ? base64(kept) : kept));
        }
        return new EmbeddingsResponse("list", data, request.model(), new Usage(tokens, tokens));
    }

    /** The first dimensions, scaled to length 1 again. */
    private static float[] shorten(float[] row, int dimensions) {
        double squares = 0;
        for (int i = 0; i < dimensions; i++) {
            squares += (double) row[i] * row[i];
        }
        double length = Math.sqrt(squares);
        float[] kept = new float[dimensions];
        for (int i = 0; i < dimensions && length > 0; i++) {
            kept[i] = (float) (row[i] / length);
        }
        return kept;
    }

    private static String base64(float[] row) {
        ByteBuffer bytes = ByteBuffer.allocate(row.length * Float.BYTES).order(ByteOrder.LITTLE_ENDIAN);
        bytes.asFloatBuffer().put(row);
        return Base64.getEncoder().encodeToString(bytes.array());
    }
}
