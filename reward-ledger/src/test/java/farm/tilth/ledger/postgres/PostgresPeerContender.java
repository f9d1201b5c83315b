package farm.tilth.ledger.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import javax.sql.DataSource;

/** The design of peer-ledger.sql: a call of its function is a transaction. */
final class PostgresPeerContender implements Contender {
    private final DataSource dataSource;

    private PostgresPeerContender(DataSource dataSource) {
        this.dataSource = dataSource;
    }

    /** Installs the design in a database. */
    static PostgresPeerContender in(TestDatabase database) throws SQLException {
        try (InputStream sql = PostgresPeerContender.class.getResourceAsStream("/peer-ledger.sql")) {
            database.execute(new String(sql.readAllBytes(), StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new PostgresPeerContender(database.dataSource());
    }

    @Override
    public String name() {
        return "peer";
    }

    @Override
    public void open(int count) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement insert = connection.prepareStatement("""
                        INSERT INTO peer.account (id, currency, balance, allow_negative, allow_positive)
                        SELECT 'pgla_' || lpad(to_hex(n), 26, '0'), 'T', 1000000000000, false, true
                        FROM generate_series(0, ? - 1) AS n""")) {
            insert.setInt(1, count);
            insert.executeUpdate();
        }
    }

    @Override
    public void move(List<Move> moves) throws SQLException {
        if (moves.size() == 1) {
            call(
                    "SELECT id FROM peer.create_transfer(?, ?, 1)",
                    1,
                    name(moves.getFirst().from()),
                    name(moves.getFirst().to()));
        } else {
            call(
                    "SELECT id FROM peer.create_transfers(ARRAY(SELECT ROW(f, t, 1)::peer.request"
                            + " FROM unnest(?::text[], ?::text[]) AS m(f, t)))",
                    moves.size(),
                    moves.stream().map(move -> name(move.from())).toArray(String[]::new),
                    moves.stream().map(move -> name(move.to())).toArray(String[]::new));
        }
    }

    private void call(String sql, int expected, Object from, Object to) throws SQLException {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement call = connection.prepareStatement(sql)) {
            Object[] sides = {from, to};
            for (int i = 0; i < sides.length; i++) {
                call.setObject(i + 1, sides[i] instanceof String[] a ? connection.createArrayOf("text", a) : sides[i]);
            }
            int made = 0;
            try (ResultSet rows = call.executeQuery()) {
                while (rows.next()) {
                    made++;
                }
            }
            if (made != expected) {
                throw new IllegalStateException("the peer made " + made + " transfers of " + expected);
            }
        }
    }

    private static String name(int account) {
        String hex = Integer.toHexString(account);
        return "pgla_" + "0".repeat(26 - hex.length()) + hex;
    }
}
