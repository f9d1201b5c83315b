package farm.tilth.inference;

import com.sun.management.OperatingSystemMXBean;
import farm.tilth.inference.model.ModelFiles;
import farm.tilth.inference.model.OnnxRuntime;
import farm.tilth.protocol.worker.TaskExecutor;
import farm.tilth.protocol.worker.TaskExecutorFactory;
import farm.tilth.protocol.worker.WorkerConfig;
import java.lang.management.ManagementFactory;
import java.util.List;

/** Offers one executor, on the GPU when there is one that can be used, with the bundled model loaded. */
public final class OnnxExecutorFactory implements TaskExecutorFactory {
    @Override
    public List<TaskExecutor> open(WorkerConfig config) {
        OnnxRuntime runtime = OnnxRuntime.start(config.data(), config.threads());
        LoadedModel bundled = LoadedModel.load(runtime, ModelFiles.bundled(config.data()));
        ModelShelf shelf = new ModelShelf(
                runtime, List.of(bundled), config.data().resolve("models").resolve("uploaded"), memoryForModels());
        return List.of(new OnnxExecutor(runtime, shelf, config.trusted()));
    }

    /** Half of the machine's memory. */
    private static long memoryForModels() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize() / 2
                : Runtime.getRuntime().maxMemory();
    }
}
