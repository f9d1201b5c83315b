package farm.tilth.render.bvh;

import java.lang.foreign.MemorySegment;

/** The hierarchies of a scene, ready to be written into its buffer. Whoever opens one closes it. */
public interface Bvh extends AutoCloseable {
    /** The size of a node, {@code BvhNode} in scene.h. */
    long NODE_BYTES = 256;
    /** The size of a block of four triangles, {@code TriangleBlock} in scene.h. */
    long BLOCK_BYTES = 160;
    /** Stands for nothing where a child could be. */
    int NO_CHILD = -1;

    /** Where a ray begins: a {@code ChildReference} of scene.h. */
    int root();

    int nodeCount();

    int blockCount();

    /** Writes {@link #nodeCount} nodes and {@link #blockCount} blocks. */
    void write(MemorySegment nodes, MemorySegment blocks);

    @Override
    void close();
}
