package farm.tilth.ledger.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import farm.tilth.ledger.ledger.AccountBalance;
import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.Purpose;
import farm.tilth.ledger.ledger.SettableClock;
import farm.tilth.ledger.ledger.Transfer;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the database refuses, whoever asks: these statements go past the Java code. */
class PostgresRulesTest {
    private static final AccountId ALICE = AccountId.customer(new UUID(0, 1));
    private static final AccountId BOB = AccountId.customer(new UUID(0, 2));
    private static final String CHECK_VIOLATION = "23514";
    private static final String INTEGRITY_VIOLATION = "23000";
    private static final String FOREIGN_KEY_VIOLATION = "23503";
    private static final String UNIQUE_VIOLATION = "23505";
    private static final String INSUFFICIENT_PRIVILEGE = "42501";

    private TestDatabase database;
    private Ledger ledger;
    private final Transfer hold =
            Transfer.hold(Purpose.CALL, Cause.request("rules", "hold"), ALICE, BOB, 30, Instant.ofEpochSecond(60));

    @BeforeEach
    void fill() throws SQLException {
        database = TestDatabase.create(2);
        ledger = new PostgresLedger(database.dataSource(), new SettableClock());
        Cause cause = Cause.request("rules", "credit");
        ledger.create(List.of(
                Transfer.direct(Purpose.CREDIT, cause, AccountId.TREASURY, ALICE, 100),
                Transfer.direct(Purpose.PAY, cause, ALICE, BOB, 10),
                hold));
    }

    @AfterEach
    void nothingHasChanged() throws SQLException {
        assertEquals(List.of(), database.query("SELECT name FROM ledger.discrepancy"));
        database.close();
    }

    @Test
    void postedTransfersAreNeverChanged() {
        assertRefused(INSUFFICIENT_PRIVILEGE, "UPDATE ledger.transfer SET amount = 1");
        assertRefused(INSUFFICIENT_PRIVILEGE, "DELETE FROM ledger.transfer WHERE amount = 10");
        assertRefused(INSUFFICIENT_PRIVILEGE, "TRUNCATE ledger.transfer");
        assertBalances(new AccountBalance(ALICE, 100, 10, 30), new AccountBalance(BOB, 10, 0, 0));
    }

    @Test
    void balancesFollowTransfersAndNothingElse() {
        assertRefused(INSUFFICIENT_PRIVILEGE, "UPDATE ledger.account SET credited = credited + 1");
        assertRefused(INSUFFICIENT_PRIVILEGE, "UPDATE ledger.account SET held = 0");
        assertRefused(INSUFFICIENT_PRIVILEGE, "DELETE FROM ledger.account");
        assertRefused(INSUFFICIENT_PRIVILEGE, "TRUNCATE ledger.account");
        assertRefused(
                INSUFFICIENT_PRIVILEGE,
                "INSERT INTO ledger.account (kind, name, credited) VALUES ('FEES', 'fees', 1000)");
        assertRefused(INSUFFICIENT_PRIVILEGE, "DELETE FROM ledger.open_hold");
        assertRefused(INSUFFICIENT_PRIVILEGE, "UPDATE ledger.open_hold SET expires_at = now()");
        assertRefused(INSUFFICIENT_PRIVILEGE, "TRUNCATE ledger.open_hold");
        assertBalances(new AccountBalance(ALICE, 100, 10, 30), new AccountBalance(BOB, 10, 0, 0));
    }

    @Test
    void transferMovesBalancesWhoeverInsertsIt() throws SQLException {
        database.execute(insert("DIRECT", ALICE, BOB, 60, "NULL"));
        assertBalances(new AccountBalance(ALICE, 100, 70, 30), new AccountBalance(BOB, 70, 0, 0));
    }

    @Test
    void overdraftIsRefused() {
        assertRefused(CHECK_VIOLATION, insert("DIRECT", ALICE, BOB, 61, "NULL"));
        assertRefused(CHECK_VIOLATION, insert("DIRECT", BOB, ALICE, 11, "NULL"));
        assertBalances(new AccountBalance(ALICE, 100, 10, 30), new AccountBalance(BOB, 10, 0, 0));
    }

    @Test
    void holdEndsOnceAndAsItWasMade() throws SQLException {
        String held = "'" + hold.id() + "'";
        assertRefused(INTEGRITY_VIOLATION, insert("POST", ALICE, BOB, 31, held));
        assertRefused(INTEGRITY_VIOLATION, insert("POST", ALICE, AccountId.TREASURY, 30, held));
        assertRefused(INTEGRITY_VIOLATION, insert("RELEASE", ALICE, BOB, 29, held));
        assertRefused(INTEGRITY_VIOLATION, insert("POST", ALICE, BOB, 30, "gen_random_uuid()"));
        assertRefused(CHECK_VIOLATION, insert("POST", ALICE, BOB, 30, "NULL"));
        assertRefused(CHECK_VIOLATION, insert("DIRECT", ALICE, BOB, 30, held));
        database.execute(insert("POST", ALICE, BOB, 20, held));
        assertBalances(new AccountBalance(ALICE, 100, 30, 0), new AccountBalance(BOB, 30, 0, 0));
        assertRefused(UNIQUE_VIOLATION, insert("POST", ALICE, BOB, 20, held));
        assertRefused(UNIQUE_VIOLATION, insert("RELEASE", ALICE, BOB, 30, held));
    }

    @Test
    void impossibleTransfersAreRefused() {
        assertRefused(CHECK_VIOLATION, insert("DIRECT", ALICE, BOB, 0, "NULL"));
        assertRefused(CHECK_VIOLATION, insert("DIRECT", ALICE, BOB, -5, "NULL"));
        assertRefused(CHECK_VIOLATION, insert("DIRECT", ALICE, ALICE, 5, "NULL"));
        assertRefused(CHECK_VIOLATION, insert("SWAP", ALICE, BOB, 5, "NULL"));
        assertRefused(
                FOREIGN_KEY_VIOLATION,
                "INSERT INTO ledger.transfer (id, step, debit, credit, amount, purpose, cause, at)"
                        + " VALUES (gen_random_uuid(), 'DIRECT', (" + id(ALICE) + "), 999, 5, 'PAY', 'x', now())");
    }

    @Test
    void accountsNameFitsItsKind() {
        assertRefused(CHECK_VIOLATION, "INSERT INTO ledger.account (kind, name) VALUES ('TREASURY', 'customer/thief')");
        assertRefused(CHECK_VIOLATION, "INSERT INTO ledger.account (kind, name) VALUES ('BANK', 'bank/1')");
    }

    private void assertRefused(String state, String sql) {
        SQLException e = assertThrows(SQLException.class, () -> database.execute(sql), sql);
        assertEquals(state, e.getSQLState(), () -> sql + ": " + e.getMessage());
    }

    private void assertBalances(AccountBalance... expected) {
        for (AccountBalance balance : expected) {
            assertEquals(balance, ledger.balance(balance.account()));
        }
    }

    private static String insert(String step, AccountId debit, AccountId credit, long amount, String resolves) {
        return "INSERT INTO ledger.transfer (id, step, debit, credit, amount, purpose, cause, resolves, at)"
                + " VALUES (gen_random_uuid(), '" + step + "', (" + id(debit) + "), (" + id(credit) + "), " + amount
                + ", 'PAY', 'by hand', " + resolves + ", now())";
    }

    private static String id(AccountId account) {
        return "SELECT id FROM ledger.account WHERE name = '" + account + "'";
    }
}
