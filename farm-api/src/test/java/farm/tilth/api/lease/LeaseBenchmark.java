package farm.tilth.api.lease;

import farm.tilth.api.TestFolders;
import farm.tilth.api.server.EmbeddedPostgres;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.Commitment;
import farm.tilth.protocol.task.Lease;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * How many tasks a second go from the queue to paid: leased, reported, accepted and paid in batches of 100, each a
 * durable transaction, with 1 and with 8 workers at a time. Signatures and network are not in it.
 */
public final class LeaseBenchmark {
    private static final int BATCH = 100;
    private static final int WARM_UP_TASKS = 10_000;
    private static final int TASKS = 60_000;
    private static final byte[] SIGNATURE = new byte[64];

    private LeaseBenchmark() {}

    public static void main(String[] args) throws Exception {
        Path folder = Files.createTempDirectory("tilth-benchmark");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(
                        folder.resolve("postgres"),
                        Path.of("target", "postgres").toAbsolutePath());
                BenchmarkFarm farm = new BenchmarkFarm(postgres.address())) {
            Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(postgres), "stop-postgres"));
            String fsync = BenchmarkFarm.await(farm.pool
                            .query("SELECT current_setting('fsync') || ', synchronous_commit '"
                                    + " || current_setting('synchronous_commit')")
                            .execute())
                    .iterator()
                    .next()
                    .getString(0);
            System.out.println("embedded PostgreSQL, fsync " + fsync + ", batches of " + BATCH);
            run(farm, 1, WARM_UP_TASKS);
            print(1, run(farm, 1, TASKS));
            print(8, run(farm, 8, TASKS));
        } finally {
            TestFolders.delete(folder);
        }
    }

    /** Also when the benchmark is interrupted. */
    private static void stop(EmbeddedPostgres postgres) {
        try {
            postgres.close();
        } catch (IOException e) {
            System.err.println("PostgreSQL could not be stopped: " + e);
        }
    }

    private static void print(int workers, double perSecond) {
        System.out.printf(
                Locale.ROOT,
                "%d %-8s %,9.0f tasks/s leased, reported, accepted and paid%n",
                workers,
                workers == 1 ? "worker" : "workers",
                perSecond);
    }

    static double run(BenchmarkFarm farm, int workers, int tasks) {
        farm.job(tasks);
        long start = System.nanoTime();
        AtomicBoolean worked = new AtomicBoolean();
        CompletableFuture<Void> payer = CompletableFuture.runAsync(() -> pay(farm, worked));
        List<CompletableFuture<Void>> all = new ArrayList<>();
        for (int i = 0; i < workers; i++) {
            Digest worker = Digest.ofText("worker " + i);
            all.add(CompletableFuture.runAsync(
                    () -> work(farm, worker), task -> Thread.ofVirtual().start(task)));
        }
        all.forEach(CompletableFuture::join);
        worked.set(true);
        payer.join();
        double seconds = (System.nanoTime() - start) / 1e9;
        if (farm.unpaid() != 0) {
            throw new IllegalStateException(farm.unpaid() + " tasks were not paid");
        }
        return tasks / seconds;
    }

    private static void work(BenchmarkFarm farm, Digest worker) {
        LeaseRequest.Offer offer = new LeaseRequest.Offer(
                new Skill(new TaskKind(BenchmarkFarm.ENGINE, "renderTile"), Hardware.CPU),
                BenchmarkFarm.WORK_UNITS * 10.0,
                BATCH);
        LeaseRequest request = new LeaseRequest(worker, List.of(offer), BATCH, 60, List.of());
        List<Lease> leases = BenchmarkFarm.await(farm.queue.lease(request));
        while (!leases.isEmpty()) {
            List<Report> reports = leases.stream().map(LeaseBenchmark::report).toList();
            BenchmarkFarm.await(farm.queue.report(worker, reports));
            BenchmarkFarm.await(
                    farm.queue.accept(reports.stream().map(Report::held).toList()));
            leases = BenchmarkFarm.await(farm.queue.lease(request));
        }
    }

    private static Report report(Lease lease) {
        Digest digest = Digest.ofText(lease.task().toString());
        return new Report(
                new Commitment(lease.task(), lease.fence(), digest, digest, BenchmarkFarm.WORK_UNITS), SIGNATURE);
    }

    private static void pay(BenchmarkFarm farm, AtomicBoolean worked) {
        boolean last = false;
        while (!last) {
            last = worked.get();
            while (farm.payments.step()) {
                last = false;
            }
        }
    }
}
