package farm.tilth.ledger.chain;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import javax.sql.DataSource;

/** Single statements on PostgreSQL, each committed when it returns. */
public final class PostgresStatements {
    private static final String UNIQUE_VIOLATION = "23505";

    private PostgresStatements() {}

    /** Reads the row that the result set stands on. */
    public interface RowMapper<T> {
        T map(ResultSet row) throws SQLException;
    }

    /** All rows of a query. */
    public static <T> List<T> query(DataSource dataSource, String sql, RowMapper<T> mapper, Object... parameters) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = prepare(connection, sql, parameters);
                ResultSet rows = statement.executeQuery()) {
            List<T> result = new ArrayList<>();
            while (rows.next()) {
                result.add(mapper.map(rows));
            }
            return result;
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    /** How many rows a statement changed. */
    public static int update(DataSource dataSource, String sql, Object... parameters) {
        try (Connection connection = dataSource.getConnection();
                PreparedStatement statement = prepare(connection, sql, parameters)) {
            return statement.executeUpdate();
        } catch (SQLException e) {
            throw failure(e);
        }
    }

    private static PreparedStatement prepare(Connection connection, String sql, Object... parameters)
            throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < parameters.length; i++) {
            statement.setObject(i + 1, parameters[i]);
        }
        return statement;
    }

    private static FarmException failure(SQLException e) {
        if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
            return new FarmException(
                    ErrorCode.CONFLICT, "the settlement's database has it already: " + e.getMessage(), e);
        }
        return new FarmException(
                ErrorCode.UNAVAILABLE, "the settlement's database failed; it goes on by itself: " + e.getMessage(), e);
    }
}
