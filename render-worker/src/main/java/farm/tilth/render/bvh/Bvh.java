package farm.tilth.render.bvh;

import java.lang.foreign.MemorySegment;

/** The hierarchies of a scene, ready to be written into its buffer. Whoever opens one closes it. */
public interface Bvh extends AutoCloseable {
    /** The size of a block of four triangles, {@code TriangleBlock} in scene.h. */
    long BLOCK_BYTES = 160;
    /** Stands for nothing where a child could be. */
    int NO_CHILD = -1;

    /** Where a ray begins: a {@code ChildReference} of scene.h. */
    int root();

    int nodeCount();

    int blockCount();

    /** Writes {@link #nodeCount} nodes in a layout and {@link #blockCount} blocks. */
    void write(NodeLayout layout, MemorySegment nodes, MemorySegment blocks);

    @Override
    void close();
}
