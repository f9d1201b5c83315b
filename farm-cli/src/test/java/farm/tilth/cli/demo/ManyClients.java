package farm.tilth.cli.demo;

import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.cli.process.FarmFile;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.concurrent.locks.LockSupport;

/**
 * Clients that embed one text after the other, each over a connection of its own, and come back when they are told to,
 * as OpenAI's clients do.
 */
final class ManyClients {
    private static final int OK = 200;
    private static final int TOO_MANY = 429;
    private static final long GRACE_SECONDS = 120;

    private final HttpRequest request;

    ManyClients(FarmFile contact) {
        this.request = HttpRequest.newBuilder(URI.create(contact.url() + "/v1/embeddings"))
                .timeout(Duration.ofSeconds(90))
                .header("Authorization", "Bearer " + contact.key())
                .header("Content-Type", "application/json")
                .POST(
                        HttpRequest.BodyPublishers.ofString(
                                "{\"model\":\"all-minilm-l6-v2\",\"input\":\"one of a thousand\",\"encoding_format\":\"base64\"}"))
                .build();
    }

    /** What a run was like; {@code errors} by what they were. */
    record Report(
            long answered,
            long toldToComeBack,
            Map<String, Long> errors,
            double perSecond,
            double p50Millis,
            double p99Millis,
            double mostMillis) {}

    /** One run's counts. */
    private static final class Counts {
        private final Queue<Long> nanos = new ConcurrentLinkedQueue<>();
        private final LongAdder refused = new LongAdder();
        private final Map<String, Long> errors = new ConcurrentHashMap<>();

        void failed(String how) {
            errors.merge(how, 1L, Long::sum);
        }
    }

    Report run(int clients, Duration time) throws InterruptedException {
        Counts counts = new Counts();
        long begin = System.nanoTime();
        long end = begin + time.toNanos();
        try (HttpClient http = HttpClient.newBuilder()
                        .version(HttpClient.Version.HTTP_1_1)
                        .build();
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int i = 0; i < clients; i++) {
                threads.submit(() -> {
                    call(http, end, counts);
                    return null;
                });
            }
            threads.shutdown();
            assertTrue(threads.awaitTermination(time.toSeconds() + GRACE_SECONDS, TimeUnit.SECONDS), "a client hangs");
        }
        return report(counts, (System.nanoTime() - begin) / 1e9);
    }

    private void call(HttpClient http, long end, Counts counts) throws InterruptedException {
        while (System.nanoTime() < end) {
            long sent = System.nanoTime();
            try {
                HttpResponse<String> answer = http.send(request, HttpResponse.BodyHandlers.ofString());
                if (answer.statusCode() == OK) {
                    counts.nanos.add(System.nanoTime() - sent);
                } else if (answer.statusCode() == TOO_MANY) {
                    counts.refused.increment();
                    pause(answer.headers()
                            .firstValueAsLong("retry-after-ms")
                            .orElseThrow(() -> new IOException("429 without retry-after-ms")));
                } else {
                    counts.failed(answer.statusCode() + " " + answer.body());
                }
            } catch (IOException failure) {
                counts.failed(failure.toString());
            }
        }
    }

    private static void pause(long millis) {
        LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(millis));
    }

    private static Report report(Counts counts, double seconds) {
        long[] sorted = counts.nanos.stream().mapToLong(Long::longValue).toArray();
        Arrays.sort(sorted);
        return new Report(
                sorted.length,
                counts.refused.sum(),
                new TreeMap<>(counts.errors),
                sorted.length / seconds,
                millis(sorted, 0.5),
                millis(sorted, 0.99),
                millis(sorted, 1));
    }

    private static double millis(long[] sorted, double share) {
        return sorted.length == 0 ? 0 : sorted[(int) Math.min(sorted.length - 1, share * sorted.length)] / 1e6;
    }
}
