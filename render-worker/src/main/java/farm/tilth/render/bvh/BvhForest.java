package farm.tilth.render.bvh;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/** Hierarchies that the C++ builder grew on all cores, for speed: nodes of eight by a surface area heuristic. */
public final class BvhForest implements Bvh {
    private static final long INPUT_BYTES = 56;
    private static final long GROWN_BYTES = 24;

    private final long forest;
    private final int root;
    private final int nodeCount;
    private final int blockCount;

    private BvhForest(MemorySegment grown) {
        forest = grown.get(JAVA_LONG, 0);
        root = grown.get(JAVA_INT, 8);
        nodeCount = grown.get(JAVA_INT, 12);
        blockCount = grown.get(JAVA_INT, 16);
    }

    /**
     * Builds, and sets the instances' roots. The input's memory is read again by {@link #write}.
     *
     * @throws FarmException OUT_OF_RESOURCES when there is too little memory
     */
    public static BvhForest build(BvhInput input) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment grown = arena.allocate(GROWN_BYTES, 8);
            if (NativeBvh.grow(encoded(input, arena).address(), grown.address()) == 0) {
                long triangles = input.triangles().byteSize() / 16;
                throw new FarmException(
                        ErrorCode.OUT_OF_RESOURCES,
                        "no memory for the hierarchy over " + triangles + " triangles; use a machine with more");
            }
            return new BvhForest(grown);
        }
    }

    /** {@code ForestInput} of bvh_forest.h. */
    private static MemorySegment encoded(BvhInput input, Arena arena) {
        MemorySegment to = arena.allocate(INPUT_BYTES, 8);
        long[] arrays = {
            input.positions().address(),
            input.triangles().address(),
            input.holes().address(),
            input.shapes().address(),
            input.instances().address()
        };
        MemorySegment.copy(arrays, 0, to, JAVA_LONG, 0, arrays.length);
        int threads = Runtime.getRuntime().availableProcessors();
        int[] counts = {input.worldTriangles(), input.shapeCount(), input.instanceCount(), threads};
        MemorySegment.copy(counts, 0, to, JAVA_INT, 40, counts.length);
        return to;
    }

    @Override
    public int root() {
        return root;
    }

    @Override
    public int nodeCount() {
        return nodeCount;
    }

    @Override
    public int blockCount() {
        return blockCount;
    }

    @Override
    public void write(NodeLayout layout, MemorySegment nodes, MemorySegment blocks) {
        NativeBvh.write(forest, layout == NodeLayout.PACKED ? 1 : 0, nodes.address(), blocks.address());
    }

    @Override
    public void close() {
        NativeBvh.release(forest);
    }
}
