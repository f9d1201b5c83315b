package farm.tilth.ledger.postgres;

import java.io.PrintWriter;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.logging.Logger;
import javax.sql.DataSource;

/**
 * A data source whose server process dies at one chosen moment: before or after the n-th thing that a connection asks
 * of it; it stays down until it is repaired. Dying after a commit is a reply that is lost.
 */
final class BreakingDataSource implements DataSource {
    private final DataSource working;
    private final int breakAt;
    private final boolean after;
    private int asked;
    private boolean repaired;

    BreakingDataSource(DataSource working, int breakAt, boolean after) {
        this.working = working;
        this.breakAt = breakAt;
        this.after = after;
    }

    /** Whether the moment has come. */
    boolean broken() {
        return asked > breakAt;
    }

    /** From now on everything works again. */
    void repair() {
        repaired = true;
    }

    @Override
    public Connection getConnection() throws SQLException {
        if (broken() && !repaired) {
            throw new SQLException("the server is down", "08001");
        }
        return repaired ? working.getConnection() : breaking(Connection.class, working.getConnection());
    }

    @Override
    public Connection getConnection(String user, String password) throws SQLException {
        return getConnection();
    }

    private <T> T breaking(Class<T> type, T target) {
        return type.cast(
                Proxy.newProxyInstance(getClass().getClassLoader(), new Class<?>[] {type}, (_, method, arguments) -> {
                    boolean asks = method.getName().equals("commit")
                            || target instanceof PreparedStatement
                                    && method.getName().startsWith("execute");
                    boolean breaks = asks && asked++ == breakAt;
                    if (breaks && !after) {
                        kill(target);
                    }
                    try {
                        Object result = method.invoke(target, arguments);
                        if (breaks && after) {
                            kill(target);
                            throw new SQLException("the reply is lost", "08006");
                        }
                        return result instanceof PreparedStatement statement
                                ? breaking(PreparedStatement.class, statement)
                                : result;
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                }));
    }

    private void kill(Object target) throws SQLException {
        Connection victim = target instanceof Connection connection ? connection : ((Statement) target).getConnection();
        int pid = victim.unwrap(org.postgresql.PGConnection.class).getBackendPID();
        try (Connection other = working.getConnection();
                PreparedStatement kill = other.prepareStatement("SELECT pg_terminate_backend(?, 10000)")) {
            kill.setInt(1, pid);
            kill.execute();
        }
    }

    @Override
    public PrintWriter getLogWriter() {
        return null;
    }

    @Override
    public void setLogWriter(PrintWriter out) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void setLoginTimeout(int seconds) {
        throw new UnsupportedOperationException();
    }

    @Override
    public int getLoginTimeout() {
        return 0;
    }

    @Override
    public Logger getParentLogger() {
        return Logger.getGlobal();
    }

    @Override
    public <T> T unwrap(Class<T> type) throws SQLException {
        return working.unwrap(type);
    }

    @Override
    public boolean isWrapperFor(Class<?> type) throws SQLException {
        return working.isWrapperFor(type);
    }
}
