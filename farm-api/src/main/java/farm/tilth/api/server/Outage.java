package farm.tilth.api.server;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.smallrye.mutiny.TimeoutException;
import io.vertx.core.impl.NoStackTraceThrowable;
import io.vertx.pgclient.PgException;
import io.vertx.sqlclient.ClosedConnectionException;
import java.net.SocketException;
import java.sql.SQLException;
import java.util.Optional;

/** Tells a database that cannot be reached from a fault: the first heals by itself, and callers may try again. */
public final class Outage {
    private static final int MAX_CAUSES = 20;

    private Outage() {}

    /** Whether this failure came of it. */
    public static boolean isBehind(Throwable failure) {
        Throwable cause = failure;
        for (int i = 0; cause != null && i < MAX_CAUSES; i++) {
            if (isOne(cause)) {
                return true;
            }
            cause = cause.getCause();
        }
        return false;
    }

    /** The failure as the caller gets it. */
    public static FarmException answer(Throwable failure) {
        return new FarmException(
                ErrorCode.UNAVAILABLE, "the farm cannot reach its database at present; try again in a moment", failure);
    }

    private static boolean isOne(Throwable failure) {
        return switch (failure) {
            case SocketException socket -> true;
            case ClosedConnectionException closed -> true;
            case TimeoutException timeout -> true;
            case NoStackTraceThrowable driver ->
                String.valueOf(driver.getMessage()).startsWith("Connection ");
            case PgException postgres -> isOutage(postgres.getSqlState());
            case SQLException sql -> isOutage(sql.getSQLState());
            default -> false;
        };
    }

    /** Classes 08 (connection) and 57P (shut down, starting up), and 53300 (no more connections). */
    private static boolean isOutage(String sqlState) {
        return Optional.ofNullable(sqlState)
                .filter(state -> state.startsWith("08") || state.startsWith("57P") || state.equals("53300"))
                .isPresent();
    }
}
