package farm.tilth.render.loader;

import farm.tilth.render.scene.Matrix;

/** Normals from the triangles themselves. */
final class FlatNormals {
    private FlatNormals() {}

    /** For triangles that share no vertices: every corner has its triangle's normal. */
    static float[] of(float[] positions, int[] indices) {
        float[] normals = new float[positions.length];
        for (int t = 0; t < indices.length; t += 3) {
            float[] normal = of(positions, indices, t);
            for (int c = 0; c < 3; c++) {
                System.arraycopy(normal, 0, normals, indices[t + c] * 3, 3);
            }
        }
        return normals;
    }

    /** The unit normal of the triangle whose first index is at {@code at}; +Y when it has no area. */
    static float[] of(float[] positions, int[] indices, int at) {
        int a = indices[at] * 3;
        int b = indices[at + 1] * 3;
        int c = indices[at + 2] * 3;
        double[] ab = new double[3];
        double[] ac = new double[3];
        for (int i = 0; i < 3; i++) {
            ab[i] = (double) positions[b + i] - positions[a + i];
            ac[i] = (double) positions[c + i] - positions[a + i];
        }
        double[] unit = Matrix.unit(Matrix.cross(ab, ac), 0, 1, 0);
        return new float[] {(float) unit[0], (float) unit[1], (float) unit[2]};
    }
}
