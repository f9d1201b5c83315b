package farm.tilth.render.pathtracer;

import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import farm.tilth.render.bvh.BvhInput;
import farm.tilth.render.scene.Finish;
import farm.tilth.render.scene.Instance;
import farm.tilth.render.scene.Material;
import farm.tilth.render.scene.Mesh;
import farm.tilth.render.scene.Scene;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A scene's triangles and instances as the kernel and the builder of its hierarchy read them. */
final class GeometryRecords {
    private static final long ALIGNMENT = 64;
    /** The place of {@code moves} in an {@code InstanceRecord}; the world's says whether anything does. */
    private static final long MOVES = 28;

    private final Scene scene;
    private final Map<Shape, Integer> shapes = new LinkedHashMap<>();

    /** Triangles that have a hierarchy of their own. */
    private record Shape(int first, int end) {}

    private GeometryRecords(Scene scene) {
        this.scene = scene;
        for (Instance instance : scene.instances()) {
            shapes.putIfAbsent(shape(instance), shapes.size());
        }
    }

    static BvhInput of(Scene scene, Arena arena) {
        GeometryRecords records = new GeometryRecords(scene);
        Mesh mesh = scene.mesh();
        MemorySegment positions = arena.allocate(Math.max(4L, 4L * mesh.positions().length), ALIGNMENT);
        MemorySegment.copy(mesh.positions(), 0, positions, JAVA_FLOAT, 0, mesh.positions().length);
        return new BvhInput(
                positions,
                triangles(mesh, arena),
                holes(scene.materials(), arena),
                records.shapes(arena),
                records.instances(arena),
                scene.worldTriangles());
    }

    private static Shape shape(Instance instance) {
        return new Shape(instance.firstTriangle(), instance.firstTriangle() + instance.triangleCount());
    }

    /** {@code TriangleRecord} each. */
    private static MemorySegment triangles(Mesh mesh, Arena arena) {
        int count = mesh.triangleCount();
        MemorySegment triangles = arena.allocate(16L * count, ALIGNMENT);
        for (int t = 0; t < count; t++) {
            MemorySegment.copy(mesh.indices(), 3 * t, triangles, JAVA_INT, 16L * t, 3);
            triangles.set(JAVA_INT, 16L * t + 12, mesh.materials()[t]);
        }
        return triangles;
    }

    private static MemorySegment holes(List<Material> materials, Arena arena) {
        MemorySegment holes = arena.allocate(4L * materials.size(), 4);
        for (int i = 0; i < materials.size(); i++) {
            Material material = materials.get(i);
            boolean cut = material.coverage().mode() != Material.AlphaMode.OPAQUE
                    || material.finish().kind() == Finish.Kind.UNLIT;
            holes.setAtIndex(JAVA_INT, i, cut ? Integer.MIN_VALUE : 0);
        }
        return holes;
    }

    private MemorySegment shapes(Arena arena) {
        MemorySegment to = arena.allocate(8L * shapes.size(), 4);
        shapes.forEach((shape, number) -> {
            to.setAtIndex(JAVA_INT, 2L * number, shape.first());
            to.setAtIndex(JAVA_INT, 2L * number + 1, shape.end());
        });
        return to;
    }

    /** {@code InstanceRecord} each, the world first. */
    private MemorySegment instances(Arena arena) {
        List<InstanceBox> boxes = new ArrayList<>();
        for (Shape shape : shapes.keySet()) {
            boxes.add(InstanceBox.ofTriangles(scene.mesh(), shape.first(), shape.end()));
        }
        MemorySegment to =
                arena.allocate(BvhInput.INSTANCE_BYTES * (1 + scene.instances().size()), ALIGNMENT);
        for (int i = 0; i < scene.instances().size(); i++) {
            Instance instance = scene.instances().get(i);
            int shape = shapes.get(shape(instance));
            long at = BvhInput.INSTANCE_BYTES * (i + 1);
            write(instance, boxes.get(shape), shape, to.asSlice(at, BvhInput.INSTANCE_BYTES));
        }
        to.set(JAVA_INT, MOVES, scene.instances().stream().anyMatch(Instance::moves) ? 1 : 0);
        return to;
    }

    private static void write(Instance instance, InstanceBox box, int shape, MemorySegment to) {
        float[] open = rows(instance.toWorld());
        float[] close = rows(instance.toWorldAtClose());
        InstanceBox placed = box.placed(open).and(box.placed(close));
        MemorySegment.copy(placed.low(), 0, to, JAVA_FLOAT, 0, 3);
        MemorySegment.copy(placed.high(), 0, to, JAVA_FLOAT, 12, 3);
        to.set(JAVA_INT, 24, shape);
        to.set(JAVA_INT, MOVES, instance.moves() ? 1 : 0);
        to.set(JAVA_INT, 176, instance.object());
        MemorySegment.copy(open, 0, to, JAVA_FLOAT, 32, open.length);
        MemorySegment.copy(close, 0, to, JAVA_FLOAT, 80, close.length);
        float[] inverse = inverse(open);
        MemorySegment.copy(inverse, 0, to, JAVA_FLOAT, 128, inverse.length);
    }

    /** The three upper rows of a matrix that is given by columns. */
    static float[] rows(double[] matrix) {
        float[] rows = new float[12];
        for (int row = 0; row < 3; row++) {
            for (int column = 0; column < 4; column++) {
                rows[4 * row + column] = (float) matrix[4 * column + row];
            }
        }
        return rows;
    }

    /** The rows of the inverse; not finite where there is none. */
    static float[] inverse(float[] m) {
        double[] cofactors = new double[9];
        for (int row = 0; row < 3; row++) {
            int a = 4 * ((row + 1) % 3);
            int b = 4 * ((row + 2) % 3);
            for (int k = 0; k < 3; k++) {
                int k1 = (k + 1) % 3;
                int k2 = (k + 2) % 3;
                cofactors[3 * row + k] = (double) m[a + k1] * m[b + k2] - (double) m[a + k2] * m[b + k1];
            }
        }
        double determinant = m[0] * cofactors[0] + m[1] * cofactors[1] + m[2] * cofactors[2];
        float[] inverse = new float[12];
        for (int row = 0; row < 3; row++) {
            double offset = 0;
            for (int column = 0; column < 3; column++) {
                double entry = cofactors[3 * column + row] / determinant;
                inverse[4 * row + column] = (float) entry;
                offset -= entry * m[4 * column + 3];
            }
            inverse[4 * row + 3] = (float) offset;
        }
        return inverse;
    }
}
