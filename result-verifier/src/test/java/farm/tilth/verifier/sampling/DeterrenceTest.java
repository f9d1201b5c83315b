package farm.tilth.verifier.sampling;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class DeterrenceTest {
    @Test
    void honestyIsBetterJustAboveTheThreshold() {
        Deterrence deterrence = new Deterrence(300, 100, 100);
        assertEquals(0.25, deterrence.leastProbability());
        assertFalse(deterrence.deters(0.25));
        assertTrue(deterrence.deters(Math.nextUp(0.25)));
    }

    @Test
    void nothingAtRiskDetersNobody() {
        Deterrence deterrence = new Deterrence(0, 0, 1);
        assertFalse(deterrence.deters(1));
        assertEquals(Double.POSITIVE_INFINITY, deterrence.leastProbability());
    }

    @Test
    void nothingToSaveTemptsNobody() {
        assertEquals(0, new Deterrence(0, 0, 0).leastProbability());
        assertTrue(new Deterrence(1, 0, 0).deters(0.01));
    }

    @Test
    void amountsNearTheLimitOfALongDoNotOverflow() {
        assertTrue(new Deterrence(Long.MAX_VALUE, Long.MAX_VALUE, Long.MAX_VALUE).deters(0.6));
    }

    @Test
    void negativeAmountsAreRefused() {
        assertThrows(IllegalArgumentException.class, () -> new Deterrence(-1, 0, 0));
        assertThrows(IllegalArgumentException.class, () -> new Deterrence(0, -1, 0));
        assertThrows(IllegalArgumentException.class, () -> new Deterrence(0, 0, -1));
    }

    @Test
    void detectionGrowsWithTheTiles() {
        assertEquals(0, Deterrence.detection(1, 1, 0));
        assertEquals(1, Deterrence.detection(1, 1, 1));
        assertEquals(0.5, Deterrence.detection(1, 0.5, 1), 1e-15);
        assertEquals(0.75, Deterrence.detection(1, 0.5, 2), 1e-15);
        assertEquals(1e-12, Deterrence.detection(1e-6, 1e-6, 1), 1e-18);
        assertThrows(IllegalArgumentException.class, () -> Deterrence.detection(1, 1, -1));
    }

    @Test
    void simulatedCheatIsCaughtAsOftenAsTheFormulaSays() {
        long seed = 11;
        Random random = new Random(seed);
        int caught = 0;
        int runs = 20_000;
        for (int run = 0; run < runs; run++) {
            boolean found = false;
            for (int tile = 0; tile < 10 && !found; tile++) {
                found = random.nextDouble() < 0.25 && random.nextDouble() < 0.3;
            }
            caught += found ? 1 : 0;
        }
        double expected = Deterrence.detection(0.25, 0.3, 10);
        double sigma = Math.sqrt(expected * (1 - expected) / runs);
        assertEquals(expected, (double) caught / runs, 5 * sigma, "seed " + seed);
    }
}
