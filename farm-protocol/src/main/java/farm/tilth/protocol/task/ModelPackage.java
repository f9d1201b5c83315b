package farm.tilth.protocol.task;

import static farm.tilth.protocol.task.Checks.check;
import static farm.tilth.protocol.task.Checks.present;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A model as it was uploaded: the ONNX file with all that it takes to run it. Paths are relative, with '/', and never
 * leave the model's folder. Two packages that differ in anything are two versions.
 *
 * @param name what clients call it
 * @param main the path of the ONNX file
 * @param files every file by its path: {@code main}, the weights that it keeps beside it, the tokenizer
 * @param tokenizer the path of Hugging Face's tokenizer.json; present for a model that embeds texts
 * @param maxTokens the most tokens of one text; 0 where there are no texts
 * @param labels of the classes along the last dimension of the first output; none where nobody named them
 * @param sample the path of an example request in the Open Inference Protocol's JSON, on which the model is tried;
 *     absent when it runs on tensors of any values
 */
public record ModelPackage(
        String name,
        String main,
        SortedMap<String, Digest> files,
        Optional<String> tokenizer,
        int maxTokens,
        List<String> labels,
        Optional<String> sample) {
    /** The most files of one model. */
    public static final int MAX_FILES = 256;

    private static final int MAX_LABELS = 100_000;

    public ModelPackage {
        present(name, "the model's name");
        check(
                name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}"),
                "a model's name has 1 to 100 letters, digits, '.', '_' and '-', and starts with a letter or digit");
        present(main, "the model's main file");
        files = new TreeMap<>(present(files, "the model's list of files"));
        tokenizer = tokenizer == null ? Optional.empty() : tokenizer;
        sample = sample == null ? Optional.empty() : sample;
        labels = labels == null ? List.of() : List.copyOf(labels);
        check(files.size() <= MAX_FILES, "a model has at most " + MAX_FILES + " files");
        check(labels.size() <= MAX_LABELS, "a model has at most " + MAX_LABELS + " labels");
        files.keySet().forEach(path -> Checks.checkInside(path, "model"));
        check(files.containsKey(main), "the model's main file '" + main + "' is not among its files");
        for (Optional<String> path : List.of(tokenizer, sample)) {
            check(
                    path.isEmpty() || files.containsKey(path.get()),
                    "the file '" + path.orElse("") + "' is not among the model's files");
        }
        check(
                tokenizer.isEmpty() ? maxTokens == 0 : maxTokens > 0 && maxTokens <= 1 << 20,
                "a model with a tokenizer needs 'maxTokens', from 1 to " + (1 << 20) + "; another one has none");
    }

    /** Names this package, to the bit. */
    public Digest version() {
        return Digest.ofText(Json.write(this));
    }
}
