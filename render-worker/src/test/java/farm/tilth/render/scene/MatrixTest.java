package farm.tilth.render.scene;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;

class MatrixTest {
    private static final int RUNS = 200;

    @Test
    void composedMatrixScalesThenTurnsThenMoves() {
        double half = Math.sqrt(0.5);
        double[] quarterAroundX = {half, 0, 0, half};
        double[] m = Matrix.compose(new double[] {10, 20, 30}, quarterAroundX, new double[] {2, 3, 4});
        assertArrayEquals(new double[] {12, 16, 33}, transform(m, 1, 1, 1), 1e-12);
    }

    @Test
    void productAppliesTheRightOneFirst() {
        for (int run = 0; run < RUNS; run++) {
            SplittableRandom random = new SplittableRandom(run);
            double[] a = random(random);
            double[] b = random(random);
            double[] p = {random.nextDouble(), random.nextDouble(), random.nextDouble()};
            double[] inner = transform(b, p[0], p[1], p[2]);
            double[] expected = transform(a, inner[0], inner[1], inner[2]);
            assertArrayEquals(expected, transform(Matrix.product(a, b), p[0], p[1], p[2]), 1e-9, "seed " + run);
        }
    }

    @Test
    void cofactorsKeepNormalsSquareToTheirSurface() {
        for (int run = 0; run < RUNS; run++) {
            SplittableRandom random = new SplittableRandom(run);
            double[] m = random(random);
            double[] u = {random.nextDouble(), random.nextDouble(), random.nextDouble()};
            double[] v = {random.nextDouble(), random.nextDouble(), random.nextDouble()};
            double[] n = Matrix.cross(u, v);
            double[] c = Matrix.cofactors(m);
            double[] turned = new double[3];
            for (int row = 0; row < 3; row++) {
                turned[row] = c[row] * n[0] + c[3 + row] * n[1] + c[6 + row] * n[2];
            }
            assertEquals(0, Matrix.dot(turned, direction(m, u)), 1e-9, "seed " + run);
            assertEquals(0, Matrix.dot(turned, direction(m, v)), 1e-9, "seed " + run);
            // The cofactors' columns times the matrix' own give the determinant.
            double[] first = {c[0], c[1], c[2]};
            assertEquals(Matrix.determinant(m), Matrix.dot(first, Matrix.column(m, 0)), 1e-9, "seed " + run);
        }
    }

    @Test
    void unitVectorsSurviveExtremeLengths() {
        assertArrayEquals(new double[] {0.6, 0.8, 0}, Matrix.unit(new double[] {3e300, 4e300, 0}), 1e-15);
        assertArrayEquals(new double[] {0.6, 0.8, 0}, Matrix.unit(new double[] {3e-300, 4e-300, 0}), 1e-15);
        assertArrayEquals(new double[] {0, 1, 0}, Matrix.unit(new double[3], 0, 1, 0));
        assertArrayEquals(new double[] {0, 1, 0}, Matrix.unit(new double[] {Double.NaN, 1, 0}, 0, 1, 0));
        assertArrayEquals(new double[] {0, 0, 0, 1}, Matrix.normalized(new double[4]));
    }

    @Test
    void slerpTurnsEvenlyAndMeetsItsEnds() {
        double[] a = {0, 0, 0, 1};
        double[] b = {0, Math.sin(0.6), 0, Math.cos(0.6)};
        for (int i = 0; i <= 10; i++) {
            double angle = 0.06 * i;
            double[] expected = {0, Math.sin(angle), 0, Math.cos(angle)};
            assertArrayEquals(expected, Matrix.slerp(a, b, i / 10.0), 1e-12);
        }
        double[] close = Matrix.normalized(new double[] {1e-6, 0, 0, 1});
        assertArrayEquals(new double[] {0.5e-6, 0, 0, 1}, Matrix.slerp(a, close, 0.5), 1e-12);
    }

    private static double[] random(SplittableRandom random) {
        double[] q = {random.nextDouble() - 0.5, random.nextDouble() - 0.5, random.nextDouble() - 0.5, 0.3};
        double[] t = {random.nextDouble(), random.nextDouble(), random.nextDouble()};
        double[] s = {0.5 + random.nextDouble(), 0.5 + random.nextDouble(), -0.5 - random.nextDouble()};
        return Matrix.compose(t, q, s);
    }

    private static double[] transform(double[] m, double x, double y, double z) {
        double[] out = direction(m, new double[] {x, y, z});
        for (int row = 0; row < 3; row++) {
            out[row] += m[12 + row];
        }
        return out;
    }

    private static double[] direction(double[] m, double[] v) {
        double[] out = new double[3];
        for (int row = 0; row < 3; row++) {
            out[row] = m[row] * v[0] + m[4 + row] * v[1] + m[8 + row] * v[2];
        }
        return out;
    }

    /** Both ways of a half turn are short; the sign of the keys' product decides, to its last bit, as the text says. */
    @Test
    void aHalfTurnGoesTheWayThatTheSignOfTheKeysProductSays() {
        double[] rest = {0, 0, 0, 1};
        for (double noise : new double[] {-4e-8, 0, 4e-8}) {
            double way = noise < 0 ? -1 : 1;
            double[] middle = Matrix.slerp(rest, new double[] {0, 1, 0, noise}, 0.5);
            assertArrayEquals(new double[] {0, way * Math.sqrt(0.5), 0, Math.sqrt(0.5)}, middle, 1e-6);
        }
    }
}
