package farm.tilth.render.pathtracer;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** A scene as the kernel reads it (scene.h): one flat piece of memory outside of the heap. Whoever opens it closes it. */
public final class SceneBuffer implements AutoCloseable {
    private final Arena arena;
    private final MemorySegment bytes;

    SceneBuffer(Arena arena, MemorySegment bytes) {
        this.arena = arena;
        this.bytes = bytes;
    }

    public MemorySegment bytes() {
        return bytes;
    }

    @Override
    public void close() {
        arena.close();
    }
}
