package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.checkRange;
import static farm.tilth.protocol.task.Checks.present;

import farm.tilth.protocol.Digest;

/**
 * Everything that decides the bits of a batch inference job that embeds texts.
 *
 * @param engine the ONNX Runtime and its version
 * @param model the digest of the model's ONNX file
 * @param input a blob of JSON lines, one text a line: a JSON string, or an object with a string "input"
 * @param rows the number of lines
 */
public record EmbeddingPlan(String engine, Digest model, Digest input, int rows) {
    /** The most rows of one job. */
    public static final int MAX_ROWS = 10_000_000;

    public EmbeddingPlan {
        present(engine, "the engine");
        present(model, "the model");
        present(input, "the input");
        checkRange(rows, 1, MAX_ROWS, "the number of rows");
    }
}
