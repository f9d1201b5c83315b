package farm.tilth.render;

import farm.tilth.protocol.worker.TaskExecutor;
import farm.tilth.protocol.worker.TaskExecutorFactory;
import farm.tilth.protocol.worker.WorkerConfig;
import farm.tilth.render.pathtracer.KernelIdentity;
import farm.tilth.render.pathtracer.PathTracer;
import farm.tilth.render.pathtracer.PathTracers;
import farm.tilth.render.scene.Scene;
import java.util.List;

/** Offers the path tracer on the best device of this machine; to a trusted worker the assembly of pictures, too. */
public final class RenderExecutorFactory implements TaskExecutorFactory {
    @Override
    public List<TaskExecutor> open(WorkerConfig config) {
        TaskExecutor renderer = new RenderExecutor(new BestDevice(config.threads()), config.trusted());
        return config.trusted() ? List.of(renderer, new AssemblyExecutor()) : List.of(renderer);
    }

    /** The device that {@link PathTracers} chooses. */
    record BestDevice(int threads) implements RenderDevice {
        @Override
        public String engine() {
            return KernelIdentity.engine();
        }

        @Override
        public String description() {
            return PathTracers.device(threads);
        }

        @Override
        public PathTracer open(Scene scene) {
            return PathTracers.open(scene, threads);
        }
    }
}
