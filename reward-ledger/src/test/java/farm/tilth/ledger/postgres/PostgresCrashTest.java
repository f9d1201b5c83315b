package farm.tilth.ledger.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.ledger.escrow.Escrow;
import farm.tilth.ledger.escrow.Holdback;
import farm.tilth.ledger.escrow.TaskPayment;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.TransferResult;
import farm.tilth.ledger.ledger.Treasury;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.result.LedgerCheck;
import farm.tilth.protocol.result.Receipt;
import farm.tilth.protocol.result.SigningKey;
import farm.tilth.protocol.task.JobId;
import farm.tilth.protocol.task.TaskId;
import java.sql.SQLException;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** The server's process dies at every step of a batch, and the caller sends the batch again. */
class PostgresCrashTest {
    private static final JobId JOB = new JobId(new UUID(1, 1));
    private static final UUID CUSTOMER = new UUID(2, 2);

    @Test
    void batchIsMadeWhollyOrNotAtAllAndARepetitionCompletesIt() throws SQLException {
        int outcomesKept = 0;
        int outcomesLost = 0;
        int step = 0;
        for (boolean finished = false; !finished; step++) {
            finished = true;
            for (boolean after : new boolean[] {false, true}) {
                try (TestDatabase database = TestDatabase.create(3)) {
                    Ledger steady = new PostgresLedger(database.dataSource(), InstantSource.system());
                    new Treasury(steady).credit(AccountId.customer(CUSTOMER), 1_000_000, Cause.request("credit", "1"));
                    new Escrow(steady).open(JOB, CUSTOMER, 500_000);
                    BreakingDataSource breaking = new BreakingDataSource(database.dataSource(), step, after);
                    Escrow escrow = new Escrow(new PostgresLedger(breaking, InstantSource.system()));
                    boolean failed = payFails(escrow);
                    assertEquals(breaking.broken(), failed, "step " + step + ", after " + after);
                    long paid = new Escrow(steady).balance(JOB).debited();
                    assertTrue(paid == 0 || paid == 30 * 1_000, "a part of the batch was made: " + paid);
                    finished &= !breaking.broken();
                    outcomesKept += failed && paid > 0 ? 1 : 0;
                    outcomesLost += failed && paid == 0 ? 1 : 0;

                    breaking.repair();
                    List<TransferResult> again = escrow.payAll(payments());
                    TransferResult expected = paid > 0 ? TransferResult.EXISTS : TransferResult.CREATED;
                    assertEquals(Collections.nCopies(30, expected), again);
                    assertEquals(30 * 1_000, new Escrow(steady).balance(JOB).debited());
                    assertEquals(List.of(), database.query("SELECT name FROM ledger.discrepancy"));
                }
            }
        }
        assertTrue(step >= 5, "the batch has only " + step + " steps");
        assertEquals(1, outcomesKept, "only the commit's own reply can be lost after the fact");
        assertTrue(outcomesLost >= 8, "only " + outcomesLost + " crashes undid the batch");
    }

    @Test
    void heldPayEndsOnceHoweverTheServerDies() throws SQLException {
        try (TestDatabase database = TestDatabase.create(3)) {
            Ledger steady = new PostgresLedger(database.dataSource(), InstantSource.system());
            new Treasury(steady).credit(AccountId.customer(CUSTOMER), 1_000_000_000, Cause.request("credit", "1"));
            int step = 0;
            for (boolean failed = true; failed; step++) {
                failed = earnFails(database, steady, step, false) | earnFails(database, steady, step, true);
            }
            assertTrue(step >= 4, "earning has only " + step + " steps");
            assertEquals(List.of(), database.query("SELECT name FROM ledger.discrepancy"));
        }
    }

    private static boolean earnFails(TestDatabase database, Ledger steady, int step, boolean after) {
        JobId job = new JobId(new UUID(step, after ? 1 : 0));
        Digest worker = Digest.ofText(job.toString());
        new Escrow(steady).open(job, CUSTOMER, 100_000);
        List<TaskPayment> payments = payments(job, worker);
        new Escrow(steady).payAll(payments);
        List<Holdback.Held> held = payments.stream()
                .map(pay -> new Holdback.Held(pay.task(), worker, CUSTOMER, pay.workerShare()))
                .toList();
        BreakingDataSource breaking = new BreakingDataSource(database.dataSource(), step, after);
        Holdback dying = new Holdback(new PostgresLedger(breaking, InstantSource.system()));
        boolean failed = fails(() -> dying.earn(held));
        breaking.repair();
        boolean earned = steady.balance(AccountId.worker(worker)).credited() > 0;
        TransferResult expected = earned ? TransferResult.EXISTS_WITH_DIFFERENT_ACCOUNTS : TransferResult.CREATED;
        assertEquals(Collections.nCopies(30, expected), new Holdback(steady).forfeit(held));
        assertEquals(0, steady.balance(AccountId.holdback(worker)).balance());
        assertEquals(
                earned ? 30 * 950 : 0, steady.balance(AccountId.worker(worker)).credited());
        return failed;
    }

    @Test
    void chainOfHashesSurvivesADeathAtAnyStepOfSealing() throws SQLException {
        SigningKey key = SigningKey.generate();
        try (TestDatabase database = TestDatabase.create(3)) {
            Ledger ledger = new PostgresLedger(database.dataSource(), InstantSource.system());
            PostgresSeals steady = new PostgresSeals(database.dataSource(), InstantSource.system());
            for (int round = 0; round < 8; round++) {
                AccountId customer = AccountId.customer(new UUID(3, round));
                for (int i = 0; i < 3; i++) {
                    new Treasury(ledger).credit(customer, 1, Cause.request("credit " + round, "" + i));
                }
                BreakingDataSource breaking = new BreakingDataSource(database.dataSource(), round / 2, round % 2 == 1);
                PostgresSeals dying = new PostgresSeals(breaking, InstantSource.system());
                fails(() -> {
                    dying.seal(2);
                    dying.seal(2);
                    dying.anchor(key);
                });
                steady.seal(1);
                steady.anchor(key);
            }
            while (steady.seal(5) + steady.seal(5) > 0) {
                steady.anchor(key);
            }
            LedgerCheck check = new LedgerCheck(steady.anchors(0, 100), Optional.of(key.publicKey()));
            steady.log(0, 100).forEach(check::take);
            assertEquals(new LedgerCheck.Outcome(24, 24, List.of()), check.finish());
        }
    }

    private static boolean fails(Runnable step) {
        try {
            step.run();
            return false;
        } catch (FarmException e) {
            assertEquals(ErrorCode.UNAVAILABLE, e.code(), e.toString());
            return true;
        }
    }

    @Test
    void connectionsThatDiedWithTheirServerAreNotNoticedByTheCaller() throws SQLException {
        try (TestDatabase database = TestDatabase.create(3)) {
            Ledger ledger = new PostgresLedger(database.dataSource(), InstantSource.system());
            Treasury treasury = new Treasury(ledger);
            AccountId customer = AccountId.customer(CUSTOMER);
            for (int i = 1; i <= 5; i++) {
                database.disconnectAll();
                assertEquals(TransferResult.CREATED, treasury.credit(customer, 10, Cause.request("credit", "" + i)));
                database.disconnectAll();
                assertEquals(10L * i, ledger.balance(customer).balance());
            }
        }
    }

    @Test
    void unreachableDatabaseIsSaidPlainly() throws SQLException {
        TestDatabase database = TestDatabase.create(1);
        Ledger ledger = new PostgresLedger(database.dataSource(), InstantSource.system());
        database.close();
        FarmException e = assertThrows(FarmException.class, () -> ledger.balance(AccountId.FEES));
        assertEquals(ErrorCode.UNAVAILABLE, e.code());
        assertTrue(e.code().isTransient());
    }

    private static boolean payFails(Escrow escrow) {
        return fails(() -> escrow.payAll(payments()));
    }

    private static List<TaskPayment> payments() {
        return payments(JOB, Digest.ofText("worker"));
    }

    private static List<TaskPayment> payments(JobId job, Digest worker) {
        List<TaskPayment> payments = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            payments.add(new TaskPayment(new TaskId(job, i), worker, 10_000_000, new Receipt.Prices(100, 500)));
        }
        return payments;
    }
}
