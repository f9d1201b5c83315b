package farm.tilth.inference.batch;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;

/**
 * Which rows run together: rows of like length, so that little padding is computed. Every row is in exactly one batch;
 * the order of the batches is from short rows to long ones.
 */
public final class BatchPlan {
    /** More rows than this gain nothing on a CPU, and hold up whoever comes next. */
    public static final int MAX_ROWS = 32;

    /** The most positions, padding included, of a batch of more than one row: it bounds the memory of a run. */
    public static final int MAX_POSITIONS = 4096;

    private BatchPlan() {}

    /**
     * Batches of indices into {@code lengths}.
     *
     * @param maxRows at most this many rows a batch; 1 for a model whose rows depend on their batch
     */
    public static List<List<Integer>> of(int[] lengths, int maxRows) {
        List<Integer> order = IntStream.range(0, lengths.length)
                .boxed()
                .sorted(Comparator.comparingInt(i -> lengths[i]))
                .toList();
        List<List<Integer>> batches = new ArrayList<>();
        List<Integer> batch = new ArrayList<>();
        long tokens = 0;
        for (int row : order) {
            long positions = (batch.size() + 1L) * lengths[row];
            boolean full = batch.size() == maxRows || positions > MAX_POSITIONS;
            if (!batch.isEmpty() && (full || wasteful(positions, tokens + lengths[row]))) {
                batches.add(batch);
                batch = new ArrayList<>();
                tokens = 0;
            }
            batch.add(row);
            tokens += lengths[row];
        }
        if (!batch.isEmpty()) {
            batches.add(batch);
        }
        return batches;
    }

    /** Whether over a third of the positions would be padding: then two runs cost less than one. */
    private static boolean wasteful(long positions, long tokens) {
        return 3 * (positions - tokens) > positions;
    }
}
