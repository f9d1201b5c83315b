package farm.tilth.render.pathtracer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import farm.tilth.render.bvh.Bvh;
import farm.tilth.render.bvh.BvhInput;
import farm.tilth.render.bvh.NodeLayout;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;

/** Hierarchies without use: all boxes are as large as can be, so that every ray tests every triangle and instance. */
final class ExhaustiveBvh implements Bvh {
    private static final int IS_BLOCK = 0x40000000;
    private static final int WIDTH = 8;

    private final BvhInput input;
    private final List<int[]> nodes = new ArrayList<>();
    private final List<int[]> blocks = new ArrayList<>();
    private final int root;

    private ExhaustiveBvh(BvhInput input) {
        this.input = input;
        int[] roots = new int[input.shapeCount()];
        for (int i = 0; i < roots.length; i++) {
            roots[i] = over(leaves(
                    input.shapes().getAtIndex(JAVA_INT, 2L * i), input.shapes().getAtIndex(JAVA_INT, 2L * i + 1)));
        }
        List<Integer> world = new ArrayList<>(leaves(0, input.worldTriangles()));
        for (int i = 1; i < input.instanceCount(); i++) {
            MemorySegment record = input.instances().asSlice(i * BvhInput.INSTANCE_BYTES);
            record.set(JAVA_INT, 24, roots[record.get(JAVA_INT, 24)]);
            world.add(i / 2, Integer.MIN_VALUE | i);
        }
        root = over(world);
    }

    static ExhaustiveBvh build(BvhInput input) {
        return new ExhaustiveBvh(input);
    }

    /** Blocks of triangles, the last one first. */
    private List<Integer> leaves(int first, int end) {
        List<Integer> references = new ArrayList<>();
        for (int last = end; last > first; last -= 4) {
            int from = Math.max(first, last - 4);
            blocks.add(IntStream.range(from, last).toArray());
            references.add(IS_BLOCK | (blocks.size() - 1));
        }
        return references;
    }

    private int over(List<Integer> references) {
        List<Integer> level = references;
        while (level.size() > 1) {
            List<Integer> above = new ArrayList<>();
            for (int i = 0; i < level.size(); i += WIDTH) {
                nodes.add(level.subList(i, Math.min(level.size(), i + WIDTH)).stream()
                        .mapToInt(Integer::intValue)
                        .toArray());
                above.add(nodes.size() - 1);
            }
            level = above;
        }
        return level.isEmpty() ? NO_CHILD : level.getFirst();
    }

    @Override
    public int root() {
        return root;
    }

    @Override
    public int nodeCount() {
        return nodes.size();
    }

    @Override
    public int blockCount() {
        return blocks.size();
    }

    @Override
    public void write(NodeLayout layout, MemorySegment toNodes, MemorySegment toBlocks) {
        for (int i = 0; i < nodes.size(); i++) {
            MemorySegment to = toNodes.asSlice(i * layout.nodeBytes(), layout.nodeBytes());
            if (layout == NodeLayout.PACKED) {
                writePacked(nodes.get(i), to);
            } else {
                writePlain(nodes.get(i), to);
            }
        }
        for (int i = 0; i < blocks.size(); i++) {
            writeBlock(blocks.get(i), toBlocks.asSlice(i * BLOCK_BYTES, BLOCK_BYTES));
        }
    }

    private static void writePlain(int[] children, MemorySegment to) {
        for (int i = 0; i < WIDTH; i++) {
            float side = i < children.length ? 1e30f : Float.NEGATIVE_INFINITY;
            for (int plane = 0; plane < 6; plane += 2) {
                to.setAtIndex(JAVA_FLOAT, plane * WIDTH + i, -side);
                to.setAtIndex(JAVA_FLOAT, (plane + 1) * WIDTH + i, side);
            }
            to.setAtIndex(JAVA_INT, 6 * WIDTH + i, i < children.length ? children[i] : NO_CHILD);
        }
        to.setAtIndex(JAVA_INT, 7 * WIDTH, (1 << children.length) - 1);
    }

    private static void writePacked(int[] children, MemorySegment to) {
        for (int k = 0; k < 3; k++) {
            to.setAtIndex(JAVA_FLOAT, k, -1e20f);
            to.setAtIndex(JAVA_FLOAT, 3 + k, 1e18f);
            for (int i = 0; i < WIDTH; i++) {
                to.set(JAVA_BYTE, 24 + 8L * (2 * k + 1) + i, (byte) 255);
            }
        }
        for (int i = 0; i < WIDTH; i++) {
            to.set(JAVA_INT, 72 + 4L * i, i < children.length ? children[i] : NO_CHILD);
        }
        to.set(JAVA_INT, 104, (1 << children.length) - 1);
    }

    private void writeBlock(int[] triangles, MemorySegment to) {
        for (int i = 0; i < 4; i++) {
            boolean there = i < triangles.length;
            long record = 16L * triangles[there ? i : 0];
            for (int corner = 0; corner < 3; corner++) {
                int vertex = input.triangles().get(JAVA_INT, record + (there ? 4 * corner : 0));
                for (int axis = 0; axis < 3; axis++) {
                    float p = input.positions().getAtIndex(JAVA_FLOAT, 3L * vertex + axis);
                    to.setAtIndex(JAVA_FLOAT, 12 * corner + 4 * axis + i, p);
                }
            }
            int material = input.triangles().get(JAVA_INT, record + 12);
            int number = triangles[there ? i : 0];
            to.setAtIndex(JAVA_INT, 36 + i, there ? number | input.holes().getAtIndex(JAVA_INT, material) : number);
        }
    }

    @Override
    public void close() {
        nodes.clear();
    }
}
