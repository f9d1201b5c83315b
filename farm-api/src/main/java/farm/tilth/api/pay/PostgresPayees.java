package farm.tilth.api.pay;

import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.agroal.api.AgroalDataSource;
import jakarta.enterprise.context.ApplicationScoped;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.Map;

/** Which worker's earnings go to which address; and the right to settle, which one replica has at a time. */
@ApplicationScoped
class PostgresPayees {
    private static final String PAYEES =
            "SELECT w.id, p.address FROM worker w JOIN chain.payout_address p ON p.account = w.account";

    /** Any number that nothing else in the database locks. */
    private static final long SETTLEMENT_LOCK = 7_431_001;

    private final AgroalDataSource dataSource;

    PostgresPayees(AgroalDataSource dataSource) {
        this.dataSource = dataSource;
    }

    Map<Digest, PayoutAddress> all() {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(PAYEES);
                ResultSet rows = statement.executeQuery()) {
            Map<Digest, PayoutAddress> payees = new HashMap<>();
            while (rows.next()) {
                payees.put(new Digest(rows.getString(1)), new PayoutAddress(rows.getString(2)));
            }
            return payees;
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** Runs it unless another replica runs it now; the right ends with the connection, however that ends. */
    void alone(Runnable work) {
        try (Connection connection = dataSource.getConnection()) {
            if (!ask(connection, "SELECT pg_try_advisory_lock(?)")) {
                return;
            }
            try {
                work.run();
            } finally {
                ask(connection, "SELECT pg_advisory_unlock(?)");
            }
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private static boolean ask(Connection connection, String sql) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, SETTLEMENT_LOCK);
            try (ResultSet rows = statement.executeQuery()) {
                return rows.next() && rows.getBoolean(1);
            }
        }
    }

    private static FarmException failure(SQLException e) {
        return new FarmException(ErrorCode.UNAVAILABLE, "settlement's database cannot be reached; try again", e);
    }
}
