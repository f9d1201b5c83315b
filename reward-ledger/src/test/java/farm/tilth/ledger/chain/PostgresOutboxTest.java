package farm.tilth.ledger.chain;

import farm.tilth.ledger.postgres.TestDatabase;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

class PostgresOutboxTest extends OutboxStoreContract {
    private TestDatabase database;

    @BeforeEach
    void open() throws SQLException {
        database = TestDatabase.create(2);
    }

    @AfterEach
    void close() throws SQLException {
        database.close();
    }

    @Override
    OutboxStore store() {
        return new PostgresOutbox(database.dataSource());
    }
}
