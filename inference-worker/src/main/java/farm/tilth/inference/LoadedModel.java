package farm.tilth.inference;

import farm.tilth.inference.batch.TextEmbedder;
import farm.tilth.inference.batch.TextTokenizer;
import farm.tilth.inference.model.ModelFiles;
import farm.tilth.inference.model.OnnxModel;
import farm.tilth.inference.model.OnnxRuntime;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription;
import java.util.Optional;

/** A model in memory, with its tokenizer where it has one. For one thread at a time. */
final class LoadedModel implements AutoCloseable {
    private final OnnxModel model;
    private final Optional<TextTokenizer> tokenizer;
    private final Optional<TextEmbedder> embedder;

    private LoadedModel(OnnxModel model, Optional<TextTokenizer> tokenizer) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.embedder = tokenizer.map(present -> new TextEmbedder(model, present));
    }

    static LoadedModel load(OnnxRuntime runtime, ModelFiles files) {
        OnnxModel model = OnnxModel.load(runtime, files);
        try {
            return new LoadedModel(model, files.tokenizer().map(TextTokenizer::open));
        } catch (FarmException e) {
            model.close();
            throw e;
        }
    }

    ModelDescription description() {
        return model.description();
    }

    OnnxModel onnx() {
        return model;
    }

    /** Present when the model embeds texts. */
    Optional<TextEmbedder> embedder() {
        return embedder;
    }

    @Override
    public void close() {
        tokenizer.ifPresent(TextTokenizer::close);
        model.close();
    }
}
