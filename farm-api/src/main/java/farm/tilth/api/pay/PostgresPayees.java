package farm.tilth.api.pay;

import farm.tilth.ledger.chain.PostgresStatements;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Which worker's earnings go to which address; and the right to settle, which one replica has at a time. */
@ApplicationScoped
class PostgresPayees {
    private static final String PAYEES =
            "SELECT w.id, p.address FROM worker w JOIN chain.payout_address p ON p.account = w.account";

    private static final String COSTS = """
            SELECT split_part(id, ':', 1), count(*), sum(gas_used)::bigint FROM chain.intent
            WHERE state IN ('DONE', 'REVERTED') GROUP BY 1""";

    /** Any number that nothing else in the database locks. */
    private static final long SETTLEMENT_LOCK = 7_431_001;

    private final AgroalDataSource dataSource;

    PostgresPayees(AgroalDataSource dataSource) {
        this.dataSource = dataSource;
    }

    Map<Digest, PayoutAddress> all() {
        record Payee(Digest worker, PayoutAddress address) {}
        return PostgresStatements.query(
                        dataSource,
                        PAYEES,
                        row -> new Payee(new Digest(row.getString(1)), new PayoutAddress(row.getString(2))))
                .stream()
                .collect(Collectors.toMap(Payee::worker, Payee::address));
    }

    /** The workers whose earnings go to an address. */
    List<Digest> workersOf(PayoutAddress address) {
        return PostgresStatements.query(
                dataSource, PAYEES + " WHERE p.address = ?", row -> new Digest(row.getString(1)), address.hex());
    }

    /** Transactions of a kind that are final, and what they cost in all. */
    record Costs(long transactions, long gas) {}

    /** By the kind of what they did: "publish", "claim". */
    Map<String, Costs> costs() {
        record Kind(String name, Costs costs) {}
        return PostgresStatements.query(
                        dataSource, COSTS, row -> new Kind(row.getString(1), new Costs(row.getLong(2), row.getLong(3))))
                .stream()
                .collect(Collectors.toMap(Kind::name, Kind::costs, (a, b) -> a, TreeMap::new));
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
