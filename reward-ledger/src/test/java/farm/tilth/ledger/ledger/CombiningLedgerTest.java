package farm.tilth.ledger.ledger;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertThrows;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class CombiningLedgerTest extends LedgerContract {
    private static final AccountId CUSTOMER = AccountId.customer(new UUID(1, 1));

    private final InMemoryLedger books = new InMemoryLedger(new SettableClock());
    private final List<Integer> batches = Collections.synchronizedList(new ArrayList<>());

    @Override
    protected Ledger newLedger(SettableClock clock) {
        return new CombiningLedger(new InMemoryLedger(clock), 1);
    }

    /** A ledger whose batches go through {@code step}; it notes their sizes. */
    private CombiningLedger through(int carriers, Function<List<JournalEntry>, List<TransferResult>> step) {
        Ledger ledger = new InterceptedLedger(books, entries -> {
            batches.add(entries.size());
            return step.apply(entries);
        });
        return new CombiningLedger(ledger, carriers);
    }

    /** Waits until {@code count} callers stand in line. */
    private static void awaitWaiting(CombiningLedger ledger, int count) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (ledger.waiting() < count && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertEquals(count, ledger.waiting());
    }

    @Test
    void callersThatComeMeanwhileTravelTogether() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        CombiningLedger ledger = through(1, entries -> {
            await(gate);
            return books.createEntries(entries);
        });
        try (ExecutorService callers = Executors.newCachedThreadPool()) {
            List<Future<TransferResult>> answers = new ArrayList<>();
            answers.add(callers.submit(() -> ledger.create(credit(0))));
            awaitBatches(1);
            for (int i = 1; i <= 20; i++) {
                Transfer transfer = credit(i % 10);
                answers.add(callers.submit(() -> ledger.create(transfer)));
            }
            awaitWaiting(ledger, 20);
            gate.countDown();
            List<TransferResult> results = new ArrayList<>();
            for (Future<TransferResult> answer : answers) {
                results.add(answer.get());
            }
            assertEquals(List.of(1, 20), batches);
            assertEquals(10, Collections.frequency(results, TransferResult.CREATED));
            assertEquals(11, Collections.frequency(results, TransferResult.EXISTS));
        }
        assertEquals(10, books.balance(CUSTOMER).credited());
    }

    @Test
    void oneCallersBadEntryIsNotItsNeighboursFailure() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        CombiningLedger ledger = through(1, entries -> {
            await(gate);
            if (entries.stream().flatMap(e -> e.transfers().stream()).anyMatch(t -> t.amount() == 666)) {
                throw new FarmException(ErrorCode.INTERNAL, "the store refuses this entry");
            }
            return books.createEntries(entries);
        });
        try (ExecutorService callers = Executors.newCachedThreadPool()) {
            Future<TransferResult> first = callers.submit(() -> ledger.create(credit(0)));
            awaitBatches(1);
            Future<TransferResult> good = callers.submit(() -> ledger.create(credit(1)));
            Transfer evil = Transfer.direct(Purpose.CREDIT, fact(2), AccountId.TREASURY, CUSTOMER, 666);
            Future<TransferResult> bad = callers.submit(() -> ledger.create(evil));
            Future<TransferResult> alsoGood = callers.submit(() -> ledger.create(credit(3)));
            awaitWaiting(ledger, 3);
            gate.countDown();
            assertEquals(TransferResult.CREATED, first.get());
            assertEquals(TransferResult.CREATED, good.get());
            assertEquals(TransferResult.CREATED, alsoGood.get());
            ExecutionException failure = assertThrows(ExecutionException.class, bad::get);
            assertEquals(
                    ErrorCode.INTERNAL,
                    assertInstanceOf(FarmException.class, failure.getCause()).code());
        }
        assertEquals(3, books.balance(CUSTOMER).credited());
        assertEquals(List.of(1, 3, 1, 1, 1), batches);
    }

    @Test
    void storeThatIsAwayIsToldToAllAndAskedOnce() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        CombiningLedger ledger = through(1, entries -> {
            await(gate);
            throw new FarmException(ErrorCode.UNAVAILABLE, "the store is away");
        });
        try (ExecutorService callers = Executors.newCachedThreadPool()) {
            List<Future<TransferResult>> answers = new ArrayList<>();
            answers.add(callers.submit(() -> ledger.create(credit(0))));
            awaitBatches(1);
            for (int i = 1; i <= 5; i++) {
                Transfer transfer = credit(i);
                answers.add(callers.submit(() -> ledger.create(transfer)));
            }
            awaitWaiting(ledger, 5);
            gate.countDown();
            for (Future<TransferResult> answer : answers) {
                ExecutionException failure = assertThrows(ExecutionException.class, answer::get);
                assertEquals(
                        ErrorCode.UNAVAILABLE,
                        assertInstanceOf(FarmException.class, failure.getCause())
                                .code());
            }
        }
        assertEquals(List.of(1, 5), batches);
    }

    @Test
    void batchNeverOutgrowsTheLimit() throws Exception {
        CountDownLatch gate = new CountDownLatch(1);
        CombiningLedger ledger = through(1, entries -> {
            await(gate);
            return books.createEntries(entries);
        });
        try (ExecutorService callers = Executors.newCachedThreadPool()) {
            List<Future<List<TransferResult>>> answers = new ArrayList<>();
            answers.add(callers.submit(() -> ledger.create(List.of(credit(0)))));
            awaitBatches(1);
            for (int i = 0; i < 3; i++) {
                List<Transfer> many = new ArrayList<>();
                for (int j = 0; j < Ledger.MAX_BATCH / 2; j++) {
                    many.add(credit(1 + i * Ledger.MAX_BATCH + j));
                }
                answers.add(callers.submit(() -> ledger.create(many)));
            }
            awaitWaiting(ledger, 3);
            gate.countDown();
            for (Future<List<TransferResult>> answer : answers) {
                answer.get();
            }
        }
        assertEquals(List.of(1, Ledger.MAX_BATCH, Ledger.MAX_BATCH / 2), batches);
    }

    @Test
    void manyCallersLoseNothingAndMakeNothingTwice() throws Exception {
        CombiningLedger ledger = through(3, books::createEntries);
        try (ExecutorService callers = Executors.newFixedThreadPool(12)) {
            List<Future<?>> running = new ArrayList<>();
            for (int caller = 0; caller < 12; caller++) {
                running.add(callers.submit(() -> {
                    for (int i = 0; i < 500; i++) {
                        ledger.create(credit(i));
                    }
                }));
            }
            for (Future<?> call : running) {
                call.get();
            }
        }
        assertEquals(500, books.balance(CUSTOMER).credited());
        assertEquals(0, ledger.waiting());
    }

    private void awaitBatches(int count) {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(20);
        while (batches.size() < count && System.nanoTime() < end) {
            Thread.onSpinWait();
        }
        assertEquals(count, batches.size());
    }

    private static void await(CountDownLatch gate) {
        try {
            gate.await();
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Transfer credit(int number) {
        return Transfer.direct(Purpose.CREDIT, fact(number), AccountId.TREASURY, CUSTOMER, 1);
    }

    private static Cause fact(int number) {
        return Cause.request("combining", Integer.toString(number));
    }
}
