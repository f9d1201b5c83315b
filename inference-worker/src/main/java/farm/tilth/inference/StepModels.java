package farm.tilth.inference;

import farm.tilth.inference.model.ModelFiles;
import farm.tilth.inference.model.NativeMemory;
import farm.tilth.inference.model.OnnxRuntime;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelPackage;
import farm.tilth.protocol.task.ModelStep;
import farm.tilth.protocol.worker.BlobStore;
import farm.tilth.protocol.worker.Folders;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The models that the steps of render jobs ran on last, beside the shelf: the coordinator orders what is on the shelf,
 * a step brings its model along. For one thread.
 */
final class StepModels implements AutoCloseable {
    /** A denoiser and an upscaler, say, frame after frame in turn. */
    private static final int MOST = 2;

    private final OnnxRuntime runtime;
    private final ModelShelf shelf;
    private final Path folder;
    private final Map<Digest, LoadedModel> loaded = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * No models.
     *
     * @param folder for their files
     */
    StepModels(OnnxRuntime runtime, ModelShelf shelf, Path folder) {
        this.runtime = runtime;
        this.shelf = shelf;
        this.folder = folder;
    }

    /**
     * The model of a step, loaded.
     *
     * @throws FarmException with OUT_OF_RESOURCES when it does not fit this worker
     */
    LoadedModel model(ModelStep step, BlobStore blobs) throws InterruptedException {
        Digest version = step.model().version();
        if (step.files().isEmpty()) {
            return shelf.find(version)
                    .orElseThrow(() -> new FarmException(
                            ErrorCode.MODEL_NOT_FOUND,
                            "this worker has no model '" + step.model().name() + "' of version " + version));
        }
        LoadedModel known = loaded.get(version);
        return known != null ? known : load(step, step.files().get(), blobs);
    }

    private LoadedModel load(ModelStep step, ModelPackage files, BlobStore blobs) throws InterruptedException {
        shelf.requireRoomFor(step.model());
        if (loaded.size() == MOST) {
            Digest oldest = loaded.keySet().iterator().next();
            loaded.remove(oldest).close();
            NativeMemory.giveBack();
            Folders.delete(folder.resolve(oldest.hex()));
        }
        Path own = folder.resolve(files.version().hex());
        LoadedModel model = LoadedModel.open(runtime, ModelFiles.fetch(files, blobs, own), step.model());
        loaded.put(step.model().version(), model);
        return model;
    }

    @Override
    public void close() {
        loaded.values().forEach(LoadedModel::close);
        loaded.clear();
    }
}
