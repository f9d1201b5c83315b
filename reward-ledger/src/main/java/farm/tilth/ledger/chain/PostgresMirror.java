package farm.tilth.ledger.chain;

import farm.tilth.ledger.epoch.KeccakHash;
import farm.tilth.ledger.epoch.PayoutAddress;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;

/** The mirror on PostgreSQL, schema {@code chain}. Blocks; thread-safe. */
public final class PostgresMirror implements MirrorStore {
    private static final String LAST = "SELECT block, hash FROM chain.checkpoint ORDER BY block DESC LIMIT 1";

    private static final String ADD_EVENT = """
            INSERT INTO chain.event (block, index, transaction, contract, topics, data) VALUES (?, ?, ?, ?, ?, ?)
            ON CONFLICT (block, index) DO NOTHING
            """;

    private static final String FORGET = """
            WITH gone AS (DELETE FROM chain.checkpoint WHERE block = ?)
            DELETE FROM chain.event
            WHERE block > coalesce((SELECT max(block) FROM chain.checkpoint WHERE block < ?), -1)
            """;

    private static final String UNSETTLED = """
            SELECT e.block, e.index, e.transaction, e.contract, e.topics, e.data
            FROM chain.event e
            WHERE NOT e.settled AND e.contract = ? AND e.topics[1] = ?
            ORDER BY e.block, e.index LIMIT ?
            """;

    private static final String BEFORE = """
            SELECT e.block, e.index, e.transaction, e.contract, e.topics, e.data
            FROM chain.event e
            WHERE e.contract = ? AND e.topics[1] = ? AND e.topics[2] = ? AND (e.block, e.index) < (?, ?)
            ORDER BY e.block DESC, e.index DESC LIMIT 1
            """;

    private static final String TRANSFERS = "SELECT topics, data FROM chain.event WHERE contract = ? AND topics[1] = ?";

    private static final PayoutAddress NOBODY = new PayoutAddress("0x" + "0".repeat(40));

    private final DataSource dataSource;

    public PostgresMirror(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    @Override
    public Optional<Checkpoint> last() {
        return PostgresStatements.query(
                        dataSource,
                        LAST,
                        row -> new Checkpoint(row.getLong("block"), new KeccakHash(row.getString("hash"))))
                .stream()
                .findFirst();
    }

    @Override
    public void add(Checkpoint checkpoint, List<ChainNode.Log> events) {
        try (Connection connection = dataSource.getConnection()) {
            connection.setAutoCommit(false);
            try {
                insert(connection, checkpoint, events);
                connection.commit();
            } catch (SQLException e) {
                connection.rollback();
                throw e;
            } finally {
                connection.setAutoCommit(true);
            }
        } catch (SQLException e) {
            throw new FarmException(ErrorCode.UNAVAILABLE, "the mirror's database failed: " + e.getMessage(), e);
        }
    }

    private static void insert(Connection connection, Checkpoint checkpoint, List<ChainNode.Log> events)
            throws SQLException {
        try (PreparedStatement insert = connection.prepareStatement(ADD_EVENT)) {
            for (ChainNode.Log event : events) {
                insert.setLong(1, event.block());
                insert.setInt(2, event.index());
                insert.setString(3, event.transaction().hex());
                insert.setString(4, event.contract().hex());
                insert.setArray(
                        5,
                        connection.createArrayOf(
                                "text",
                                event.topics().stream().map(KeccakHash::hex).toArray()));
                insert.setBytes(6, event.data());
                insert.addBatch();
            }
            insert.executeBatch();
        }
        try (PreparedStatement insert =
                connection.prepareStatement("INSERT INTO chain.checkpoint (block, hash) VALUES (?, ?)")) {
            insert.setLong(1, checkpoint.block());
            insert.setString(2, checkpoint.hash().hex());
            insert.executeUpdate();
        }
    }

    @Override
    public void forget(Checkpoint checkpoint) {
        PostgresStatements.update(dataSource, FORGET, checkpoint.block(), checkpoint.block());
    }

    @Override
    public List<ChainNode.Log> unsettled(PayoutAddress contract, KeccakHash topic, int limit) {
        return PostgresStatements.query(
                dataSource, UNSETTLED, PostgresMirror::event, contract.hex(), topic.hex(), limit);
    }

    @Override
    public Optional<ChainNode.Log> before(ChainNode.Log event, KeccakHash topic) {
        return PostgresStatements.query(
                        dataSource,
                        BEFORE,
                        PostgresMirror::event,
                        event.contract().hex(),
                        topic.hex(),
                        event.topics().get(1).hex(),
                        event.block(),
                        event.index())
                .stream()
                .findFirst();
    }

    private static ChainNode.Log event(ResultSet row) throws SQLException {
        return new ChainNode.Log(
                row.getLong("block"),
                new KeccakHash("0x" + "0".repeat(64)),
                row.getInt("index"),
                new KeccakHash(row.getString("transaction")),
                new PayoutAddress(row.getString("contract")),
                topics(row),
                row.getBytes("data"));
    }

    private static List<KeccakHash> topics(ResultSet row) throws SQLException {
        return Arrays.stream((String[]) row.getArray("topics").getArray())
                .map(KeccakHash::new)
                .toList();
    }

    @Override
    public void settle(ChainNode.Log event) {
        PostgresStatements.update(
                dataSource,
                "UPDATE chain.event SET settled = true WHERE block = ? AND index = ?",
                event.block(),
                event.index());
    }

    @Override
    public Map<PayoutAddress, Long> balances(PayoutAddress token, KeccakHash transferTopic) {
        record Transfer(PayoutAddress from, PayoutAddress to, long amount) {}
        Map<PayoutAddress, Long> balances = new HashMap<>();
        PostgresStatements.query(
                        dataSource,
                        TRANSFERS,
                        row -> new Transfer(
                                AbiCall.address(topics(row).get(1)),
                                AbiCall.address(topics(row).get(2)),
                                AbiCall.number(row.getBytes("data"), 0).longValueExact()),
                        token.hex(),
                        transferTopic.hex())
                .forEach(transfer -> {
                    balances.merge(transfer.from(), -transfer.amount(), Math::addExact);
                    balances.merge(transfer.to(), transfer.amount(), Math::addExact);
                });
        balances.remove(NOBODY);
        return balances;
    }
}
