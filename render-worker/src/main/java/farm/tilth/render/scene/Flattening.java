package farm.tilth.render.scene;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.render.scene.MeshParts.Parts;
import farm.tilth.render.scene.Primitive.MorphTarget;
import java.util.Arrays;
import java.util.List;

/** Places the primitives of a posed scene in the world, as one mesh. */
final class Flattening {
    /** Coordinates beyond this leave no room for products in single precision. */
    static final double MAX_COORDINATE = 1e8;

    private final float[] positions;
    private final float[] normals;
    private final float[] tangents;
    private final float[] uv0;
    private final float[] uv1;
    private final float[] colors;
    private final int[] indices;
    private final int[] materials;
    private int vertex;
    private int triangle;

    private Flattening(int vertices, int triangles) {
        positions = new float[vertices * 3];
        normals = new float[vertices * 3];
        tangents = new float[vertices * 4];
        uv0 = new float[vertices * 2];
        uv1 = new float[vertices * 2];
        colors = new float[vertices * 4];
        indices = new int[triangles * 3];
        materials = new int[triangles];
    }

    /** The mesh of all shown nodes. */
    static Mesh of(Hierarchy hierarchy, List<Parts> meshes, List<Skin> skins, Pose pose, SceneLimits limits) {
        long vertices = 0;
        long triangles = 0;
        for (int node : pose.shown()) {
            int mesh = hierarchy.nodes().get(node).mesh();
            for (Primitive primitive :
                    mesh < 0 ? List.<Primitive>of() : meshes.get(mesh).primitives()) {
                vertices += primitive.vertexCount();
                triangles += primitive.triangleCount();
            }
            if (triangles > limits.triangles() || vertices > 3 * limits.triangles()) {
                throw MeshParts.tooManyTriangles("nodes[" + node + "]", limits);
            }
        }
        Flattening flat = new Flattening((int) vertices, (int) triangles);
        for (int node : pose.shown()) {
            Node at = hierarchy.nodes().get(node);
            if (at.mesh() < 0) {
                continue;
            }
            Parts parts = meshes.get(at.mesh());
            double[] weights = pose.weights().get(node) == null
                    ? parts.weights()
                    : pose.weights().get(node);
            for (Primitive primitive : parts.primitives()) {
                boolean skinned = at.skin() >= 0 && primitive.influences() > 0;
                Placement placement = skinned
                        ? Placement.skinned(skins.get(at.skin()), pose)
                        : Placement.rigid(pose.world().get(node));
                flat.add(primitive, weights, placement, node);
            }
        }
        return new Mesh(
                flat.positions,
                flat.normals,
                flat.tangents,
                flat.uv0,
                flat.uv1,
                flat.colors,
                flat.indices,
                flat.materials);
    }

    private void add(Primitive primitive, double[] weights, Placement placement, int node) {
        int count = primitive.vertexCount();
        boolean[] mirrored = new boolean[count];
        for (int v = 0; v < count; v++) {
            double[] matrix = placement.at(primitive, v);
            mirrored[v] = Matrix.determinant(matrix) < 0;
            place(primitive, v, weights, matrix, node);
        }
        System.arraycopy(primitive.uv()[0], 0, uv0, vertex * 2, count * 2);
        System.arraycopy(primitive.uv()[1], 0, uv1, vertex * 2, count * 2);
        if (primitive.colors() == null) {
            Arrays.fill(colors, vertex * 4, (vertex + count) * 4, 1);
        } else {
            System.arraycopy(primitive.colors(), 0, colors, vertex * 4, count * 4);
        }
        int first = triangle * 3;
        int[] from = primitive.indices();
        for (int i = 0; i < from.length; i += 3) {
            // A mirroring transform turns the winding round.
            boolean turned = mirrored[from[i]];
            indices[first + i] = vertex + from[i];
            indices[first + i + 1] = vertex + from[i + (turned ? 2 : 1)];
            indices[first + i + 2] = vertex + from[i + (turned ? 1 : 2)];
            materials[triangle++] = primitive.surface();
        }
        for (int at = first; at < triangle * 3; at += 3) {
            completeNormals(at, primitive.normals() == null);
        }
        if (primitive.tangents() != null) {
            squareTangents(vertex, vertex + count);
        }
        vertex += count;
    }

    private void place(Primitive primitive, int v, double[] weights, double[] matrix, int node) {
        double[] position = morphed(primitive.positions(), 3, primitive, v, weights, 0);
        int to = (vertex + v) * 3;
        for (int row = 0; row < 3; row++) {
            double x = matrix[row] * position[0]
                    + matrix[4 + row] * position[1]
                    + matrix[8 + row] * position[2]
                    + matrix[12 + row];
            if (!(Math.abs(x) <= MAX_COORDINATE)) {
                throw new FarmException(
                        ErrorCode.INVALID_SCENE,
                        "nodes[" + node + "]: a vertex of " + primitive.place() + " lies at " + x
                                + "; keep the scene within " + MAX_COORDINATE + " units of the origin");
            }
            positions[to + row] = (float) x;
        }
        double side = Matrix.determinant(matrix) < 0 ? -1 : 1;
        if (primitive.normals() != null) {
            double[] n = morphed(primitive.normals(), 3, primitive, v, weights, 1);
            double[] m = Matrix.cofactors(matrix);
            double[] turned = new double[3];
            for (int row = 0; row < 3; row++) {
                turned[row] = side * (m[row] * n[0] + m[3 + row] * n[1] + m[6 + row] * n[2]);
            }
            store(normals, to, Matrix.unit(turned, 0, 0, 0));
        }
        if (primitive.tangents() != null) {
            double[] t = morphed(primitive.tangents(), 4, primitive, v, weights, 2);
            double[] turned = new double[3];
            for (int row = 0; row < 3; row++) {
                turned[row] = matrix[row] * t[0] + matrix[4 + row] * t[1] + matrix[8 + row] * t[2];
            }
            store(tangents, (vertex + v) * 4, Matrix.unit(turned, 0, 0, 0));
            tangents[(vertex + v) * 4 + 3] = (float) (primitive.tangents()[v * 4 + 3] < 0 ? -side : side);
        }
    }

    /** The first three numbers of a vertex's attribute with what the morph targets add. */
    private static double[] morphed(
            float[] base, int width, Primitive primitive, int v, double[] weights, int attribute) {
        double[] out = {base[v * width], base[v * width + 1], base[v * width + 2]};
        List<MorphTarget> targets = primitive.targets();
        for (int t = 0; t < targets.size() && t < weights.length; t++) {
            MorphTarget target = targets.get(t);
            float[] delta =
                    switch (attribute) {
                        case 0 -> target.positions();
                        case 1 -> target.normals();
                        default -> target.tangents();
                    };
            for (int c = 0; delta != null && weights[t] != 0 && c < 3; c++) {
                out[c] += weights[t] * delta[v * 3 + c];
            }
        }
        return out;
    }

    /** Gives a triangle's corners its own normal: all of them when flat, else those that have none. */
    private void completeNormals(int at, boolean flat) {
        float[] normal = null;
        for (int c = 0; c < 3; c++) {
            int n = indices[at + c] * 3;
            if (flat || (normals[n] == 0 && normals[n + 1] == 0 && normals[n + 2] == 0)) {
                normal = normal == null ? FlatNormals.of(positions, indices, at) : normal;
                System.arraycopy(normal, 0, normals, n, 3);
            }
        }
    }

    /** Morphs and skins leave tangents askew: sets them at a right angle to their normals. */
    private void squareTangents(int from, int to) {
        for (int v = from; v < to; v++) {
            double[] normal = {normals[v * 3], normals[v * 3 + 1], normals[v * 3 + 2]};
            double[] tangent = {tangents[v * 4], tangents[v * 4 + 1], tangents[v * 4 + 2]};
            double along = Matrix.dot(normal, tangent);
            for (int c = 0; c < 3; c++) {
                tangent[c] -= along * normal[c];
            }
            store(tangents, v * 4, Matrix.unit(tangent, TangentSpace.perpendicular(normal)));
        }
    }

    private static void store(float[] to, int at, double[] v) {
        for (int c = 0; c < 3; c++) {
            to[at + c] = (float) v[c];
        }
    }

    /** The matrix that moves each vertex of a primitive. */
    private record Placement(double[] rigid, List<double[]> joints) {
        static Placement rigid(double[] world) {
            return new Placement(world, List.of());
        }

        static Placement skinned(Skin skin, Pose pose) {
            double[][] joints = new double[skin.joints().length][];
            for (int j = 0; j < joints.length; j++) {
                joints[j] = Matrix.product(
                        pose.world().get(skin.joints()[j]), skin.inverseBind().get(j));
            }
            return new Placement(null, List.of(joints));
        }

        double[] at(Primitive primitive, int v) {
            if (rigid != null) {
                return rigid;
            }
            double[] blended = new double[16];
            for (int k = v * primitive.influences(); k < (v + 1) * primitive.influences(); k++) {
                double weight = primitive.weights()[k];
                double[] joint = joints.get(primitive.joints()[k]);
                for (int i = 0; weight > 0 && i < 16; i++) {
                    blended[i] += weight * joint[i];
                }
            }
            return blended;
        }
    }
}
