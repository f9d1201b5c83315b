package farm.tilth.render.loader;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.render.loader.Primitive.MorphTarget;
import farm.tilth.render.scene.Matrix;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** Where the vertices of a primitive are, morphed by weights and moved by a node's or by joints' matrices. */
final class PosedVertices {
    private final Primitive primitive;
    private final double[] weights;
    private final int node;
    private final Transform rigid;
    private final List<double[]> joints;

    /** A matrix with what follows from it. */
    record Transform(double[] matrix, double[] cofactors, double side) {
        static Transform of(double[] matrix) {
            return new Transform(matrix, Matrix.cofactors(matrix), Matrix.determinant(matrix) < 0 ? -1 : 1);
        }
    }

    private PosedVertices(Primitive primitive, double[] weights, int node, Transform rigid, List<double[]> joints) {
        this.primitive = primitive;
        this.weights = weights;
        this.node = node;
        this.rigid = rigid;
        this.joints = joints;
    }

    /** Moved as a whole. */
    static PosedVertices rigid(Primitive primitive, double[] weights, double[] matrix, int node) {
        return new PosedVertices(primitive, weights, node, Transform.of(matrix), List.of());
    }

    /** Moved by the joints of a skin. */
    static PosedVertices skinned(Primitive primitive, double[] weights, Skin skin, Pose pose, int node) {
        List<double[]> joints = new ArrayList<>();
        for (int j = 0; j < skin.joints().length; j++) {
            joints.add(Matrix.product(
                    pose.world().get(skin.joints()[j]), skin.inverseBind().get(j)));
        }
        return new PosedVertices(primitive, weights, node, null, joints);
    }

    /** The box of a primitive in its own space. */
    static Bounds bounds(Primitive primitive, double[] weights) {
        PosedVertices vertices = new PosedVertices(primitive, weights, -1, null, List.of());
        double[] low = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
        double[] high = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
        for (int v = 0; v < primitive.vertexCount(); v++) {
            grow(low, high, vertices.morphed(primitive.positions(), 3, v, 0));
        }
        return new Bounds(low, high);
    }

    Primitive primitive() {
        return primitive;
    }

    /** The node, for messages. */
    String place() {
        return "nodes[" + node + "]";
    }

    /** The node's number. */
    int node() {
        return node;
    }

    /** The box of all vertices. */
    Bounds bounds() {
        double[] low = {Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY, Double.POSITIVE_INFINITY};
        double[] high = {Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY, Double.NEGATIVE_INFINITY};
        for (int v = 0; v < primitive.vertexCount(); v++) {
            grow(low, high, position(v, transform(v)));
        }
        return new Bounds(low, high);
    }

    private static void grow(double[] low, double[] high, double[] p) {
        for (int k = 0; k < 3; k++) {
            low[k] = Math.min(low[k], (float) p[k]);
            high[k] = Math.max(high[k], (float) p[k]);
        }
    }

    /** What moves a vertex. */
    Transform transform(int v) {
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
        return Transform.of(blended);
    }

    /** @throws FarmException INVALID_SCENE when it lies too far out */
    double[] position(int v, Transform transform) {
        double[] p = morphed(primitive.positions(), 3, v, 0);
        double[] m = transform.matrix();
        double[] moved = new double[3];
        for (int row = 0; row < 3; row++) {
            moved[row] = m[row] * p[0] + m[4 + row] * p[1] + m[8 + row] * p[2] + m[12 + row];
            if (!(Math.abs(moved[row]) <= Flattening.MAX_COORDINATE)) {
                throw new FarmException(
                        ErrorCode.INVALID_SCENE,
                        place() + ": a vertex of " + primitive.place() + " lies at " + moved[row]
                                + "; keep the scene within " + Flattening.MAX_COORDINATE + " units of the origin");
            }
        }
        return moved;
    }

    /** Of length 1, or 0 where it has no direction. */
    double[] normal(int v, Transform transform) {
        double[] n = morphed(primitive.normals(), 3, v, 1);
        double[] m = transform.cofactors();
        double[] turned = new double[3];
        for (int row = 0; row < 3; row++) {
            turned[row] = transform.side() * (m[row] * n[0] + m[3 + row] * n[1] + m[6 + row] * n[2]);
        }
        return Matrix.unit(turned, 0, 0, 0);
    }

    /** Of length 1, or 0 where it has no direction. */
    double[] tangent(int v, Transform transform) {
        double[] t = morphed(primitive.tangents(), 4, v, 2);
        double[] m = transform.matrix();
        double[] turned = new double[3];
        for (int row = 0; row < 3; row++) {
            turned[row] = m[row] * t[0] + m[4 + row] * t[1] + m[8 + row] * t[2];
        }
        return Matrix.unit(turned, 0, 0, 0);
    }

    /** One of the kernel's two sets of texture coordinates. */
    float[] uv(int set) {
        return shifted(primitive.uv()[set], target -> target.uv()[set]);
    }

    /** For a primitive that has colours. */
    float[] colors() {
        float[] shifted = shifted(primitive.colors(), MorphTarget::colors);
        for (int i = 0; shifted != primitive.colors() && i < shifted.length; i++) {
            shifted[i] = Math.clamp(shifted[i], 0, 1);
        }
        return shifted;
    }

    /** A whole attribute with what the morph targets add; the array itself where they add nothing. */
    private float[] shifted(float[] base, Function<MorphTarget, float[]> attribute) {
        float[] out = base;
        List<MorphTarget> targets = primitive.targets();
        for (int t = 0; t < targets.size() && t < weights.length; t++) {
            float[] delta = attribute.apply(targets.get(t));
            if (delta == null || weights[t] == 0) {
                continue;
            }
            out = out == base ? base.clone() : out;
            for (int i = 0; i < out.length; i++) {
                out[i] += (float) (weights[t] * delta[i]);
            }
        }
        return out;
    }

    /** The first three numbers of a vertex's attribute with what the morph targets add. */
    private double[] morphed(float[] base, int width, int v, int attribute) {
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
}
