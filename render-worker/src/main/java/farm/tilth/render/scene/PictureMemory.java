package farm.tilth.render.scene;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Memory for pictures, straight from the system: Java's own buffers may together be only as large as its heap, and the
 * pictures of one scene are larger than what else a worker needs. It is given back when nobody refers to it.
 */
final class PictureMemory {
    /** So much may be taken before the collector, which does not see it, is asked to look for what nobody needs. */
    private static final long BETWEEN_COLLECTIONS = 3L << 30;

    private static final MethodHandle CALLOC = function(
            "calloc", FunctionDescriptor.of(ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG, ValueLayout.JAVA_LONG));
    private static final MethodHandle FREE = function("free", FunctionDescriptor.ofVoid(ValueLayout.JAVA_LONG));
    private static final AtomicLong SINCE_COLLECTION = new AtomicLong();

    private PictureMemory() {}

    /**
     * Bytes that are all 0, at a multiple of 8.
     *
     * @throws FarmException OUT_OF_RESOURCES with the number of bytes when there is no memory
     */
    static MemorySegment allocate(long bytes) {
        if (SINCE_COLLECTION.addAndGet(bytes) > BETWEEN_COLLECTIONS) {
            SINCE_COLLECTION.set(0);
            System.gc();
        }
        long address = (long) call(CALLOC, bytes, 1L);
        if (address == 0) {
            throw new FarmException(
                    ErrorCode.OUT_OF_RESOURCES,
                    "a picture needs " + bytes + " bytes, which this machine does not have; make it smaller");
        }
        return MemorySegment.ofAddress(address)
                .reinterpret(bytes, Arena.ofAuto(), segment -> call(FREE, segment.address()));
    }

    private static MethodHandle function(String name, FunctionDescriptor signature) {
        Linker linker = Linker.nativeLinker();
        return linker.downcallHandle(linker.defaultLookup().findOrThrow(name), signature);
    }

    private static Object call(MethodHandle function, Object... arguments) {
        try {
            return function.invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw new LinkageError("the system's memory cannot be reached", e);
        }
    }
}
