package farm.tilth.inference.model;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A model on disk.
 *
 * @param name what clients call it
 * @param onnx its graph and weights
 * @param tokenizer Hugging Face's tokenizer.json; present for a model that embeds texts
 * @param maxTokens the most tokens of one text; 0 where there are no texts
 */
public record ModelFiles(String name, Path onnx, Optional<Path> tokenizer, int maxTokens) {
    /** The bundled sentence-embedding model. */
    public static final String BUNDLED = "all-minilm-l6-v2";

    /** The positions that the bundled model knows. */
    private static final int BUNDLED_MAX_TOKENS = 512;

    /** Unpacks the bundled model into {@code folder}, where it stays for the next start. */
    public static ModelFiles bundled(Path folder) {
        Path target = folder.resolve("models").resolve(BUNDLED);
        try {
            Files.createDirectories(target);
            return new ModelFiles(
                    BUNDLED,
                    NativeLibraries.extract(BUNDLED + ".onnx", target),
                    Optional.of(NativeLibraries.extract(BUNDLED + "-tokenizer.json", target)),
                    BUNDLED_MAX_TOKENS);
        } catch (IOException e) {
            throw new FarmException(
                    ErrorCode.UNAVAILABLE,
                    "the bundled model cannot be written to " + target + " (" + e.getMessage()
                            + "); free some space or name another data folder",
                    e);
        }
    }
}
