package farm.tilth.api.openai;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.api.inference.InferenceConfig;
import farm.tilth.api.inference.RequestBody;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.TextInput;
import farm.tilth.protocol.wire.TextList;
import farm.tilth.protocol.wire.TokenList;
import java.util.Optional;

/**
 * The body of {@code POST /v1/embeddings}. Fields that OpenAI may add later are ignored, as its own server does.
 *
 * @param dimensions how many to keep of each embedding; absent for all
 */
public record EmbeddingsRequest(String model, TextList input, boolean base64, Optional<Integer> dimensions) {
    /** Reads the body against the farm's limits; what depends on the model is {@link #check}'s. */
    public static EmbeddingsRequest parse(JsonNode body, InferenceConfig limits) {
        return new EmbeddingsRequest(
                RequestBody.text(body, "model"), input(body.path("input"), limits), base64(body), dimensions(body));
    }

    private static boolean base64(JsonNode body) {
        JsonNode format = body.path("encoding_format");
        return switch (format.isMissingNode() || format.isNull() ? "float" : format.asText()) {
            case "float" -> false;
            case "base64" -> true;
            default -> throw invalid("encoding_format must be 'float' or 'base64'");
        };
    }

    private static Optional<Integer> dimensions(JsonNode body) {
        JsonNode dimensions = body.path("dimensions");
        if (dimensions.isMissingNode() || dimensions.isNull()) {
            return Optional.empty();
        }
        if (!dimensions.canConvertToInt() || !dimensions.isIntegralNumber() || dimensions.intValue() < 1) {
            throw invalid("dimensions must be a whole number of at least 1");
        }
        return Optional.of(dimensions.intValue());
    }

    private static TextList input(JsonNode input, InferenceConfig limits) {
        TextList.Builder texts = TextList.newBuilder();
        if (input.isTextual()) {
            return texts.addTexts(text(input, "input")).build();
        }
        if (!input.isArray() || input.isEmpty()) {
            throw invalid((input.isMissingNode() ? "input is missing; it" : "input")
                    + " must be a string, or a list of strings, of tokens or of lists of tokens, and not empty");
        }
        if (input.get(0).isIntegralNumber()) {
            texts.addTexts(tokens(input, "input"));
        } else {
            if (input.size() > limits.maxInputs()) {
                throw new FarmException(
                        ErrorCode.TOO_LARGE,
                        "input has " + input.size() + " elements; at most " + limits.maxInputs() + " are allowed");
            }
            for (int i = 0; i < input.size(); i++) {
                String place = "input[" + i + "]";
                texts.addTexts(input.get(i).isArray() ? tokens(input.get(i), place) : text(input.get(i), place));
            }
        }
        long tokens = texts.getTextsList().stream()
                .mapToLong(text -> text.getTokens().getIdsCount())
                .sum();
        if (tokens > limits.maxTokens()) {
            throw new FarmException(
                    ErrorCode.TOO_LARGE,
                    "input has " + tokens + " tokens; at most " + limits.maxTokens() + " are allowed");
        }
        return texts.build();
    }

    private static TextInput text(JsonNode value, String place) {
        if (!value.isTextual()) {
            throw invalid(place + " is neither a string nor a list of tokens");
        }
        if (value.textValue().isEmpty()) {
            throw invalid(place + " is an empty string");
        }
        return TextInput.newBuilder().setText(value.textValue()).build();
    }

    private static TextInput tokens(JsonNode values, String place) {
        if (values.isEmpty()) {
            throw invalid(place + " has no tokens");
        }
        TokenList.Builder tokens = TokenList.newBuilder();
        for (int i = 0; i < values.size(); i++) {
            if (!values.get(i).isIntegralNumber()
                    || !values.get(i).canConvertToInt()
                    || values.get(i).intValue() < 0) {
                throw invalid(place + "[" + i + "] is not a token: a whole number from 0");
            }
            tokens.addIds(values.get(i).intValue());
        }
        return TextInput.newBuilder().setTokens(tokens).build();
    }

    /** Checks what the model decides, as far as that needs no tokenizer. */
    public void check(ModelDescription described) {
        int most = described.embeddingDimensions();
        if (dimensions.isPresent() && dimensions.get() > most) {
            throw invalid("dimensions is " + dimensions.get() + "; model '" + model + "' has " + most);
        }
        for (int i = 0; i < input.getTextsCount(); i++) {
            int tokens = input.getTexts(i).getTokens().getIdsCount();
            if (tokens > described.maxTokens()) {
                throw new FarmException(
                        ErrorCode.TOO_LARGE,
                        "input[%d] has %d tokens; model '%s' takes at most %d: split the text"
                                .formatted(i, tokens, model, described.maxTokens()));
            }
        }
    }

    private static FarmException invalid(String message) {
        return new FarmException(ErrorCode.INVALID_REQUEST, message);
    }
}
