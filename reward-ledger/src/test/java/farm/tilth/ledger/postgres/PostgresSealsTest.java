package farm.tilth.ledger.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.Purpose;
import farm.tilth.ledger.ledger.Transfer;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.LedgerAnchor;
import farm.tilth.protocol.result.LedgerCheck;
import farm.tilth.protocol.result.SealedTransfer;
import farm.tilth.protocol.result.SigningKey;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(120)
class PostgresSealsTest {
    private static final AccountId ALICE = AccountId.customer(new UUID(0, 1));
    private static final AccountId BOB = AccountId.customer(new UUID(0, 2));
    private static final SigningKey KEY = SigningKey.generate();

    private TestDatabase database;
    private Ledger ledger;
    private PostgresSeals seals;

    @BeforeEach
    void fill() throws SQLException {
        database = TestDatabase.create(6);
        ledger = new PostgresLedger(database.dataSource(), InstantSource.system());
        seals = new PostgresSeals(database.dataSource(), InstantSource.system());
        Transfer hold = Transfer.hold(
                Purpose.CALL, cause("h"), ALICE, BOB, 30, Instant.now().plusSeconds(60));
        ledger.create(List.of(
                Transfer.direct(Purpose.CREDIT, cause("ü, \"quoted\""), AccountId.TREASURY, ALICE, 1000),
                Transfer.direct(Purpose.PAY, cause("pay"), ALICE, BOB, 10),
                hold,
                hold.post(20)));
    }

    @AfterEach
    void close() throws SQLException {
        database.close();
    }

    @Test
    void databasesChainIsTheOneThatAnybodyCanRecompute() {
        sealAll();
        LedgerAnchor anchor = seals.anchor(KEY).getFirst();
        assertEquals(4, anchor.transfers());
        assertEquals(Json.write(List.of(anchor)), Json.write(seals.anchors(0, 10)));
        assertEquals(List.of(), seals.anchor(KEY));
        LedgerCheck.Outcome outcome = check();
        assertEquals(List.of(), outcome.findings());
        assertEquals(4, outcome.anchored());
    }

    @Test
    void nothingIsSealedBeforeATransactionThatMayComeFirst() throws SQLException {
        sealAll();
        try (Connection slow = database.dataSource().getConnection();
                Statement statement = slow.createStatement()) {
            slow.setAutoCommit(false);
            statement.execute(insert(1));
            AccountId carol = AccountId.customer(new UUID(0, 3));
            ledger.create(Transfer.direct(Purpose.CREDIT, cause("later"), AccountId.TREASURY, carol, 7));
            for (int i = 0; i < 5; i++) {
                assertEquals(0, seals.seal(100));
            }
            slow.commit();
            slow.setAutoCommit(true);
        }
        assertEquals(2, sealAll());
        seals.anchor(KEY);
        assertTrue(check().holds());
    }

    @Test
    void nothingSlipsInAmongWhatIsSealed() throws SQLException {
        sealAll();
        SQLException e = assertThrows(
                SQLException.class,
                () -> database.execute(insert(1)
                        .replace("(id,", "(number, id,")
                        .replace("VALUES (", "OVERRIDING SYSTEM VALUE VALUES (0, ")));
        assertTrue(e.getMessage().contains("sealed"), e.getMessage());
    }

    @Test
    void changesBehindTheDatabasesBackAreFound() throws SQLException {
        sealAll();
        seals.anchor(KEY);
        for (String tampering : List.of(
                "UPDATE ledger.transfer SET amount = 11 WHERE amount = 10",
                "UPDATE ledger.transfer SET at = at + interval '1 microsecond' WHERE number = 2",
                "UPDATE ledger.transfer SET cause = cause || ' ' WHERE number = 1",
                "UPDATE ledger.transfer SET expires_at = expires_at + interval '1 day' WHERE step = 'HOLD'",
                "DELETE FROM ledger.transfer WHERE number = 2",
                "DELETE FROM ledger.transfer WHERE number = 4",
                insert(1).replace("(id,", "(number, id,").replace("VALUES (", "OVERRIDING SYSTEM VALUE VALUES (0, "))) {
            try (Connection connection = database.dataSource().getConnection();
                    Statement statement = connection.createStatement()) {
                connection.setAutoCommit(false);
                statement.execute("SET LOCAL session_replication_role = replica");
                assertEquals(1, statement.executeUpdate(tampering), tampering);
                connection.commit();
                connection.setAutoCommit(true);
            }
            assertFalse(check().holds(), tampering);
            close();
            fill();
            sealAll();
            seals.anchor(KEY);
            assertTrue(check().holds());
        }
    }

    @Test
    void sealsAndAnchorsAreNeverChanged() {
        sealAll();
        seals.anchor(KEY);
        for (String sql : List.of(
                "UPDATE ledger.seal SET hash = sha256('x')",
                "DELETE FROM ledger.seal",
                "TRUNCATE ledger.seal CASCADE",
                "UPDATE ledger.anchor SET signature = 'x'",
                "DELETE FROM ledger.anchor")) {
            assertThrows(SQLException.class, () -> database.execute(sql), sql);
        }
    }

    @Test
    void chainHoldsWhileManyWriteAndTwoSeal() throws Exception {
        long seed = System.nanoTime();
        try (ExecutorService executor = Executors.newFixedThreadPool(6)) {
            List<Future<?>> writers = new ArrayList<>();
            for (int writer = 0; writer < 4; writer++) {
                int name = writer;
                Random random = new Random(seed + writer);
                writers.add(executor.submit(() -> write(name, random)));
            }
            List<Future<?>> sealers = new ArrayList<>();
            for (int sealer = 0; sealer < 2; sealer++) {
                sealers.add(executor.submit(() -> {
                    while (writers.stream().anyMatch(w -> !w.isDone())) {
                        seals.seal(50);
                        seals.anchor(KEY);
                    }
                }));
            }
            for (Future<?> writer : writers) {
                writer.get();
            }
            for (Future<?> sealer : sealers) {
                sealer.get();
            }
        }
        sealAll();
        seals.anchor(KEY);
        LedgerCheck.Outcome outcome = check();
        assertEquals(List.of(), outcome.findings(), "seed " + seed);
        assertEquals(outcome.transfers(), outcome.anchored(), "seed " + seed);
        assertEquals(
                List.of(Long.toString(outcome.transfers())),
                queryOne("SELECT count(*) FROM ledger.transfer"),
                "seed " + seed);
    }

    private void write(int writer, Random random) {
        for (int i = 0; i < 40; i++) {
            List<Transfer> batch = new ArrayList<>();
            for (int j = 0; j <= random.nextInt(20); j++) {
                AccountId to = AccountId.customer(new UUID(1, random.nextInt(5)));
                Cause cause = cause(writer + "-" + i + "-" + j);
                batch.add(Transfer.direct(Purpose.CREDIT, cause, AccountId.TREASURY, to, 1));
            }
            ledger.create(batch);
        }
    }

    private List<String> queryOne(String sql) {
        try {
            return database.query(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void transactionThatCreditsMoreThanItDebitsCannotCommit() throws SQLException {
        String broken = database.query("SELECT pg_get_functiondef('ledger.apply_transfers'::regproc)")
                .getFirst()
                .replace("credited = a.credited + d.credited", "credited = a.credited + d.credited * 2");
        database.execute(broken);
        SQLException e = assertThrows(SQLException.class, () -> database.execute(insert(5)));
        assertTrue(e.getMessage().contains("credits 5 more than it debits"), e.getMessage());
        try (Connection connection = database.dataSource().getConnection();
                Statement statement = connection.createStatement()) {
            connection.setAutoCommit(false);
            statement.execute(insert(5));
            assertThrows(SQLException.class, connection::commit);
            connection.setAutoCommit(true);
        }
        assertEquals(1000, ledger.balance(ALICE).credited());
    }

    private int sealAll() {
        int sealed = 0;
        for (int i = 0; i < 3; i++) {
            sealed += seals.seal(10_000);
        }
        return sealed;
    }

    private LedgerCheck.Outcome check() {
        LedgerCheck check = new LedgerCheck(seals.anchors(0, 10_000), Optional.of(KEY.publicKey()));
        long after = Long.MIN_VALUE;
        for (List<SealedTransfer> page = seals.log(after, 1000); !page.isEmpty(); page = seals.log(after, 1000)) {
            page.forEach(check::take);
            after = page.getLast().number();
        }
        return check.finish();
    }

    private static Cause cause(String key) {
        return Cause.request("seals", key);
    }

    private static String insert(long amount) {
        return "INSERT INTO ledger.transfer (id, step, debit, credit, amount, purpose, cause, at)"
                + " VALUES (gen_random_uuid(), 'DIRECT', (SELECT id FROM ledger.account WHERE name = '" + ALICE
                + "'), (SELECT id FROM ledger.account WHERE name = '" + BOB + "'), " + amount
                + ", 'PAY', 'by hand', now())";
    }
}
