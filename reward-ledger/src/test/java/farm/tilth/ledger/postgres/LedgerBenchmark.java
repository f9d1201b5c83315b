package farm.tilth.ledger.postgres;

import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.Purpose;
import farm.tilth.ledger.ledger.Transfer;
import farm.tilth.ledger.ledger.TransferResult;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Transfers per second on the embedded PostgreSQL, commits durable: random pairs of 10 hot accounts and of 100,000, in
 * batches of 1, 100 and 1,000, by 1 and 4 threads. Arguments: the seconds of each measurement (default 5).
 */
public final class LedgerBenchmark {
    private final Ledger ledger;
    private final List<AccountId> accounts;
    private final AtomicLong next;

    private LedgerBenchmark(Ledger ledger, int accounts, AtomicLong next) {
        this.ledger = ledger;
        this.next = next;
        this.accounts = new ArrayList<>(accounts);
        for (int i = 0; i < accounts; i++) {
            this.accounts.add(AccountId.customer(new UUID(accounts, i)));
        }
    }

    public static void main(String[] args) throws SQLException, InterruptedException, ExecutionException {
        double seconds = args.length > 0 ? Double.parseDouble(args[0]) : 5;
        AtomicLong next = new AtomicLong();
        try (TestDatabase database = TestDatabase.create(4)) {
            Ledger ledger = new PostgresLedger(database.dataSource(), InstantSource.system());
            for (int accounts : new int[] {10, 100_000}) {
                LedgerBenchmark benchmark = new LedgerBenchmark(ledger, accounts, next);
                benchmark.credit();
                for (int threads : new int[] {1, 4}) {
                    for (int batch : new int[] {1, 100, 1_000}) {
                        double rate = benchmark.measure(threads, batch, seconds);
                        System.out.printf(
                                "%,8d accounts  %d threads  batches of %,5d: %,9.0f transfers/s%n",
                                accounts, threads, batch, rate);
                    }
                }
            }
            System.out.println("discrepancies: " + database.query("SELECT name FROM ledger.discrepancy"));
        }
    }

    private void credit() {
        List<Transfer> credits = new ArrayList<>();
        for (AccountId account : accounts) {
            Cause cause = Cause.request("credit", account.owner());
            credits.add(Transfer.direct(Purpose.CREDIT, cause, AccountId.TREASURY, account, 1_000_000_000_000L));
            if (credits.size() == 5_000) {
                ledger.create(credits);
                credits.clear();
            }
        }
        ledger.create(credits);
    }

    private double measure(int threads, int batch, double seconds) throws InterruptedException, ExecutionException {
        long start = System.nanoTime();
        long end = start + (long) (seconds * 1e9);
        long made = 0;
        try (ExecutorService executor = Executors.newFixedThreadPool(threads)) {
            List<Future<Long>> counts = new ArrayList<>();
            for (int i = 0; i < threads; i++) {
                Random random = new Random(i);
                counts.add(executor.submit(() -> transferUntil(end, batch, random)));
            }
            for (Future<Long> count : counts) {
                made += count.get();
            }
        }
        return made / ((System.nanoTime() - start) / 1e9);
    }

    private long transferUntil(long end, int batch, Random random) {
        long made = 0;
        while (System.nanoTime() < end) {
            List<Transfer> transfers = new ArrayList<>(batch);
            for (int i = 0; i < batch; i++) {
                int debit = random.nextInt(accounts.size());
                int credit = (debit + 1 + random.nextInt(accounts.size() - 1)) % accounts.size();
                Cause cause = Cause.request("benchmark", Long.toString(next.incrementAndGet()));
                transfers.add(Transfer.direct(Purpose.PAY, cause, accounts.get(debit), accounts.get(credit), 1));
            }
            for (TransferResult result : ledger.create(transfers)) {
                if (result != TransferResult.CREATED) {
                    throw new IllegalStateException("a transfer of the benchmark is " + result);
                }
            }
            made += batch;
        }
        return made;
    }
}
