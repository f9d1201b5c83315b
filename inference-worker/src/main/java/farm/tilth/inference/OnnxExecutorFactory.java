package farm.tilth.inference;

import com.sun.management.OperatingSystemMXBean;
import farm.tilth.inference.model.BundledModels;
import farm.tilth.inference.model.OnnxRuntime;
import farm.tilth.protocol.worker.TaskExecutor;
import farm.tilth.protocol.worker.TaskExecutorFactory;
import farm.tilth.protocol.worker.WorkerConfig;
import java.lang.management.ManagementFactory;
import java.nio.file.Path;
import java.util.List;

/** Offers one executor, on the GPU when there is one that can be used, with the bundled models loaded. */
public final class OnnxExecutorFactory implements TaskExecutorFactory {
    @Override
    public List<TaskExecutor> open(WorkerConfig config) {
        OnnxRuntime runtime = OnnxRuntime.start(config.data(), config.threads());
        List<LoadedModel> bundled = BundledModels.unpack(config.data()).stream()
                .map(files -> LoadedModel.load(runtime, files))
                .toList();
        Path models = config.data().resolve("models");
        ModelShelf shelf = new ModelShelf(runtime, bundled, models.resolve("uploaded"), memoryForModels());
        return List.of(new OnnxExecutor(runtime, shelf, models.resolve("steps"), config.trusted()));
    }

    /** Half of the machine's memory. */
    private static long memoryForModels() {
        return ManagementFactory.getOperatingSystemMXBean() instanceof OperatingSystemMXBean system
                ? system.getTotalMemorySize() / 2
                : Runtime.getRuntime().maxMemory();
    }
}
