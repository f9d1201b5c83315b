package farm.tilth.render.pathtracer;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A scene as the kernel reads it (scene.h): one flat piece of memory outside of the heap. Whoever opens it closes it. */
public final class SceneBuffer implements AutoCloseable {
    private final Arena arena;
    private final MemorySegment bytes;
    private final long hierarchyBytes;

    private SceneBuffer(Arena arena, MemorySegment bytes, long hierarchyBytes) {
        this.arena = arena;
        this.bytes = bytes;
        this.hierarchyBytes = hierarchyBytes;
    }

    /**
     * A buffer that is all 0, in large pages where the system has them.
     *
     * @throws FarmException OUT_OF_RESOURCES with the number of bytes when there is no memory
     */
    static SceneBuffer allocate(long size, long hierarchyBytes) {
        long address = CpuKernel.newPages(size);
        if (address == 0) {
            throw new FarmException(
                    ErrorCode.OUT_OF_RESOURCES,
                    "the scene needs " + size + " bytes, which this machine does not have; simplify it");
        }
        Arena arena = Arena.ofShared();
        MemorySegment bytes = MemorySegment.ofAddress(address)
                .reinterpret(size, arena, segment -> CpuKernel.releasePages(segment.address(), size));
        return new SceneBuffer(arena, bytes, hierarchyBytes);
    }

    public MemorySegment bytes() {
        return bytes;
    }

    /** How many of the bytes are the hierarchy's. */
    public long hierarchyBytes() {
        return hierarchyBytes;
    }

    @Override
    public void close() {
        arena.close();
    }
}
