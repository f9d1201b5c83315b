package farm.tilth.api.server;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;
import java.util.concurrent.TimeUnit;

/** Asks a PostgreSQL whether it serves, and makes the farm's database in it. */
final class PostgresProbe {
    private static final String CONNECT_SECONDS = "5";
    private static final int ATTEMPTS = 20;

    private PostgresProbe() {}

    /** Fails when the server cannot be used at present. */
    static void check(DatabaseAddress address) throws SQLException {
        try (Connection connection = connect(address);
                Statement statement = connection.createStatement()) {
            statement.execute("SELECT 1");
        }
    }

    /**
     * Waits for a server that may be starting at the same time as the farm.
     *
     * @return the address
     * @throws FarmException with UNAVAILABLE when it cannot be used in the end
     */
    static DatabaseAddress awaited(DatabaseAddress address) {
        for (int attempt = 1; ; attempt++) {
            try {
                check(address);
                return address;
            } catch (SQLException e) {
                if (attempt == ATTEMPTS) {
                    throw new FarmException(
                            ErrorCode.UNAVAILABLE,
                            "cannot use the database " + address + " (TILTH_DATABASE_URL): " + e.getMessage(),
                            e);
                }
                pause();
            }
        }
    }

    private static void pause() {
        try {
            TimeUnit.SECONDS.sleep(1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FarmException(ErrorCode.UNAVAILABLE, "interrupted while waiting for the database", e);
        }
    }

    /** Makes the address's database when the server has none of that name. */
    static void ensureDatabase(DatabaseAddress address) throws SQLException {
        try (Connection connection = connect(address.withDatabase("postgres"));
                Statement statement = connection.createStatement()) {
            if (!exists(statement, address.database())) {
                statement.execute("CREATE DATABASE " + address.database());
            }
        }
    }

    private static boolean exists(Statement statement, String database) throws SQLException {
        try (ResultSet found = statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + database + "'")) {
            return found.next();
        }
    }

    private static Connection connect(DatabaseAddress address) throws SQLException {
        Properties login = new Properties();
        login.setProperty("user", address.user());
        login.setProperty("password", address.password());
        login.setProperty("connectTimeout", CONNECT_SECONDS);
        login.setProperty("loginTimeout", CONNECT_SECONDS);
        return DriverManager.getConnection(address.jdbcUrl(), login);
    }
}
