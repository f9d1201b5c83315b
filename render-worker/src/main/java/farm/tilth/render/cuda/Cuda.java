package farm.tilth.render.cuda;

import static org.bytedeco.cuda.global.cudart.CUDA_ERROR_OUT_OF_MEMORY;
import static org.bytedeco.cuda.global.cudart.CUDA_SUCCESS;
import static org.bytedeco.cuda.global.cudart.cuGetErrorName;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import org.bytedeco.javacpp.BytePointer;
import org.bytedeco.javacpp.PointerPointer;

/** What all calls of the CUDA driver have in common: they return a number that must be looked at. */
final class Cuda {
    private Cuda() {}

    /**
     * Throws unless the call succeeded.
     *
     * @param what the call was for: "launch path_tracer"
     */
    static void check(int result, String what) {
        if (result != CUDA_SUCCESS) {
            boolean memory = result == CUDA_ERROR_OUT_OF_MEMORY;
            throw new FarmException(
                    memory ? ErrorCode.OUT_OF_RESOURCES : ErrorCode.UNAVAILABLE,
                    "the GPU could not " + what + ": " + name(result)
                            + (memory ? "; the scene needs a device with more memory" : "; restart the worker"));
        }
    }

    private static String name(int result) {
        try (PointerPointer<BytePointer> name = new PointerPointer<>(1)) {
            return cuGetErrorName(result, name) == CUDA_SUCCESS
                    ? name.get(BytePointer.class).getString()
                    : "error " + result;
        }
    }
}
