package farm.tilth.ledger.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.ledger.escrow.Escrow;
import farm.tilth.ledger.escrow.TaskPayment;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.Purpose;
import farm.tilth.ledger.ledger.Transfer;
import farm.tilth.ledger.ledger.TransferResult;
import farm.tilth.ledger.ledger.Treasury;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.TaskId;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PostgresConcurrencyTest {
    private static final int THREADS = 8;

    private TestDatabase database;
    private Ledger ledger;

    @BeforeEach
    void start() throws SQLException {
        database = TestDatabase.create(THREADS);
        ledger = new PostgresLedger(database.dataSource(), InstantSource.system());
    }

    @AfterEach
    void sumsHold() throws SQLException {
        assertEquals(List.of(), database.query("SELECT name FROM ledger.discrepancy"));
        assertEquals(List.of("0"), database.query("SELECT sum(credited) - sum(debited) FROM ledger.account"));
        assertEquals(
                List.of(),
                database.query("SELECT name FROM ledger.account WHERE kind <> 'TREASURY' AND credited < debited"));
        database.close();
    }

    @Test
    void hotAccountsInAnyOrderNeitherDeadlockNorLoseMoney() throws Exception {
        List<AccountId> hot = IntStream.range(0, 6)
                .mapToObj(i -> AccountId.customer(new UUID(0, i)))
                .toList();
        for (AccountId account : hot) {
            new Treasury(ledger).credit(account, 500, Cause.request("credit", account.owner()));
        }
        List<Integer> created = inParallel(thread -> {
            Random random = new Random(thread);
            int count = 0;
            for (int batch = 0; batch < 25; batch++) {
                List<Transfer> transfers = new ArrayList<>();
                for (int i = 0; i < 20; i++) {
                    int debit = random.nextInt(hot.size());
                    int credit = (debit + 1 + random.nextInt(hot.size() - 1)) % hot.size();
                    Cause cause = Cause.request("hot", thread + "/" + batch + "/" + i);
                    transfers.add(Transfer.direct(
                            Purpose.PAY, cause, hot.get(debit), hot.get(credit), 1 + random.nextInt(100)));
                }
                count += (int) ledger.create(transfers).stream()
                        .filter(TransferResult.CREATED::equals)
                        .count();
            }
            return count;
        });
        assertTrue(created.stream().allMatch(count -> count > 0), "some thread made no transfer: " + created);
        assertEquals(
                3_000, hot.stream().mapToLong(a -> ledger.balance(a).balance()).sum());
    }

    @Test
    void sameBatchFromManyReplicasIsMadeOnce() throws Exception {
        JobId job = new JobId(new UUID(1, 1));
        UUID customer = new UUID(2, 2);
        new Treasury(ledger).credit(AccountId.customer(customer), 1_000_000, Cause.request("credit", "1"));
        List<TaskPayment> payments = new ArrayList<>();
        for (int i = 0; i < 200; i++) {
            payments.add(new TaskPayment(
                    new TaskId(job, i),
                    Digest.ofText("worker " + i % 7),
                    10_000_000L + i * 10_000L,
                    new Receipt.Prices(100, 500)));
        }
        long gross = payments.stream().mapToLong(TaskPayment::gross).sum();
        List<Integer> created = inParallel(thread -> {
            Escrow escrow = new Escrow(ledger);
            int count = escrow.open(job, customer, 900_000) == TransferResult.CREATED ? 1 : 0;
            List<TaskPayment> shuffled = new ArrayList<>(payments);
            Collections.shuffle(shuffled, new Random(thread));
            for (int from = 0; from < shuffled.size(); from += 40) {
                List<TransferResult> results = escrow.payAll(shuffled.subList(from, from + 40));
                assertTrue(results.stream().allMatch(TransferResult::done), results.toString());
                count += (int)
                        results.stream().filter(TransferResult.CREATED::equals).count();
            }
            return count;
        });
        assertEquals(201, created.stream().mapToInt(Integer::intValue).sum());
        assertEquals(gross, new Escrow(ledger).balance(job).debited());

        List<Long> refunds = inParallel(_ -> new Escrow(ledger).refund(job, customer));
        assertEquals(
                900_000 - gross, refunds.stream().mapToLong(Long::longValue).sum());
        assertEquals(
                1_000_000 - gross, ledger.balance(AccountId.customer(customer)).balance());
    }

    @Test
    void accountsThatAllUseAtOnceAreOpenedOnce() throws Exception {
        List<Integer> created = inParallel(thread -> {
            List<Transfer> transfers = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                AccountId account = AccountId.customer(new UUID(7, (i * 31L + thread * 17L) % 50));
                Cause cause = Cause.request("open", thread + "/" + i);
                transfers.add(Transfer.direct(Purpose.CREDIT, cause, AccountId.TREASURY, account, 1));
            }
            return (int) ledger.create(transfers).stream()
                    .filter(TransferResult.CREATED::equals)
                    .count();
        });
        assertEquals(Collections.nCopies(THREADS, 50), created);
        assertEquals(List.of("51"), database.query("SELECT count(*) FROM ledger.account"));
    }

    private interface Work<T> {
        T run(int thread) throws Exception;
    }

    private static <T> List<T> inParallel(Work<T> work) throws Exception {
        try (ExecutorService executor = Executors.newFixedThreadPool(THREADS)) {
            List<Callable<T>> calls = new ArrayList<>();
            for (int i = 0; i < THREADS; i++) {
                int thread = i;
                calls.add(() -> work.run(thread));
            }
            List<T> results = new ArrayList<>();
            for (Future<T> future : executor.invokeAll(calls)) {
                results.add(future.get());
            }
            return results;
        }
    }
}
