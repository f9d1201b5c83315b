package farm.tilth.render.bvh;

import java.lang.foreign.MemorySegment;

/**
 * What hierarchies are built over, outside of the heap, as scene.h and bvh_forest.h have it.
 *
 * @param positions 3 floats a vertex, finite
 * @param triangles {@code TriangleRecord} each, with valid indices
 * @param holes 32 bits a material: the sign bit where alpha can make holes, else 0
 * @param shapes 2 integers each: the first triangle and the one after the last
 * @param instances {@code InstanceRecord} each, the first one the world; a root is a shape's number, which the builder
 *     replaces by the shape's hierarchy
 * @param worldTriangles the world's own triangles are the first ones
 */
public record BvhInput(
        MemorySegment positions,
        MemorySegment triangles,
        MemorySegment holes,
        MemorySegment shapes,
        MemorySegment instances,
        int worldTriangles) {
    /** The size of {@code InstanceRecord} in scene.h. */
    public static final long INSTANCE_BYTES = 192;

    public int shapeCount() {
        return (int) (shapes.byteSize() / (2 * Integer.BYTES));
    }

    public int instanceCount() {
        return (int) (instances.byteSize() / INSTANCE_BYTES);
    }
}
