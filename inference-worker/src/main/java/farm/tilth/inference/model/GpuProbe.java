package farm.tilth.inference.model;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.NoSuchElementException;

/**
 * Whether ONNX Runtime can use a GPU here: NVIDIA's driver answers and counts a device, and the folder of native
 * libraries that the owner named holds the CUDA provider. ONNX Runtime itself lists CUDA whether there is one or not.
 */
final class GpuProbe {
    private static final String DRIVER = "libcuda.so.1";
    private static final String PROVIDER = "onnxruntime_providers_cuda";

    private GpuProbe() {}

    /**
     * The number of devices that can be used; 0 is a normal answer.
     *
     * @param libraries the folder that ONNX Runtime loads its libraries from; null when nobody named one
     */
    static int devices(String libraries) {
        if (libraries == null || !Files.exists(Path.of(libraries).resolve(System.mapLibraryName(PROVIDER)))) {
            return 0;
        }
        return driverDevices();
    }

    /** The devices that the driver counts; 0 without a driver. */
    static int driverDevices() {
        try (Arena arena = Arena.ofConfined()) {
            SymbolLookup driver = SymbolLookup.libraryLookup(DRIVER, arena);
            Linker linker = Linker.nativeLinker();
            var init = linker.downcallHandle(
                    driver.findOrThrow("cuInit"), FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_INT));
            var count = linker.downcallHandle(
                    driver.findOrThrow("cuDeviceGetCount"),
                    FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.ADDRESS));
            MemorySegment devices = arena.allocate(ValueLayout.JAVA_INT);
            if ((int) init.invokeExact(0) != 0 || (int) count.invokeExact(devices) != 0) {
                return 0;
            }
            return devices.get(ValueLayout.JAVA_INT, 0);
        } catch (IllegalArgumentException | NoSuchElementException absent) {
            return 0;
        } catch (Throwable e) {
            throw new IllegalStateException("the CUDA driver cannot be asked", e);
        }
    }
}
