package farm.tilth.inference;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Callers that each ask again as soon as they were answered, until the time is over. */
final class ClosedLoop implements AutoCloseable {
    private final List<Caller> callers;
    private final ExecutorService threads;

    ClosedLoop(List<Caller> callers) {
        this.callers = List.copyOf(callers);
        this.threads = Executors.newFixedThreadPool(callers.size());
    }

    /** Something that asks for rows and waits for them; for one thread at a time. */
    interface Caller extends AutoCloseable {
        /** Returns how many rows were answered. */
        int call() throws IOException, InterruptedException;

        @Override
        default void close() throws IOException {}
    }

    /** What a round measured: rows per second, the median call in microseconds, and how many calls there were. */
    record Round(double rate, double medianMicros, int calls) {}

    Round run(long nanos) throws IOException, InterruptedException {
        long begin = System.nanoTime();
        List<Future<Part>> parts = new ArrayList<>();
        for (Caller caller : callers) {
            parts.add(threads.submit(() -> part(caller, begin + nanos)));
        }
        long rows = 0;
        List<Long> calls = new ArrayList<>();
        for (Future<Part> part : parts) {
            try {
                rows += part.get().rows;
                calls.addAll(part.get().nanos);
            } catch (ExecutionException e) {
                throw new IOException("a caller failed: " + e.getCause(), e);
            }
        }
        double seconds = (System.nanoTime() - begin) / 1e9;
        return new Round(rows / seconds, median(calls) / 1e3, calls.size());
    }

    private record Part(long rows, List<Long> nanos) {}

    private static Part part(Caller caller, long end) throws IOException, InterruptedException {
        List<Long> calls = new ArrayList<>();
        long rows = 0;
        long now = System.nanoTime();
        do {
            rows += caller.call();
            long answered = System.nanoTime();
            calls.add(answered - now);
            now = answered;
        } while (now < end);
        return new Part(rows, calls);
    }

    private static double median(List<Long> nanos) {
        long[] sorted = nanos.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return sorted[sorted.length / 2];
    }

    @Override
    public void close() throws IOException {
        threads.shutdownNow();
        for (Caller caller : callers) {
            caller.close();
        }
    }
}
