package farm.tilth.render.cuda;

import static org.bytedeco.cuda.global.cudart.cuLaunchKernel;
import static org.bytedeco.cuda.global.cudart.cuModuleGetFunction;
import static org.bytedeco.cuda.global.cudart.cuModuleLoadData;
import static org.bytedeco.cuda.global.cudart.cuModuleUnload;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import org.bytedeco.cuda.cudart.CUfunc_st;
import org.bytedeco.cuda.cudart.CUmod_st;
import org.bytedeco.cuda.cudart.CUstream_st;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.LongPointer;
import org.bytedeco.javacpp.Pointer;
import org.bytedeco.javacpp.PointerPointer;

/**
 * The compiled kernel on a device: the binary that nvcc made when this was built, or else one that NVRTC makes now.
 */
final class CudaModule implements AutoCloseable {
    private static final String BINARY = "/farm/tilth/render/kernel/path_tracer.fatbin";
    private static final String ENTRY = "tilth_render";
    private static final int THREADS_PER_BLOCK = 64;

    private final CUmod_st module;
    private final CUfunc_st function;

    private CudaModule(CUmod_st module, CUfunc_st function) {
        this.module = module;
        this.function = function;
    }

    static CudaModule load(CudaDevice device) {
        byte[] binary = binary(device);
        CUmod_st module = new CUmod_st();
        CUfunc_st function = new CUfunc_st();
        try (BytePointer image = new BytePointer(binary)) {
            Cuda.check(cuModuleLoadData(module, image), "load the kernel");
        }
        Cuda.check(cuModuleGetFunction(function, module, ENTRY), "find the kernel");
        return new CudaModule(module, function);
    }

    private static byte[] binary(CudaDevice device) {
        try (InputStream packed = CudaModule.class.getResourceAsStream(BINARY)) {
            return packed != null ? packed.readAllBytes() : RuntimeCompiler.compile(device);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read the kernel's binary", e);
        } catch (LinkageError e) {
            throw new FarmException(
                    ErrorCode.UNAVAILABLE,
                    "this build has no CUDA binary and there is no NVRTC; build with nvcc on the PATH",
                    e);
        }
    }

    /** Runs the kernel for so many pixels and returns before it ends. */
    void launch(long pixels, MemorySegment parameters) {
        int blocks = Math.toIntExact((pixels + THREADS_PER_BLOCK - 1) / THREADS_PER_BLOCK);
        try (PointerPointer<Pointer> arguments = new PointerPointer<>(1);
                LongPointer launch = new LongPointer(parameters.byteSize() / Long.BYTES)) {
            MemorySegment.ofAddress(launch.address())
                    .reinterpret(parameters.byteSize())
                    .copyFrom(parameters);
            arguments.put(0, launch);
            Cuda.check(
                    cuLaunchKernel(
                            function, blocks, 1, 1, THREADS_PER_BLOCK, 1, 1, 0, new CUstream_st(), arguments, null),
                    "launch the path tracer");
        }
    }

    @Override
    public void close() {
        Cuda.check(cuModuleUnload(module), "unload the kernel");
    }
}
