package farm.tilth.inference.model;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The models that every inference worker brings along: sentence embedding in 32-bit floats and quantised (MiniLM), voice
 * activity with a state that the caller keeps (Silero), and text detection and recognition in pictures (PP-OCR). The
 * build puts them on the class path.
 */
public final class BundledModels {
    static final String SENTENCES = "all-minilm-l6-v2";

    /** The positions that MiniLM knows. */
    private static final int SENTENCE_TOKENS = 512;

    private static final String CHARACTERS = "models/ppocr_keys_v1.txt";

    private BundledModels() {}

    /** Unpacks the models into {@code folder}, where they stay for the next start; the sentence model is the first. */
    public static List<ModelFiles> unpack(Path folder) {
        Path models = folder.resolve("models");
        try {
            return List.of(
                    sentences(models, SENTENCES),
                    sentences(models, SENTENCES + "-q"),
                    tensors(models, "silero-vad-v5", "silero_vad_v5.onnx", List.of()),
                    tensors(models, "ppocr-v4-det", "ch_PP-OCRv4_det_infer.onnx", List.of()),
                    tensors(models, "ppocr-v4-rec", "ch_PP-OCRv4_rec_infer.onnx", characters(models)));
        } catch (IOException e) {
            throw new FarmException(
                    ErrorCode.UNAVAILABLE,
                    "the bundled models cannot be written to " + models + " (" + e.getMessage()
                            + "); free some space or name another data folder",
                    e);
        }
    }

    private static ModelFiles sentences(Path models, String name) throws IOException {
        Path target = Files.createDirectories(models.resolve(name));
        return new ModelFiles(
                name,
                NativeLibraries.extract(name + ".onnx", target),
                Optional.of(NativeLibraries.extract(name + "-tokenizer.json", target)),
                SENTENCE_TOKENS,
                List.of(),
                Optional.empty());
    }

    private static ModelFiles tensors(Path models, String name, String file, List<String> labels) throws IOException {
        Path target = Files.createDirectories(models.resolve(name));
        return new ModelFiles(
                name, NativeLibraries.extract("models/" + file, target), Optional.empty(), 0, labels, Optional.empty());
    }

    /** The classes of the recognition: no character, each of the list, a space. */
    private static List<String> characters(Path models) throws IOException {
        Path list = NativeLibraries.extract(CHARACTERS, Files.createDirectories(models));
        List<String> labels = new ArrayList<>(List.of(""));
        labels.addAll(Files.readString(list, StandardCharsets.UTF_8).lines().toList());
        labels.add(" ");
        return labels;
    }
}
