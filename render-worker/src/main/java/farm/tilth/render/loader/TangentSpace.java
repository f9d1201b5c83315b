package farm.tilth.render.loader;

import farm.tilth.render.scene.Matrix;
import java.util.Arrays;
import java.util.BitSet;

/**
 * Tangents for meshes that come without, by the rules of MikkTSpace (Mikkelsen, "Simulation of Wrinkled Surfaces
 * Revisited", 2008): per triangle along u, averaged by angle over the triangles around a vertex that are joined by
 * edges, have equal positions, normals and coordinates there, and are mirrored alike. The bitangent points to the top
 * of the texture.
 */
final class TangentSpace {
    private static final int NONE = -1;

    private final float[] positions;
    private final float[] normals;
    private final float[] uv;
    private final int[] indices;

    /** The corner of the triangle beyond the edge that starts at each corner. */
    private final int[] across;
    /** The group of each corner. */
    private final int[] groups;

    private final Orientation[] orientations;
    private final BitSet blank = new BitSet();
    private final double[] along;
    private double[] sums = new double[64];
    private boolean[] mirrored = new boolean[16];
    private int groupCount;

    /** How a triangle lies in the texture. */
    private enum Orientation {
        UPRIGHT,
        MIRRORED,
        /** It has no area there and takes what its neighbours have. */
        ANY,
        /** Two of its corners are one point: it joins nothing. */
        DEGENERATE
    }

    private TangentSpace(float[] positions, float[] normals, float[] uv, int[] indices) {
        this.positions = positions;
        this.normals = normals;
        this.uv = uv;
        this.indices = indices;
        this.across = new int[indices.length];
        this.groups = new int[indices.length];
        this.orientations = new Orientation[indices.length / 3];
        this.along = new double[indices.length];
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
        TangentSpace space = new TangentSpace(positions, new float[0], uv, indices);
        int balance = 0;
        for (int t = 0; t < indices.length / 3; t++) {
            Orientation orientation = space.readTriangle(t);
            if (orientation != Orientation.UPRIGHT && orientation != Orientation.MIRRORED) {
                continue;
            }
            int at = indices[t * 3] * 4;
            double[] tangent = {tangents[at], tangents[at + 1], tangents[at + 2]};
            double[] along = {space.along[t * 3], space.along[t * 3 + 1], space.along[t * 3 + 2]};
            boolean mirrored = orientation == Orientation.MIRRORED;
            balance += Matrix.dot(tangent, along) < 0 || tangents[at + 3] < 0 != mirrored ? 1 : -1;
        }
        return balance > 0;
    }

    private float[] compute() {
        int[] welded = weld();
        for (int t = 0; t < orientations.length; t++) {
            orientations[t] = readTriangle(t);
            blank.set(t, orientations[t] == Orientation.ANY);
        }
        joinEdges(welded);
        gatherGroups();
        int[] byVertex = new int[positions.length / 3];
        Arrays.fill(byVertex, NONE);
        for (int c = indices.length - 1; c >= 0; c--) {
            if (groups[c] != NONE) {
                byVertex[welded[indices[c]]] = groups[c];
            }
        }
        float[] out = new float[indices.length * 4];
        for (int c = 0; c < indices.length; c++) {
            write(out, c, groups[c] != NONE ? groups[c] : byVertex[welded[indices[c]]]);
        }
        return out;
    }

    private void write(float[] out, int corner, int group) {
        double[] normal = vector(normals, indices[corner]);
        double[] sum = group == NONE
                ? new double[3]
                : new double[] {sums[group * 3], sums[group * 3 + 1], sums[group * 3 + 2]};
        double[] tangent = Matrix.unit(onPlane(sum, normal), perpendicular(normal));
        for (int i = 0; i < 3; i++) {
            out[corner * 4 + i] = (float) tangent[i];
        }
        out[corner * 4 + 3] = group != NONE && mirrored[group] ? -1 : 1;
    }

    /** Sets the direction of rising u. */
    private Orientation readTriangle(int t) {
        int a = indices[t * 3];
        int b = indices[t * 3 + 1];
        int c = indices[t * 3 + 2];
        if (samePlace(a, b) || samePlace(b, c) || samePlace(c, a)) {
            return Orientation.DEGENERATE;
        }
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
        double[] unit = Matrix.unit(direction);
        if (area == 0 || unit.length == 0) {
            return Orientation.ANY;
        }
        System.arraycopy(unit, 0, along, t * 3, 3);
        return area < 0 ? Orientation.MIRRORED : Orientation.UPRIGHT;
    }

    private boolean samePlace(int a, int b) {
        return positions[a * 3] == positions[b * 3]
                && positions[a * 3 + 1] == positions[b * 3 + 1]
                && positions[a * 3 + 2] == positions[b * 3 + 2];
    }

    /** Finds the two triangles at each edge: they run along it in opposite directions. */
    private void joinEdges(int[] welded) {
        Arrays.fill(across, NONE);
        int[] table = table(indices.length);
        for (int c = 0; c < indices.length; c++) {
            if (orientations[c / 3] == Orientation.DEGENERATE) {
                continue;
            }
            int from = welded[indices[c]];
            int to = welded[indices[next(c)]];
            int at = slot(Math.min(from, to) * 0x9E3779B97F4A7C15L + Math.max(from, to), table);
            while (table[at] != 0) {
                int other = table[at] - 1;
                int otherFrom = welded[indices[other]];
                int otherTo = welded[indices[next(other)]];
                if (otherFrom == to && otherTo == from && across[other] == NONE) {
                    across[other] = c;
                    across[c] = other;
                    break;
                }
                if (otherFrom == from && otherTo == to || otherFrom == to && otherTo == from) {
                    break; // more than two triangles share the edge: the others stay apart
                }
                at = at + 1 & table.length - 1;
            }
            if (table[at] == 0 || across[c] == NONE && across[table[at] - 1] != NONE) {
                table[at] = c + 1;
            }
        }
    }

    private void gatherGroups() {
        Arrays.fill(groups, NONE);
        int[] stack = new int[64];
        for (int first = 0; first < indices.length; first++) {
            Orientation orientation = orientations[first / 3];
            if (groups[first] != NONE || blank.get(first / 3) || orientation == Orientation.DEGENERATE) {
                continue;
            }
            int group = newGroup(orientation == Orientation.MIRRORED);
            int depth = 0;
            stack[depth++] = first;
            while (depth > 0) {
                int corner = stack[--depth];
                if (!join(corner, group)) {
                    continue;
                }
                if (depth + 2 > stack.length) {
                    stack = Arrays.copyOf(stack, stack.length * 2);
                }
                // Around the vertex: over the edge that starts here and over the one that ends here.
                int over = across[corner];
                if (over != NONE) {
                    stack[depth++] = next(over);
                }
                over = across[previous(corner)];
                if (over != NONE) {
                    stack[depth++] = over;
                }
            }
        }
    }

    private int newGroup(boolean isMirrored) {
        if (groupCount * 3 + 3 > sums.length) {
            sums = Arrays.copyOf(sums, sums.length * 2);
        }
        if (groupCount == mirrored.length) {
            mirrored = Arrays.copyOf(mirrored, groupCount * 2);
        }
        mirrored[groupCount] = isMirrored;
        return groupCount++;
    }

    /** Adds a corner to a group; false when it cannot be, or is in one already. */
    private boolean join(int corner, int group) {
        int t = corner / 3;
        Orientation wanted = mirrored[group] ? Orientation.MIRRORED : Orientation.UPRIGHT;
        if (groups[corner] != NONE || (orientations[t] != wanted && orientations[t] != Orientation.ANY)) {
            return false;
        }
        groups[corner] = group;
        orientations[t] = wanted;
        if (blank.get(t)) {
            return true; // it has no direction of its own to add
        }
        int at = indices[corner];
        double[] normal = vector(normals, at);
        double[] direction = {along[t * 3], along[t * 3 + 1], along[t * 3 + 2]};
        double[] tangent = Matrix.unit(onPlane(direction, normal), 0, 0, 0);
        double[] leaving = edge(at, indices[next(corner)], normal);
        double[] coming = edge(at, indices[previous(corner)], normal);
        double angle = StrictMath.acos(Math.clamp(Matrix.dot(leaving, coming), -1, 1));
        for (int i = 0; i < 3; i++) {
            sums[group * 3 + i] += tangent[i] * angle;
        }
        return true;
    }

    private double[] edge(int from, int to, double[] normal) {
        return Matrix.unit(onPlane(minus(positions, to, from), normal), 0, 0, 0);
    }

    /** The first vertex that equals each vertex. */
    private int[] weld() {
        int[] first = new int[positions.length / 3];
        int[] table = table(first.length);
        for (int v = 0; v < first.length; v++) {
            long hash = 0;
            for (int i = 0; i < 8; i++) {
                hash = (hash ^ Float.floatToIntBits(value(v, i) + 0f)) * 0x9E3779B97F4A7C15L;
                hash ^= hash >>> 29;
            }
            int at = slot(hash, table);
            while (table[at] != 0 && !isEqual(table[at] - 1, v)) {
                at = at + 1 & table.length - 1;
            }
            table[at] = table[at] == 0 ? v + 1 : table[at];
            first[v] = table[at] - 1;
        }
        return first;
    }

    private boolean isEqual(int a, int b) {
        for (int i = 0; i < 8; i++) {
            if (value(a, i) != value(b, i)) {
                return false;
            }
        }
        return true;
    }

    private float value(int vertex, int i) {
        return i < 3 ? positions[vertex * 3 + i] : i < 6 ? normals[vertex * 3 + i - 3] : uv[vertex * 2 + i - 6];
    }

    /** Room for a hash table of so many entries, at most half full. */
    private static int[] table(int entries) {
        return new int[Integer.highestOneBit(Math.max(1, entries)) << 2];
    }

    private static int slot(long hash, int[] table) {
        long mixed = (hash ^ hash >>> 32) * 0xD6E8FEB86659FD93L;
        return (int) (mixed >>> 32) & table.length - 1;
    }

    private static int next(int corner) {
        return corner % 3 == 2 ? corner - 2 : corner + 1;
    }

    private static int previous(int corner) {
        return corner % 3 == 0 ? corner + 2 : corner - 1;
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
}
