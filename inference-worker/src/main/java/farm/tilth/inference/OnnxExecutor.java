package farm.tilth.inference;

import farm.tilth.inference.model.ModelFiles;
import farm.tilth.inference.model.ModelInspection;
import farm.tilth.inference.model.OnnxRuntime;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelPackage;
import farm.tilth.protocol.task.ModelReport;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.task.TaskSpec.AssembleRows;
import farm.tilth.protocol.task.TaskSpec.AuditBlock;
import farm.tilth.protocol.task.TaskSpec.InferBatch;
import farm.tilth.protocol.task.TaskSpec.RunModel;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceBatch;
import farm.tilth.protocol.worker.BlobStore;
import farm.tilth.protocol.worker.InferenceExecutor;
import farm.tilth.protocol.worker.TaskContext;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/**
 * Runs batches of rows and answers online calls with the models that it holds; under the operator's key it recomputes
 * rows to compare them and writes the result files instead.
 */
final class OnnxExecutor implements InferenceExecutor {
    private static final Set<String> PAID_TASKS = Set.of("inferBatch", "runModel");
    private static final Set<String> TRUSTED_TASKS = Set.of("auditBlock", "assembleRows");

    private final OnnxRuntime runtime;
    private final boolean trusted;
    private final ModelShelf shelf;
    private final BatchTasks batches;
    private final StepModels stepModels;
    private final PictureTasks pictures;
    private final OnlineCalls calls = new OnlineCalls();

    /**
     * An executor with the models of a shelf.
     *
     * @param folder for the models that tasks bring along
     */
    OnnxExecutor(OnnxRuntime runtime, ModelShelf shelf, Path folder, boolean trusted) {
        this.runtime = runtime;
        this.trusted = trusted;
        this.shelf = shelf;
        this.batches = new BatchTasks(runtime.engine(), this::model);
        this.stepModels = new StepModels(runtime, shelf, folder);
        this.pictures = new PictureTasks(runtime.engine(), stepModels);
    }

    @Override
    public String engine() {
        return runtime.engine();
    }

    @Override
    public String device() {
        return runtime.device();
    }

    @Override
    public Set<String> taskTypes() {
        return trusted ? TRUSTED_TASKS : PAID_TASKS;
    }

    @Override
    public boolean accepts(TaskSpec spec) {
        boolean ours = !(spec instanceof AuditBlock audit)
                || audit.of() instanceof InferBatch
                || audit.of() instanceof RunModel;
        return ours && taskTypes().contains(spec.type());
    }

    @Override
    public List<ModelDescription> models() {
        return shelf.descriptions();
    }

    @Override
    public ResultFile execute(TaskSpec spec, TaskContext context) throws InterruptedException {
        return switch (spec) {
            case InferBatch batch -> batches.run(batch, context);
            case AuditBlock(InferBatch batch, int block) -> batches.recompute(batch, block, context);
            case RunModel model -> pictures.run(model, context);
            case AuditBlock(RunModel model, int block) -> pictures.recompute(model, block, context);
            case AssembleRows rows -> RowAssembly.run(rows, context);
            default ->
                throw new FarmException(
                        ErrorCode.INVALID_REQUEST, "engine " + engine() + " does not execute " + spec.type());
        };
    }

    @Override
    public List<InferenceAnswer> answer(InferenceBatch batch) throws InterruptedException {
        try {
            return model(Digest.parse(batch.getModel())).use(model -> calls.answer(model, batch));
        } catch (FarmException e) {
            return batch.getCallsList().stream()
                    .map(call -> OnlineCalls.refusal(call, e))
                    .toList();
        }
    }

    @Override
    public ModelReport inspect(ModelPackage model, BlobStore blobs, Path scratch) throws InterruptedException {
        if (!trusted) {
            throw new FarmException(ErrorCode.FORBIDDEN, "only a trusted worker inspects models");
        }
        ModelFiles.fetch(model, blobs, scratch.resolve("model"));
        return ModelInspection.inspect(model, scratch);
    }

    @Override
    public List<Digest> load(ModelPackage model, ModelDescription description, BlobStore blobs)
            throws InterruptedException {
        return shelf.load(model, description, blobs);
    }

    @Override
    public void unload(Digest version) {
        shelf.unload(version);
    }

    @Override
    public void close() {
        stepModels.close();
        shelf.close();
    }

    private LoadedModel model(Digest version) {
        return shelf.find(version)
                .orElseThrow(() ->
                        new FarmException(ErrorCode.MODEL_NOT_FOUND, "this worker has no model of version " + version));
    }
}
