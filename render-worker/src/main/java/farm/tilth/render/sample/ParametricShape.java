package farm.tilth.render.sample;

import farm.tilth.render.scene.Matrix;

/** A surface given by a formula over 0 … 1 × 0 … 1, cut into triangles with smooth normals. */
record ParametricShape(float[] positions, float[] normals, float[] uv, int[] indices) {
    private static final double STEP = 1e-4;

    /** A point of space for a point of the unit square. */
    interface Surface {
        double[] at(double u, double v);
    }

    /** Cuts a surface into columns × rows quads; its front is where ∂u × ∂v points. */
    static ParametricShape of(int columns, int rows, Surface surface) {
        int vertices = (columns + 1) * (rows + 1);
        float[] positions = new float[vertices * 3];
        float[] normals = new float[vertices * 3];
        float[] uv = new float[vertices * 2];
        int[] indices = new int[columns * rows * 6];
        int at = 0;
        for (int row = 0; row <= rows; row++) {
            for (int column = 0; column <= columns; column++) {
                int vertex = row * (columns + 1) + column;
                double u = (double) column / columns;
                double v = (double) row / rows;
                store(positions, vertex, surface.at(u, v));
                store(normals, vertex, normal(surface, u, v));
                uv[vertex * 2] = (float) u;
                uv[vertex * 2 + 1] = (float) (1 - v);
                if (row < rows && column < columns) {
                    int above = vertex + columns + 1;
                    for (int corner : new int[] {vertex, vertex + 1, above + 1, vertex, above + 1, above}) {
                        indices[at++] = corner;
                    }
                }
            }
        }
        return new ParametricShape(positions, normals, uv, indices);
    }

    static ParametricShape sphere(double radius, int detail) {
        return of(detail * 2, detail, (u, v) -> {
            double around = u * 2 * Math.PI;
            double latitude = (v - 0.5) * Math.PI;
            double across = radius * StrictMath.cos(latitude);
            return new double[] {
                across * StrictMath.sin(around), radius * StrictMath.sin(latitude), across * StrictMath.cos(around)
            };
        });
    }

    /** A ring around the y axis. */
    static ParametricShape torus(double radius, double tube, int around, int across) {
        return of(around, across, (u, v) -> {
            double a = u * 2 * Math.PI;
            double b = v * 2 * Math.PI;
            double from = radius + tube * StrictMath.cos(b);
            return new double[] {from * StrictMath.sin(a), tube * StrictMath.sin(b), from * StrictMath.cos(a)};
        });
    }

    /** A profile of radius and height turned around the y axis, from the bottom to the top on its outside. */
    static ParametricShape lathe(double[][] profile, int around, int along) {
        return of(around, along, (u, v) -> {
            double[] point = spline(profile, v);
            double a = u * 2 * Math.PI;
            return new double[] {point[0] * StrictMath.sin(a), point[1], point[0] * StrictMath.cos(a)};
        });
    }

    /** A smooth curve through points (Catmull and Rom, 1974), from the first at 0 to the last at 1. */
    static double[] spline(double[][] points, double t) {
        double at = Math.clamp(t, 0, 1) * (points.length - 1);
        int i = Math.min((int) at, points.length - 2);
        double f = at - i;
        double[] a = points[Math.max(0, i - 1)];
        double[] b = points[i];
        double[] c = points[i + 1];
        double[] d = points[Math.min(points.length - 1, i + 2)];
        double[] out = new double[b.length];
        for (int k = 0; k < out.length; k++) {
            out[k] = 0.5
                    * (2 * b[k]
                            + (c[k] - a[k]) * f
                            + (2 * a[k] - 5 * b[k] + 4 * c[k] - d[k]) * f * f
                            + (3 * b[k] - a[k] - 3 * c[k] + d[k]) * f * f * f);
        }
        return out;
    }

    int vertexCount() {
        return positions.length / 3;
    }

    private static double[] normal(Surface surface, double u, double v) {
        // Where all of an edge is one point, the normal is the one close by.
        double x = Math.clamp(u, STEP, 1 - STEP);
        double y = Math.clamp(v, 2 * STEP, 1 - 2 * STEP);
        double[] along = minus(surface.at(x + STEP, y), surface.at(x - STEP, y));
        double[] across = minus(surface.at(x, y + STEP), surface.at(x, y - STEP));
        return Matrix.unit(Matrix.cross(along, across), 0, 1, 0);
    }

    private static double[] minus(double[] a, double[] b) {
        return new double[] {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
    }

    private static void store(float[] to, int vertex, double[] v) {
        for (int c = 0; c < 3; c++) {
            to[vertex * 3 + c] = (float) v[c] + 0f;
        }
    }
}
