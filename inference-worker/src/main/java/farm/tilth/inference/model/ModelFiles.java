package farm.tilth.inference.model;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelPackage;
import farm.tilth.protocol.worker.BlobStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A model on disk.
 *
 * @param name what clients call it
 * @param onnx its graph and weights
 * @param tokenizer Hugging Face's tokenizer.json; present for a model that embeds texts
 * @param maxTokens the most tokens of one text; 0 where there are no texts
 * @param labels of the first output's classes
 * @param sample an example request
 */
public record ModelFiles(
        String name, Path onnx, Optional<Path> tokenizer, int maxTokens, List<String> labels, Optional<Path> sample) {
    /** The bundled sentence-embedding model. */
    public static final String BUNDLED = BundledModels.SENTENCES;

    /** Unpacks the bundled sentence-embedding model into {@code folder}, where it stays for the next start. */
    public static ModelFiles bundled(Path folder) {
        return BundledModels.unpack(folder).getFirst();
    }

    /** The files of an uploaded model, in the folder that they were put into. */
    static ModelFiles in(Path folder, ModelPackage model) {
        return new ModelFiles(
                model.name(),
                folder.resolve(model.main()),
                model.tokenizer().map(folder::resolve),
                model.maxTokens(),
                model.labels(),
                model.sample().map(folder::resolve));
    }

    /** Fetches an uploaded model into {@code folder}, and nothing outside it. */
    public static ModelFiles fetch(ModelPackage model, BlobStore blobs, Path folder) throws InterruptedException {
        try {
            for (Map.Entry<String, Digest> file : model.files().entrySet()) {
                Path target = folder.resolve(file.getKey());
                Files.createDirectories(target.getParent());
                Files.copy(blobs.file(file.getValue()), target, StandardCopyOption.REPLACE_EXISTING);
            }
            return in(folder, model);
        } catch (IOException e) {
            throw new FarmException(
                    ErrorCode.OUT_OF_RESOURCES, "the model cannot be written to " + folder + ": " + e.getMessage(), e);
        }
    }
}
