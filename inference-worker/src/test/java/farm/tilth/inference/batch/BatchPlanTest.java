package farm.tilth.inference.batch;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class BatchPlanTest {
    @Test
    void everyRowIsInExactlyOneBatchWithinTheBounds() {
        for (long seed = 0; seed < 200; seed++) {
            Random random = new Random(seed);
            int[] lengths = random.ints(random.nextInt(200), 1, 513).toArray();
            List<List<Integer>> batches = BatchPlan.of(lengths, BatchPlan.MAX_ROWS);
            int[] seen = new int[lengths.length];
            for (List<Integer> batch : batches) {
                int longest = batch.stream().mapToInt(row -> lengths[row]).max().orElseThrow();
                int tokens = batch.stream().mapToInt(row -> lengths[row]).sum();
                batch.forEach(row -> seen[row]++);
                assertTrue(batch.size() <= BatchPlan.MAX_ROWS, "seed " + seed);
                assertTrue(batch.size() == 1 || batch.size() * longest <= BatchPlan.MAX_POSITIONS, "seed " + seed);
                assertTrue(3 * (batch.size() * longest - tokens) <= batch.size() * longest, "seed " + seed);
            }
            assertTrue(Arrays.stream(seen).allMatch(count -> count == 1), "seed " + seed);
        }
    }

    @Test
    void equalLengthsFillWholeBatches() {
        int[] lengths = new int[70];
        Arrays.fill(lengths, 10);
        assertEquals(
                List.of(32, 32, 6),
                BatchPlan.of(lengths, BatchPlan.MAX_ROWS).stream()
                        .map(List::size)
                        .toList());
    }

    @Test
    void shortRowsDoNotPayForALongOne() {
        assertEquals(List.of(List.of(0, 2), List.of(1)), BatchPlan.of(new int[] {5, 300, 6}, 32));
    }

    @Test
    void rowsThatDependOnTheirBatchRunAlone() {
        assertEquals(3, BatchPlan.of(new int[] {5, 5, 5}, 1).size());
        assertEquals(List.of(), BatchPlan.of(new int[0], 32));
    }
}
