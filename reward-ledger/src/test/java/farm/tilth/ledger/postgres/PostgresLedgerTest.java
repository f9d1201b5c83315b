package farm.tilth.ledger.postgres;

import static org.junit.jupiter.api.Assertions.assertEquals;

import farm.tilth.ledger.ledger.Ledger;
import farm.tilth.ledger.ledger.LedgerContract;
import farm.tilth.ledger.ledger.SettableClock;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;

class PostgresLedgerTest extends LedgerContract {
    private final List<TestDatabase> databases = new ArrayList<>();

    @Override
    protected Ledger newLedger(SettableClock clock) {
        try {
            TestDatabase database = TestDatabase.create(2);
            databases.add(database);
            return new PostgresLedger(database.dataSource(), clock);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    @AfterEach
    void totalsFollowFromTheTransfers() throws SQLException {
        for (TestDatabase database : databases) {
            assertEquals(List.of(), database.query("SELECT name FROM ledger.discrepancy"));
            assertEquals(
                    List.of("0"),
                    database.query("SELECT coalesce(sum(credited) - sum(debited), 0) FROM ledger.account"));
            database.close();
        }
    }
}
