package farm.tilth.ledger.postgres;

import farm.tilth.ledger.ledger.LedgerLimits;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.LedgerAnchor;
import farm.tilth.protocol.result.SealedTransfer;
import farm.tilth.protocol.result.SigningKey;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.sql.DataSource;

/**
 * The hash chain over the ledger's log. Sealing goes on beside the transfers and never holds them up; a transfer is
 * sealed by the second call after it. Blocks; thread-safe, over any number of replicas.
 */
public final class PostgresSeals {
    private static final String ANCHORS = """
            SELECT number, last_transfer, transfers, hash, at, farm_key, signature
            FROM ledger.seal JOIN ledger.anchor ON anchor.seal = seal.number
            WHERE number > ? ORDER BY number LIMIT ?""";

    private static final String LAST_ANCHOR = """
            SELECT number, last_transfer, transfers, hash, at, farm_key, signature
            FROM ledger.seal JOIN ledger.anchor ON anchor.seal = seal.number
            ORDER BY number DESC LIMIT 1""";

    private static final String UNSIGNED = """
            SELECT number, last_transfer, transfers, hash, at FROM ledger.seal
            WHERE number > (SELECT coalesce(max(seal), 0) FROM ledger.anchor)
            ORDER BY number DESC LIMIT 1""";

    private static final String LOG = """
            SELECT number, id, step, debit, credit, amount, purpose, cause, resolves, expires_at_micros, at_micros
            FROM ledger.log WHERE number > ? AND number <= (SELECT upto FROM ledger.sealing) ORDER BY number LIMIT ?""";

    private final DataSource dataSource;
    private final InstantSource clock;

    public PostgresSeals(DataSource dataSource, InstantSource clock) {
        this.dataSource = dataSource;
        this.clock = clock;
    }

    /**
     * Takes transfers into the chain whose place in it is certain by now.
     *
     * @return how many; {@code most} when there may be more
     */
    public int seal(int most) {
        LedgerLimits.checkPage(most);
        OffsetDateTime now = clock.instant().truncatedTo(ChronoUnit.MICROS).atOffset(ZoneOffset.UTC);
        return query("SELECT ledger.seal_transfers(?, ?)", row -> row.getInt(1), most, now)
                .getFirst();
    }

    /** Signs the last seal, unless it is signed. Empty when there is nothing new. */
    public List<LedgerAnchor> anchor(SigningKey key) {
        List<LedgerAnchor> signed = query(UNSIGNED, row -> seal(row, new byte[0], new byte[0])).stream()
                .map(seal -> seal.signedBy(key))
                .toList();
        for (LedgerAnchor anchor : signed) {
            query(
                    "INSERT INTO ledger.anchor (seal, farm_key, signature) VALUES (?, ?, ?) ON CONFLICT DO NOTHING"
                            + " RETURNING seal",
                    row -> row.getLong(1),
                    anchor.seal(),
                    anchor.farmKey(),
                    anchor.signature());
        }
        return signed;
    }

    /** The anchor that covers the most. */
    public Optional<LedgerAnchor> lastAnchor() {
        return query(LAST_ANCHOR, PostgresSeals::anchor).stream().findFirst();
    }

    /** Anchors after a seal's number, oldest first. */
    public List<LedgerAnchor> anchors(long after, int limit) {
        LedgerLimits.checkPage(limit);
        return query(ANCHORS, PostgresSeals::anchor, after, limit);
    }

    /** Sealed transfers after a number, in the order of the chain. */
    public List<SealedTransfer> log(long after, int limit) {
        LedgerLimits.checkPage(limit);
        return query(LOG, PostgresSeals::transfer, after, limit);
    }

    private static LedgerAnchor anchor(ResultSet row) throws SQLException {
        return seal(row, row.getBytes("farm_key"), row.getBytes("signature"));
    }

    private static LedgerAnchor seal(ResultSet row, byte[] farmKey, byte[] signature) throws SQLException {
        return new LedgerAnchor(
                row.getLong("number"),
                row.getLong("last_transfer"),
                row.getLong("transfers"),
                Digest.fromBytes(row.getBytes("hash")),
                row.getObject("at", OffsetDateTime.class).toInstant(),
                farmKey,
                signature);
    }

    private static SealedTransfer transfer(ResultSet row) throws SQLException {
        return new SealedTransfer(
                row.getLong("number"),
                row.getString("id"),
                row.getString("step"),
                row.getString("debit"),
                row.getString("credit"),
                row.getLong("amount"),
                row.getString("purpose"),
                row.getString("cause"),
                orEmpty(row.getString("resolves")),
                orEmpty(row.getString("expires_at_micros")),
                row.getLong("at_micros"));
    }

    private static String orEmpty(String value) {
        return value == null ? "" : value;
    }

    private interface RowMapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    private <T> List<T> query(String sql, RowMapper<T> mapper, Object... parameters) {
        return PostgresLedger.repeating(() -> rows(sql, mapper, parameters));
    }

    private <T> List<T> rows(String sql, RowMapper<T> mapper, Object... parameters) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            List<T> result = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    result.add(mapper.map(rows));
                }
            }
            return result;
        }
    }
}
