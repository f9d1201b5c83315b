package farm.tilth.render.loader;

import farm.tilth.render.loader.MeshParts.Parts;
import farm.tilth.render.scene.Material;
import farm.tilth.render.scene.Matrix;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Which meshes of a posed scene are copied into the world, and which are kept once and placed by instances. Copies are
 * traced faster and emit light that is sampled, so that only large meshes in several places, and what moves while the
 * shutter is open, become instances.
 */
final class Arrangement {
    /** So many triangles must be saved for a mesh to be shared. */
    static final int LEAST_SAVED = 1 << 15;
    /** A transform that stretches one direction so much more than another would cost its inverse too many digits. */
    private static final double MOST_STRETCH = 1e4;
    /** Scales beyond this, or below its inverse, leave no room for products in single precision. */
    private static final double MOST_SCALE = 1e6;

    private final Hierarchy hierarchy;
    private final List<Parts> meshes;
    private final Pose pose;
    private final Pose opened;
    private final Pose closed;
    private final boolean[] shines;
    private final Map<Shape, Bounds> bounds = new HashMap<>();
    private final Map<Integer, Shape> placed = new HashMap<>();

    /** A mesh that is kept once: in its own space, and with these morph weights. */
    record Shape(int mesh, List<Double> weights) {
        double[] weightArray() {
            return weights.stream().mapToDouble(Double::doubleValue).toArray();
        }
    }

    /**
     * Decides for all shown nodes.
     *
     * @param pose whose morph weights hold
     * @param opened where the nodes are when the shutter opens
     * @param closed where they are when it closes
     * @param materials a primitive that shines is always copied, so that its light is sampled
     */
    Arrangement(
            Hierarchy hierarchy, List<Parts> meshes, Pose pose, Pose opened, Pose closed, List<Material> materials) {
        this.hierarchy = hierarchy;
        this.meshes = meshes;
        this.pose = pose;
        this.opened = opened;
        this.closed = closed;
        this.shines = new boolean[materials.size()];
        for (int i = 0; i < shines.length; i++) {
            shines[i] = materials.get(i).emission().shines();
        }
        Map<Shape, Integer> uses = new LinkedHashMap<>();
        for (int node : pose.shown()) {
            if (isRigid(node)) {
                uses.merge(shapeAt(node), 1, Integer::sum);
            }
        }
        for (int node : pose.shown()) {
            if (isRigid(node) && isWorthwhile(node, uses.get(shapeAt(node))) && hasUsefulTransform(node)) {
                placed.put(node, shapeAt(node));
            }
        }
    }

    /** The shape that an instance places at a node; null where there is none. */
    Shape placedAt(int node) {
        return placed.get(node);
    }

    boolean isCopied(int node, Primitive primitive) {
        return !placed.containsKey(node) || shines[primitive.surface()];
    }

    /** The primitives of a shape: those of its mesh that do not shine. */
    List<Primitive> primitives(Shape shape) {
        return meshes.get(shape.mesh()).primitives().stream()
                .filter(primitive -> !shines[primitive.surface()])
                .toList();
    }

    /** The box of a shape in its own space. */
    Bounds bounds(Shape shape) {
        return bounds.computeIfAbsent(shape, s -> {
            Bounds box = Bounds.EMPTY;
            for (Primitive primitive : primitives(s)) {
                box = box.and(PosedVertices.bounds(primitive, s.weightArray()));
            }
            return box;
        });
    }

    private boolean isRigid(int node) {
        Node at = hierarchy.nodes().get(node);
        return at.mesh() >= 0 && at.skin() < 0;
    }

    private Shape shapeAt(int node) {
        int mesh = hierarchy.nodes().get(node).mesh();
        double[] own = pose.weights().get(node);
        double[] weights = own == null ? meshes.get(mesh).weights() : own;
        return new Shape(mesh, Arrays.stream(weights).boxed().toList());
    }

    private boolean isWorthwhile(int node, int uses) {
        long triangles = primitives(shapeAt(node)).stream()
                .mapToLong(Primitive::triangleCount)
                .sum();
        return triangles > 0 && (moves(node) || (uses - 1) * triangles >= LEAST_SAVED);
    }

    private boolean moves(int node) {
        return !Arrays.equals(opened.world().get(node), closed.world().get(node));
    }

    private boolean hasUsefulTransform(int node) {
        Bounds box = bounds(shapeAt(node));
        return isUseful(opened.world().get(node), box)
                && (!moves(node) || isUseful(closed.world().get(node), box))
                && box.reach() <= Flattening.MAX_COORDINATE;
    }

    private static boolean isUseful(double[] matrix, Bounds box) {
        double[] cofactors = Matrix.cofactors(matrix);
        double determinant = Math.abs(Matrix.determinant(matrix));
        double stretch = largest(matrix, 4);
        double back = largest(cofactors, 3) / determinant;
        return stretch <= MOST_SCALE
                && back <= MOST_SCALE
                && stretch * back <= MOST_STRETCH
                && box.placed(matrix).reach() <= Flattening.MAX_COORDINATE;
    }

    /** The largest entry of a matrix's upper 3 × 3 part, whose columns have so many entries. */
    private static double largest(double[] matrix, int stride) {
        double largest = 0;
        for (int column = 0; column < 3; column++) {
            for (int row = 0; row < 3; row++) {
                largest = Math.max(largest, Math.abs(matrix[column * stride + row]));
            }
        }
        return largest;
    }
}
