package farm.tilth.render.scene;

import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/**
 * Tangents for meshes that come without, after MikkTSpace (Mikkelsen, "Simulation of Wrinkled Surfaces Revisited",
 * 2008): per triangle along u, averaged by angle over the triangles that meet in a vertex with equal position, normal
 * and coordinates and that are mirrored alike. The bitangent points to the top of the texture.
 */
final class TangentSpace {
    private final float[] positions;
    private final float[] normals;
    private final float[] uv;
    private final int[] indices;

    private TangentSpace(float[] positions, float[] normals, float[] uv, int[] indices) {
        this.positions = positions;
        this.normals = normals;
        this.uv = uv;
        this.indices = indices;
    }

    /** The tangent at each corner of each triangle: 4 numbers, the last one the bitangent's sign. */
    static float[] atCorners(float[] positions, float[] normals, float[] uv, int[] indices) {
        return new TangentSpace(positions, normals, uv, indices).compute();
    }

    /**
     * Whether tangents (4 numbers a vertex) lie against the picture on most of the triangles that have an area in it:
     * they point to falling u, or their sign says that it is mirrored where it is not, or the other way round.
     */
    static boolean contradicts(float[] tangents, float[] positions, float[] uv, int[] indices) {
        TangentSpace space = new TangentSpace(positions, null, uv, indices);
        double[][] along = new double[indices.length / 3][];
        int agreeing = 0;
        int contradicting = 0;
        for (int t = 0; t < along.length; t++) {
            boolean mirrored = space.readTriangle(t, along);
            if (along[t] == null) {
                continue;
            }
            int at = indices[t * 3] * 4;
            double[] tangent = {tangents[at], tangents[at + 1], tangents[at + 2]};
            if (Matrix.dot(tangent, along[t]) < 0 || tangents[at + 3] < 0 != mirrored) {
                contradicting++;
            } else {
                agreeing++;
            }
        }
        return contradicting > agreeing;
    }

    private float[] compute() {
        int[] welded = weld();
        boolean[] mirrored = new boolean[indices.length / 3];
        double[][] along = new double[mirrored.length][];
        double[] sums = new double[positions.length / 3 * 6];
        for (int t = 0; t < mirrored.length; t++) {
            mirrored[t] = readTriangle(t, along);
            for (int corner = 0; along[t] != null && corner < 3; corner++) {
                add(sums, t, corner, along[t], slot(welded[indices[t * 3 + corner]], mirrored[t]));
            }
        }
        float[] out = new float[indices.length * 4];
        for (int i = 0; i < indices.length; i++) {
            // A triangle without area in the texture takes what its neighbours have.
            int vertex = welded[indices[i]];
            boolean flip = along[i / 3] == null
                    ? isZero(sums, slot(vertex, false)) && !isZero(sums, slot(vertex, true))
                    : mirrored[i / 3];
            int slot = slot(vertex, flip);
            double[] normal = vector(normals, indices[i]);
            double[] sum = {sums[slot], sums[slot + 1], sums[slot + 2]};
            double[] tangent = Matrix.unit(onPlane(sum, normal), perpendicular(normal));
            for (int c = 0; c < 3; c++) {
                out[i * 4 + c] = (float) tangent[c];
            }
            out[i * 4 + 3] = flip ? -1 : 1;
        }
        return out;
    }

    /** Sets the direction of rising u, null when the triangle has no area in the texture. */
    private boolean readTriangle(int t, double[][] along) {
        int a = indices[t * 3];
        int b = indices[t * 3 + 1];
        int c = indices[t * 3 + 2];
        double[] ab = minus(positions, b, a);
        double[] ac = minus(positions, c, a);
        double abU = (double) uv[b * 2] - uv[a * 2];
        double acU = (double) uv[c * 2] - uv[a * 2];
        // v runs down the picture; the tangent space wants it to run up.
        double abV = (double) uv[a * 2 + 1] - uv[b * 2 + 1];
        double acV = (double) uv[a * 2 + 1] - uv[c * 2 + 1];
        double area = abU * acV - acU * abV;
        double[] direction = new double[3];
        for (int i = 0; i < 3; i++) {
            direction[i] = (ab[i] * acV - ac[i] * abV) * (area < 0 ? -1 : 1);
        }
        along[t] = area == 0 ? null : Matrix.unit(direction);
        if (along[t] != null && along[t].length == 0) {
            along[t] = null;
        }
        return area < 0;
    }

    private void add(double[] sums, int t, int corner, double[] along, int slot) {
        int at = indices[t * 3 + corner];
        double[] normal = vector(normals, at);
        double[] tangent = Matrix.unit(onPlane(along, normal), 0, 0, 0);
        double[] next = edge(at, indices[t * 3 + (corner + 1) % 3], normal);
        double[] previous = edge(at, indices[t * 3 + (corner + 2) % 3], normal);
        double angle = StrictMath.acos(Math.clamp(Matrix.dot(next, previous), -1, 1));
        for (int i = 0; i < 3; i++) {
            sums[slot + i] += tangent[i] * angle;
        }
    }

    private double[] edge(int from, int to, double[] normal) {
        return Matrix.unit(onPlane(minus(positions, to, from), normal), 0, 0, 0);
    }

    /** The first vertex that equals each vertex. */
    private int[] weld() {
        Map<Vertex, Integer> first = new HashMap<>();
        int[] welded = new int[positions.length / 3];
        for (int i = 0; i < welded.length; i++) {
            Integer equal = first.putIfAbsent(new Vertex(values(i)), i);
            welded[i] = equal == null ? i : equal;
        }
        return welded;
    }

    private float[] values(int i) {
        return new float[] {
            positions[i * 3], positions[i * 3 + 1], positions[i * 3 + 2],
            normals[i * 3], normals[i * 3 + 1], normals[i * 3 + 2],
            uv[i * 2], uv[i * 2 + 1]
        };
    }

    private static int slot(int vertex, boolean mirrored) {
        return vertex * 6 + (mirrored ? 3 : 0);
    }

    private static boolean isZero(double[] sums, int slot) {
        return sums[slot] == 0 && sums[slot + 1] == 0 && sums[slot + 2] == 0;
    }

    private static double[] vector(float[] from, int i) {
        return new double[] {from[i * 3], from[i * 3 + 1], from[i * 3 + 2]};
    }

    private static double[] minus(float[] from, int a, int b) {
        return new double[] {
            (double) from[a * 3] - from[b * 3],
            (double) from[a * 3 + 1] - from[b * 3 + 1],
            (double) from[a * 3 + 2] - from[b * 3 + 2]
        };
    }

    private static double[] onPlane(double[] v, double[] normal) {
        double along = Matrix.dot(v, normal);
        return new double[] {v[0] - along * normal[0], v[1] - along * normal[1], v[2] - along * normal[2]};
    }

    /** Some unit vector at a right angle. */
    static double[] perpendicular(double[] normal) {
        double[] axis = Math.abs(normal[0]) < 0.9 ? new double[] {1, 0, 0} : new double[] {0, 1, 0};
        return Matrix.unit(onPlane(axis, normal), 1, 0, 0);
    }

    private record Vertex(float[] values) {
        @Override
        public boolean equals(Object other) {
            return other instanceof Vertex vertex && Arrays.equals(values, vertex.values);
        }

        @Override
        public int hashCode() {
            return Arrays.hashCode(values);
        }
    }
}
