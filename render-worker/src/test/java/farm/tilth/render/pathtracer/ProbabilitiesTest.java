package farm.tilth.render.pathtracer;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import org.junit.jupiter.api.Test;

class ProbabilitiesTest {
    @Test
    void shareOfAWeightIsItsShareOfTheTable() {
        int[] table = Probabilities.cumulated(new double[] {1, 0, 3});
        assertArrayEquals(new int[] {0, Probabilities.ONE / 4, Probabilities.ONE / 4, Probabilities.ONE}, table);
    }

    @Test
    void withoutAnyWeightAllAreEquallyLikely() {
        assertArrayEquals(
                new int[] {0, Probabilities.ONE / 2, Probabilities.ONE}, Probabilities.cumulated(new double[2]));
    }

    @Test
    void tableRisesFromNothingToOne() {
        for (long seed = 1; seed <= 50; seed++) {
            Random random = new Random(seed);
            double[] weights = random.doubles(1 + random.nextInt(200))
                    .map(w -> w < 0.2 ? 0 : Math.exp(20 * w))
                    .toArray();
            int[] table = Probabilities.cumulated(weights);
            assertEquals(0, table[0], "seed " + seed);
            assertEquals(Probabilities.ONE, table[weights.length], "seed " + seed);
            for (int i = 0; i < weights.length; i++) {
                assertTrue(table[i] <= table[i + 1], "seed " + seed);
            }
        }
    }

    @Test
    void emptyTableStillEndsAtOne() {
        assertArrayEquals(new int[] {Probabilities.ONE}, Probabilities.cumulated(new double[0]));
    }
}
