package farm.tilth.ledger.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import farm.tilth.ledger.ledger.AccountId;
import farm.tilth.ledger.ledger.Cause;
import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.Purpose;
import farm.tilth.ledger.ledger.Transfer;
import farm.tilth.ledger.ledger.TransferResult;
import farm.tilth.protocol.result.SigningKey;
import java.sql.SQLException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a coordinator can do that does not own the ledger. */
class PostgresGrantsTest {
    private static final String ROLE = "coordinator_of_the_grants_test";
    private static final AccountId ALICE = AccountId.customer(new UUID(0, 1));
    private static final AccountId BOB = AccountId.customer(new UUID(0, 2));

    private TestDatabase database;

    @BeforeEach
    void becomeTheCoordinator() throws SQLException {
        database = TestDatabase.create(1); // one connection, which keeps the role
        database.execute("CREATE ROLE " + ROLE);
        database.execute("SELECT ledger.grant_to('" + ROLE + "')");
        database.execute("SET ROLE " + ROLE);
    }

    @AfterEach
    void dropTheRole() throws SQLException {
        database.execute("RESET ROLE");
        database.execute("DROP OWNED BY " + ROLE);
        database.execute("DROP ROLE " + ROLE);
        database.close();
    }

    @Test
    void coordinatorMakesTransfersAndSealsThem() throws SQLException {
        Ledger ledger = new PostgresLedger(database.dataSource(), InstantSource.system());
        Cause cause = Cause.request("grants", "1");
        Transfer hold =
                Transfer.hold(Purpose.CALL, cause, ALICE, BOB, 30, Instant.now().plusSeconds(60));
        assertEquals(
                List.of(TransferResult.CREATED, TransferResult.CREATED, TransferResult.CREATED),
                ledger.create(List.of(
                        Transfer.direct(Purpose.CREDIT, cause, AccountId.TREASURY, ALICE, 100), hold, hold.post(20))));
        assertEquals(80, ledger.balance(ALICE).available());
        PostgresSeals seals = new PostgresSeals(database.dataSource(), InstantSource.system());
        assertEquals(3, seals.seal(10) + seals.seal(10));
        assertEquals(1, seals.anchor(SigningKey.generate()).size());
        assertEquals(3, seals.log(0, 10).size());
        assertEquals(List.of(), database.query("SELECT name FROM ledger.discrepancy"));
    }

    @Test
    void coordinatorChangesNothingThatIsWritten() throws SQLException {
        coordinatorMakesTransfersAndSealsThem();
        for (String sql : List.of(
                "UPDATE ledger.transfer SET amount = 1",
                "DELETE FROM ledger.transfer",
                "TRUNCATE ledger.transfer",
                "UPDATE ledger.account SET credited = 0",
                "UPDATE ledger.account SET id = DEFAULT",
                "DELETE FROM ledger.account",
                "INSERT INTO ledger.seal (number, last_transfer, transfers, hash, at)"
                        + " VALUES (99, 99, 99, sha256('x'), now())",
                "UPDATE ledger.sealing SET upto = 0",
                "DELETE FROM ledger.open_hold",
                "DELETE FROM ledger.imbalance",
                "DELETE FROM ledger.anchor",
                "ALTER TABLE ledger.transfer DISABLE TRIGGER ALL",
                "DROP TRIGGER transfer_applies ON ledger.transfer",
                "SELECT ledger.grant_to('" + ROLE + "')",
                "SET session_replication_role = replica")) {
            SQLException e = assertThrows(SQLException.class, () -> database.execute(sql), sql);
            assertEquals("42501", e.getSQLState(), () -> sql + ": " + e.getMessage());
        }
    }
}
