package farm.tilth.render.cuda;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.util.Optional;

/**
 * Asks for a GPU without touching a class that cannot be loaded where there is none. No GPU is a normal outcome.
 */
final class CudaProbe {
    private static final String DRIVER = "libcuda.so.1";
    private static final String RUNTIME = "libcudart.so.13";
    private static final String[] RUNTIME_FOLDERS = {"", "/usr/local/cuda/lib64/", "/usr/local/cuda-13.3/lib64/"};

    private CudaProbe() {}

    /** Why no GPU can be used here; empty when one can. */
    static Optional<String> obstacle() {
        try (Arena arena = Arena.ofConfined()) {
            Optional<SymbolLookup> driver = library(DRIVER, arena);
            if (driver.isEmpty()) {
                return Optional.of("there is no NVIDIA driver (" + DRIVER + ")");
            }
            int devices = devices(driver.get(), arena);
            if (devices < 1) {
                return Optional.of("the NVIDIA driver has no device");
            }
        }
        return runtimeIsThere()
                ? Optional.empty()
                : Optional.of("the NVIDIA driver has a device, but " + RUNTIME
                        + " is missing; install CUDA 13's runtime library");
    }

    private static Optional<SymbolLookup> library(String name, Arena arena) {
        try {
            return Optional.of(SymbolLookup.libraryLookup(name, arena));
        } catch (IllegalArgumentException e) {
            return Optional.empty(); // this is how a missing library is told
        }
    }

    private static boolean runtimeIsThere() {
        try (Arena arena = Arena.ofConfined()) {
            for (String folder : RUNTIME_FOLDERS) {
                if (library(folder + RUNTIME, arena).isPresent()) {
                    return true;
                }
            }
        }
        return CudaProbe.class.getResource("/org/bytedeco/cuda/linux-x86_64/" + RUNTIME) != null;
    }

    private static int devices(SymbolLookup driver, Arena arena) {
        Linker linker = Linker.nativeLinker();
        try {
            var init = linker.downcallHandle(driver.findOrThrow("cuInit"), FunctionDescriptor.of(JAVA_INT, JAVA_INT));
            var count = linker.downcallHandle(
                    driver.findOrThrow("cuDeviceGetCount"), FunctionDescriptor.of(JAVA_INT, ADDRESS));
            MemorySegment devices = arena.allocate(JAVA_INT);
            boolean works = (int) init.invokeExact(0) == 0 && (int) count.invokeExact(devices) == 0;
            return works ? devices.get(JAVA_INT, 0) : 0;
        } catch (Throwable e) {
            throw new IllegalStateException("the NVIDIA driver cannot be asked for devices", e);
        }
    }
}
