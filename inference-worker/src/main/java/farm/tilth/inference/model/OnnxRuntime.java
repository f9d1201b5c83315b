package farm.tilth.inference.model;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.OrtSession.SessionOptions;
import ai.onnxruntime.providers.OrtCUDAProviderOptions;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription;
import java.nio.file.Path;

/**
 * ONNX Runtime on one device, with the options that make its results the same everywhere: only those rewrites of the
 * graph that do not depend on the processor, and full 32-bit floats on a GPU. Thread-safe.
 */
public final class OnnxRuntime {
    private final OrtEnvironment environment;
    private final int threads;
    private final boolean gpu;

    private OnnxRuntime(OrtEnvironment environment, int threads, boolean gpu) {
        this.environment = environment;
        this.threads = threads;
        this.gpu = gpu;
    }

    /**
     * Loads the libraries and probes for a GPU.
     *
     * @param data the worker's folder; nothing is written elsewhere
     * @param threads of the CPU that a session may use; they do not change any result
     */
    public static OnnxRuntime start(Path data, int threads) {
        NativeLibraries.prepare(data);
        return new OnnxRuntime(
                // A caller's bad tensor is an error of the call and not of the worker: it is answered, not logged.
                OrtEnvironment.getEnvironment(OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL, "tilth"),
                threads,
                GpuProbe.devices(System.getProperty(NativeLibraries.RUNTIME_PATH)) > 0);
    }

    /** "onnx-1.29.0"; on a GPU the arithmetic is another, and so is the engine. */
    public String engine() {
        return "onnx-" + environment.getVersion() + (gpu ? ModelDescription.ON_GPU : "");
    }

    public String device() {
        return gpu ? "cuda:0" : "cpu, " + threads + (threads == 1 ? " thread" : " threads");
    }

    OrtEnvironment environment() {
        return environment;
    }

    /**
     * Opens a model.
     *
     * @throws FarmException with INVALID_MODEL when ONNX Runtime cannot run it
     */
    OrtSession open(Path onnx) {
        return open(onnx, SessionOptions.OptLevel.BASIC_OPT, threads);
    }

    /** The same with other options, to see by how much right results may differ. */
    OrtSession open(Path onnx, SessionOptions.OptLevel level, int threads) {
        try (SessionOptions options = new SessionOptions()) {
            options.setOptimizationLevel(level);
            options.setExecutionMode(SessionOptions.ExecutionMode.SEQUENTIAL);
            options.setIntraOpNumThreads(threads);
            options.setInterOpNumThreads(1);
            options.setDeterministicCompute(true);
            // Between a model's steps, threads wait for the next one by spinning for so long, and sleep then: waking
            // them takes a fifth of a small run, and spinning on would take the processor from others.
            options.addConfigEntry("session.intra_op.spin_duration_us", "50");
            if (gpu) {
                try (OrtCUDAProviderOptions cuda = new OrtCUDAProviderOptions(0)) {
                    cuda.add("use_tf32", "0");
                    cuda.add("cudnn_conv_algo_search", "DEFAULT");
                    options.addCUDA(cuda);
                }
            }
            return environment.createSession(onnx.toString(), options);
        } catch (OrtException e) {
            throw new FarmException(
                    ErrorCode.INVALID_MODEL,
                    "ONNX Runtime cannot load " + onnx.getFileName() + ": " + e.getMessage(),
                    e);
        }
    }
}
