package farm.tilth.render.pathtracer;

import static java.lang.System.Logger.Level.WARNING;

import farm.tilth.protocol.FarmException;
import farm.tilth.render.cuda.CudaDevice;
import farm.tilth.render.cuda.CudaPathTracer;
import farm.tilth.render.scene.Scene;
import java.util.Locale;
import java.util.Optional;

/**
 * Opens a scene on the best device of this machine: a GPU where CUDA has one, else the processor. The environment's
 * TILTH_DEVICE=cpu keeps to the processor.
 */
public final class PathTracers {
    private static final boolean CPU_ONLY = "cpu".equalsIgnoreCase(System.getenv("TILTH_DEVICE"));

    private PathTracers() {}

    /**
     * Makes a scene ready to render. The caller closes the path tracer, on the same thread.
     *
     * @param threads CPU threads to use where there is no GPU
     * @throws farm.tilth.protocol.FarmException when the scene is broken or too large for the device
     */
    public static PathTracer open(Scene scene, int threads) {
        Optional<CudaDevice> gpu = gpu();
        return gpu.isPresent() ? CudaPathTracer.open(gpu.get(), scene) : new CpuPathTracer(scene, threads);
    }

    /** The device that {@link #open} uses, for people: "cpu, 2 threads, v3". */
    public static String device(int threads) {
        return gpu().map(gpu -> "cuda, " + gpu.name())
                .orElseGet(() -> "cpu, " + threads + (threads == 1 ? " thread, " : " threads, ")
                        + CpuPathTracer.Level.best().name().toLowerCase(Locale.ROOT));
    }

    private static Optional<CudaDevice> gpu() {
        return CPU_ONLY ? Optional.empty() : ExactGpu.FOUND;
    }

    /** The GPU that has shown that it gives the processor's picture; looked for once. */
    private static final class ExactGpu {
        static final Optional<CudaDevice> FOUND = CudaDevice.first().filter(ExactGpu::passesSelftest);

        private static boolean passesSelftest(CudaDevice device) {
            System.Logger log = System.getLogger(PathTracers.class.getName());
            try {
                if (Selftest.expected().equals(Selftest.run(scene -> CudaPathTracer.open(device, scene)))) {
                    return true;
                }
                log.log(WARNING, "{0} does not give the selftest's picture; rendering on the processor", device.name());
            } catch (FarmException e) {
                log.log(WARNING, "{0} cannot be used; rendering on the processor: {1}", device.name(), e.getMessage());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return false;
        }
    }
}
