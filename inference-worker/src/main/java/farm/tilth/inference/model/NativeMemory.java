package farm.tilth.inference.model;

import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.Optional;

/**
 * The heap of the C library, on which ONNX Runtime keeps weights. What is freed there stays with the process until the
 * library is told to hand it on: glibc is, by malloc_trim; others do it by themselves.
 */
public final class NativeMemory {
    private static final Optional<MethodHandle> TRIM = find();

    private NativeMemory() {}

    private static Optional<MethodHandle> find() {
        Linker linker = Linker.nativeLinker();
        return linker.defaultLookup()
                .find("malloc_trim")
                .map(address -> linker.downcallHandle(
                        address, FunctionDescriptor.of(ValueLayout.JAVA_INT, ValueLayout.JAVA_LONG)));
    }

    /** Gives what is free back to the system; takes some milliseconds. */
    public static void giveBack() {
        if (TRIM.isPresent()) {
            try {
                int ignored = (int) TRIM.get().invokeExact(0L);
            } catch (Throwable e) {
                throw new IllegalStateException("malloc_trim failed", e);
            }
        }
    }
}
