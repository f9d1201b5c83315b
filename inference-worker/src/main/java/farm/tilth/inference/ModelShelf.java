package farm.tilth.inference;

import farm.tilth.inference.model.ModelFiles;
import farm.tilth.inference.model.NativeMemory;
import farm.tilth.inference.model.OnnxRuntime;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelPackage;
import farm.tilth.protocol.worker.BlobStore;
import farm.tilth.protocol.worker.Folders;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The models in this worker's memory: the bundled ones for good, uploaded ones as long as they fit, the least recently
 * used leaving first. Thread-safe; a model that is in use is closed when its user is done.
 */
final class ModelShelf {
    private final OnnxRuntime runtime;
    private final Path folder;
    private final long memoryBytes;
    private final Map<Digest, LoadedModel> bundled = new LinkedHashMap<>();
    /** The least recently used first. */
    private final Map<Digest, LoadedModel> uploaded = new LinkedHashMap<>(16, 0.75f, true);

    /**
     * A shelf with the bundled models.
     *
     * @param folder for the files of uploaded models
     * @param memoryBytes the most that uploaded models take together
     */
    ModelShelf(OnnxRuntime runtime, List<LoadedModel> bundled, Path folder, long memoryBytes) {
        this.runtime = runtime;
        this.folder = folder;
        this.memoryBytes = memoryBytes;
        bundled.forEach(model -> this.bundled.put(model.description().version(), model));
    }

    synchronized List<ModelDescription> descriptions() {
        List<ModelDescription> all = new ArrayList<>();
        bundled.values().forEach(model -> all.add(model.description()));
        uploaded.values().forEach(model -> all.add(model.description()));
        return all;
    }

    synchronized Optional<LoadedModel> find(Digest version) {
        LoadedModel model = bundled.get(version);
        return Optional.ofNullable(model == null ? uploaded.get(version) : model);
    }

    /** Loads an uploaded model; returns what left to make room. */
    List<Digest> load(ModelPackage model, ModelDescription description, BlobStore blobs) throws InterruptedException {
        Digest version = model.version();
        if (find(version).isPresent()) {
            return List.of();
        }
        long needed = description.calibration().memoryBytes();
        requireRoomFor(description);
        if (!description.runsOn(runtime.engine())) {
            throw new FarmException(
                    ErrorCode.INVALID_MODEL,
                    "the model was measured on " + description.engine() + "; this worker runs " + runtime.engine());
        }
        List<Digest> dropped = makeRoom(needed);
        Path own = folder.resolve(version.hex());
        ModelFiles files = ModelFiles.fetch(model, blobs, own);
        LoadedModel loaded = LoadedModel.open(runtime, files, description);
        synchronized (this) {
            uploaded.put(version, loaded);
        }
        return dropped;
    }

    /**
     * Refuses a model that is too large for this worker.
     *
     * @throws FarmException with OUT_OF_RESOURCES
     */
    void requireRoomFor(ModelDescription model) {
        long needed = model.calibration().memoryBytes();
        if (needed > memoryBytes) {
            throw new FarmException(
                    ErrorCode.OUT_OF_RESOURCES,
                    "model '" + model.name() + "' needs " + needed + " bytes of memory; this worker has " + memoryBytes
                            + " for models");
        }
    }

    private List<Digest> makeRoom(long needed) {
        List<Digest> dropped = new ArrayList<>();
        while (true) {
            Digest oldest;
            synchronized (this) {
                long used = uploaded.values().stream()
                        .mapToLong(model -> model.description().calibration().memoryBytes())
                        .sum();
                if (used + needed <= memoryBytes || uploaded.isEmpty()) {
                    return dropped;
                }
                oldest = uploaded.keySet().iterator().next();
            }
            unload(oldest);
            dropped.add(oldest);
        }
    }

    /** Gives an uploaded model's memory and disk back; bundled ones stay. */
    void unload(Digest version) {
        LoadedModel model;
        synchronized (this) {
            model = uploaded.remove(version);
        }
        if (model != null) {
            model.close();
            NativeMemory.giveBack();
            Folders.delete(folder.resolve(version.hex()));
        }
    }

    void close() {
        List<LoadedModel> all;
        synchronized (this) {
            all = new ArrayList<>(bundled.values());
            all.addAll(uploaded.values());
            bundled.clear();
            uploaded.clear();
        }
        all.forEach(LoadedModel::close);
    }
}
