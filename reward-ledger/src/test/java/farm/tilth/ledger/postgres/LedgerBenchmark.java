package farm.tilth.ledger.postgres;

import farm.tilth.ledger.ledger.CombiningLedger;
import farm.tilth.ledger.ledger.Ledger;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Transfers per second of this ledger and of a ledger in SQL functions (peer-ledger.sql), on one embedded PostgreSQL with
 * durable commits: the same callers, connections and pairs of accounts, in rounds that alternate between the two.
 * Arguments: rounds (default 5), seconds of each measurement (default 1.5).
 */
public final class LedgerBenchmark {
    private static final int CONNECTIONS = 16;
    private static final int CARRIERS = 1;
    private static final List<Load> LOADS =
            List.of(new Load(1, 1), new Load(16, 1), new Load(4, 100), new Load(2, 1_000));

    private final List<Contender> contenders;
    private final int accounts;
    private final int rounds;
    private final double seconds;

    private LedgerBenchmark(List<Contender> contenders, int accounts, int rounds, double seconds) {
        this.contenders = contenders;
        this.accounts = accounts;
        this.rounds = rounds;
        this.seconds = seconds;
    }

    /** Callers at once, and transfers of each call. */
    private record Load(int callers, int batch) {}

    /** Rates of one contender over the rounds, and how long its calls took, in microseconds. */
    private record Measured(double[] rates, double[] latencies) {
        static double median(double[] values) {
            double[] sorted = values.clone();
            Arrays.sort(sorted);
            int middle = sorted.length / 2;
            return sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
        }

        double least() {
            return Arrays.stream(rates).min().orElseThrow();
        }

        double most() {
            return Arrays.stream(rates).max().orElseThrow();
        }
    }

    public static void main(String[] args) throws SQLException, InterruptedException, ExecutionException {
        Logger.getLogger("org.flywaydb").setLevel(Level.WARNING);
        int rounds = args.length > 0 ? Integer.parseInt(args[0]) : 5;
        double seconds = args.length > 1 ? Double.parseDouble(args[1]) : 1.5;
        System.out.printf(
                "%d rounds of %.1f s, alternating; %d connections each; commits durable (fsync on)%n",
                rounds, seconds, CONNECTIONS);
        for (int accounts : new int[] {10, 100_000}) {
            try (TestDatabase database = TestDatabase.create(CONNECTIONS)) {
                Ledger ledger = new CombiningLedger(
                        new PostgresLedger(database.dataSource(), InstantSource.system()), CARRIERS);
                List<Contender> contenders = List.of(new TilthContender(ledger), PostgresPeerContender.in(database));
                for (Contender contender : contenders) {
                    contender.open(accounts);
                }
                database.execute("VACUUM ANALYZE");
                new LedgerBenchmark(contenders, accounts, rounds, seconds).run();
                check(database);
            }
        }
    }

    private static void check(TestDatabase database) throws SQLException {
        String off = database.query("SELECT (sum(balance) - count(*) * 1000000000000)::bigint FROM peer.account")
                .getFirst();
        System.out.printf(
                "  books: accounts that do not follow from their transfers %s; the peer's balances are off by %s%n",
                database.query("SELECT name FROM ledger.discrepancy"), off);
    }

    private void run() throws InterruptedException, ExecutionException {
        System.out.printf("%n%,d accounts%n", accounts);
        for (Load load : LOADS) {
            List<Measured> measured = new ArrayList<>();
            contenders.forEach(_ -> measured.add(new Measured(new double[rounds], new double[rounds])));
            for (Contender contender : contenders) {
                measure(contender, load, seconds / 3, -1); // warm-up
            }
            for (int round = 0; round < rounds; round++) {
                for (int turn = 0; turn < contenders.size(); turn++) {
                    int i = (turn + round) % contenders.size();
                    double[] result = measure(contenders.get(i), load, seconds, round);
                    measured.get(i).rates()[round] = result[0];
                    measured.get(i).latencies()[round] = result[1];
                }
            }
            print(load, measured);
        }
    }

    private void print(Load load, List<Measured> measured) {
        System.out.printf(
                "  %2d caller%s, %s%n",
                load.callers(),
                load.callers() == 1 ? "" : "s",
                load.batch() == 1 ? "a transfer a call" : load.batch() + " transfers a call");
        for (int i = 0; i < contenders.size(); i++) {
            Measured m = measured.get(i);
            System.out.printf(
                    Locale.ROOT,
                    "    %-6s %,9.0f transfers/s (%,.0f to %,.0f), a call takes %,.2f ms%n",
                    contenders.get(i).name(),
                    Measured.median(m.rates()),
                    m.least(),
                    m.most(),
                    Measured.median(m.latencies()) / 1000);
        }
        double[] ratios = new double[rounds];
        Arrays.setAll(
                ratios,
                round -> measured.get(0).rates()[round] / measured.get(1).rates()[round]);
        System.out.printf(
                Locale.ROOT,
                "    ratio  %.2f (%.2f to %.2f)%n",
                Measured.median(ratios),
                Arrays.stream(ratios).min().orElseThrow(),
                Arrays.stream(ratios).max().orElseThrow());
    }

    /** Transfers per second, and microseconds per call. */
    private double[] measure(Contender contender, Load load, double duration, int round)
            throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        long end = start + (long) (duration * 1e9);
        long calls = 0;
        try (ExecutorService executor = Executors.newFixedThreadPool(load.callers())) {
            List<Future<Long>> counts = new ArrayList<>();
            for (int i = 0; i < load.callers(); i++) {
                Random random = new Random(1000L * round + i);
                counts.add(executor.submit(() -> callUntil(end, contender, load.batch(), random)));
            }
            for (Future<Long> count : counts) {
                calls += count.get();
            }
        }
        double elapsed = (System.nanoTime() - start) / 1e9;
        return new double[] {calls * load.batch() / elapsed, 1e6 * elapsed * load.callers() / calls};
    }

    private long callUntil(long end, Contender contender, int batch, Random random) throws SQLException {
        long calls = 0;
        while (System.nanoTime() < end) {
            List<Contender.Move> moves = new ArrayList<>(batch);
            for (int i = 0; i < batch; i++) {
                int from = random.nextInt(accounts);
                int to = (from + 1 + random.nextInt(accounts - 1)) % accounts;
                moves.add(new Contender.Move(from, to));
            }
            contender.move(moves);
            calls++;
        }
        return calls;
    }
}
