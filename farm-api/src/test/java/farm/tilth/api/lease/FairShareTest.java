package farm.tilth.api.lease;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;

import java.util.List;
import org.junit.jupiter.api.Test;

class FairShareTest {
    @Test
    void tagsAdvanceByCostOverWeight() {
        assertArrayEquals(new double[] {5, 6, 8, 11}, FairShare.tags(5, List.of(2L, 4L, 6L), 2));
    }

    @Test
    void nothingQueuedAdvancesNothing() {
        assertArrayEquals(new double[] {7}, FairShare.tags(7, List.of(), 1));
    }
}
