package farm.tilth.inference;

import farm.tilth.inference.model.ModelFiles;
import farm.tilth.inference.model.OnnxRuntime;
import farm.tilth.protocol.worker.TaskExecutor;
import farm.tilth.protocol.worker.TaskExecutorFactory;
import farm.tilth.protocol.worker.WorkerConfig;
import java.util.List;

/** Offers one executor, on the GPU when there is one that can be used, with the bundled model loaded. */
public final class OnnxExecutorFactory implements TaskExecutorFactory {
    @Override
    public List<TaskExecutor> open(WorkerConfig config) {
        OnnxRuntime runtime = OnnxRuntime.start(config.data(), config.threads());
        LoadedModel bundled = LoadedModel.load(runtime, ModelFiles.bundled(config.data()));
        return List.of(new OnnxExecutor(runtime, List.of(bundled), config.trusted()));
    }
}
