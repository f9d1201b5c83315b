package farm.tilth.verifier.comparison;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;

class ToleranceTest {
    private final Tolerance tolerance = new Tolerance(0.25, 0.9);

    @Test
    void limitsThemselvesAreAdmitted() {
        assertTrue(tolerance.admits(new Deviation(0.25, 0.9, -1)));
        assertFalse(tolerance.admits(new Deviation(Math.nextUp(0.25), 0.9, -1)));
        assertFalse(tolerance.admits(new Deviation(0.25, Math.nextDown(0.9), -1)));
        assertFalse(tolerance.admits(new Deviation(0, 1, 0)));
        assertFalse(tolerance.admits(new Deviation(Double.NaN, 1, -1)));
        assertFalse(tolerance.admits(new Deviation(0, Double.NaN, -1)));
    }

    @Test
    void labelIsDecidedOnlyByMoreThanTwiceTheTolerance() {
        assertTrue(tolerance.decidesLabel(new float[] {1, 3, 2.25f}));
        assertFalse(tolerance.decidesLabel(new float[] {1, 3, 2.5f}));
        assertTrue(tolerance.decidesLabel(new float[] {2.25f, 1, 3}));
        assertFalse(tolerance.decidesLabel(new float[] {3, 3}));
        assertTrue(tolerance.decidesLabel(new float[] {-7}));
        assertFalse(tolerance.decidesLabel(new float[] {}));
        assertFalse(tolerance.decidesLabel(new float[] {1, Float.NaN}));
    }

    @Test
    void impossibleTolerancesAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Tolerance(-1e-9, 0.9));
        assertThrows(IllegalArgumentException.class, () -> new Tolerance(Double.NaN, 0.9));
        assertThrows(IllegalArgumentException.class, () -> new Tolerance(Double.POSITIVE_INFINITY, 0.9));
        assertThrows(IllegalArgumentException.class, () -> new Tolerance(0, 1.1));
        assertThrows(IllegalArgumentException.class, () -> new Tolerance(0, Double.NaN));
    }
}
