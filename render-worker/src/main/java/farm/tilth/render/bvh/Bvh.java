package farm.tilth.render.bvh;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * A hierarchy of boxes over triangles, as the kernel reads it.
 *
 * @param nodes {@link #NODE_BYTES} each; node 0 is the root
 * @param order the triangles' numbers in the order of the leaves, 32 bits each
 */
public record Bvh(MemorySegment nodes, MemorySegment order) {
    /** The size of a node, {@code BvhNode} in scene.h. */
    public static final long NODE_BYTES = 64;

    /**
     * Builds over triangles whose indices are valid and whose positions are finite.
     *
     * @param positions 3 floats a vertex
     * @param triangles 16 bytes each, {@code TriangleRecord} in scene.h
     * @param arena where the hierarchy lives
     */
    public static Bvh build(MemorySegment positions, MemorySegment triangles, int triangleCount, Arena arena) {
        MemorySegment nodes = arena.allocate(Math.max(1L, triangleCount) * NODE_BYTES, 64);
        MemorySegment order = arena.allocate(Math.max(1L, triangleCount) * Integer.BYTES, 64);
        int used = NativeBvh.build(
                positions.address(), triangles.address(), triangleCount, nodes.address(), order.address());
        if (used == 0) {
            throw new FarmException(
                    ErrorCode.OUT_OF_RESOURCES,
                    "no memory for the hierarchy over " + triangleCount + " triangles; use a machine with more");
        }
        return new Bvh(nodes.asSlice(0, used * NODE_BYTES), order);
    }

    public int nodeCount() {
        return (int) (nodes.byteSize() / NODE_BYTES);
    }
}
