package farm.tilth.inference;

import farm.tilth.inference.batch.TextEmbedder;
import farm.tilth.inference.batch.TextTokenizer;
import farm.tilth.inference.model.ModelFiles;
import farm.tilth.inference.model.OnnxModel;
import farm.tilth.inference.model.OnnxRuntime;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription;
import java.util.Optional;

/** A model in memory, with its tokenizer where it has one. For one thread at a time. */
final class LoadedModel implements AutoCloseable {
    private final OnnxModel model;
    private final Optional<TextTokenizer> tokenizer;
    private final Optional<TextEmbedder> embedder;
    private boolean closed;

    private LoadedModel(OnnxModel model, Optional<TextTokenizer> tokenizer) {
        this.model = model;
        this.tokenizer = tokenizer;
        this.embedder = tokenizer.map(present -> new TextEmbedder(model, present));
    }

    static LoadedModel load(OnnxRuntime runtime, ModelFiles files) {
        return with(OnnxModel.load(runtime, files), files);
    }

    /** Loads a model that was described before. */
    static LoadedModel open(OnnxRuntime runtime, ModelFiles files, ModelDescription description) {
        return with(OnnxModel.open(runtime, files, description), files);
    }

    private static LoadedModel with(OnnxModel model, ModelFiles files) {
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

    /**
     * Does something with the model while nobody closes it.
     *
     * @throws FarmException with MODEL_NOT_FOUND when it was closed in the meantime
     */
    synchronized <T> T use(Use<T> use) throws InterruptedException {
        if (closed) {
            throw new FarmException(
                    ErrorCode.MODEL_NOT_FOUND, "model '" + description().name() + "' has just left the memory");
        }
        return use.apply(this);
    }

    /** Something that takes a model. */
    interface Use<T> {
        T apply(LoadedModel model) throws InterruptedException;
    }

    @Override
    public synchronized void close() {
        if (!closed) {
            closed = true;
            tokenizer.ifPresent(TextTokenizer::close);
            model.close();
        }
    }
}
