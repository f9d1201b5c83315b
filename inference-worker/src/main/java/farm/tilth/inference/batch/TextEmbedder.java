package farm.tilth.inference.batch;

import farm.tilth.inference.model.OnnxModel;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription;
import java.util.List;

/** Embeds texts with a model and its tokenizer. For one thread at a time. */
public final class TextEmbedder {
    private final OnnxModel model;
    private final TextTokenizer tokenizer;

    public TextEmbedder(OnnxModel model, TextTokenizer tokenizer) {
        this.model = model;
        this.tokenizer = tokenizer;
    }

    /** Called between two runs of the model; throws to stop. */
    public interface Checkpoint {
        void pass() throws InterruptedException;
    }

    /**
     * The tokens of a text.
     *
     * @param place where the text stands, for the message: "input[3]", "line 17"
     * @throws FarmException with TOO_LARGE when the model does not take that many
     */
    public long[] tokens(String text, String place) {
        return checkLength(tokenizer.tokens(text), place);
    }

    /**
     * Checks token ids that a caller made itself; they are taken as they are.
     *
     * @throws FarmException with INVALID_REQUEST or TOO_LARGE
     */
    public long[] tokens(List<Long> ids, String place) {
        if (ids.isEmpty()) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, place + " has no tokens");
        }
        for (int i = 0; i < ids.size(); i++) {
            if (ids.get(i) < 0 || ids.get(i) >= tokenizer.vocabulary()) {
                throw new FarmException(
                        ErrorCode.INVALID_REQUEST,
                        "%s[%d] is the token %d, but this model's tokens are 0 to %d; send the text itself, or tokens of the model's own tokenizer"
                                .formatted(place, i, ids.get(i), tokenizer.vocabulary() - 1));
            }
        }
        return checkLength(ids.stream().mapToLong(Long::longValue).toArray(), place);
    }

    private long[] checkLength(long[] tokens, String place) {
        int most = model.description().maxTokens();
        if (tokens.length > most) {
            throw new FarmException(
                    ErrorCode.TOO_LARGE,
                    "%s has %d tokens; model '%s' takes at most %d: split the text"
                            .formatted(place, tokens.length, model.description().name(), most));
        }
        return tokens;
    }

    /** One embedding per row, in order; the same bits whatever rows stand beside it. */
    public float[][] embed(List<long[]> rows, Checkpoint checkpoint) throws InterruptedException {
        ModelDescription description = model.description();
        int[] lengths = rows.stream().mapToInt(row -> row.length).toArray();
        float[][] embeddings = new float[rows.size()][];
        for (List<Integer> batch : BatchPlan.of(lengths, description.batchInvariant() ? BatchPlan.MAX_ROWS : 1)) {
            checkpoint.pass();
            float[] states = model.hiddenStates(batch.stream().map(rows::get).toList());
            int stride = states.length / batch.size();
            for (int i = 0; i < batch.size(); i++) {
                int row = batch.get(i);
                embeddings[row] =
                        Pooling.embedding(states, i * stride, lengths[row], description.embeddingDimensions());
            }
        }
        return embeddings;
    }
}
