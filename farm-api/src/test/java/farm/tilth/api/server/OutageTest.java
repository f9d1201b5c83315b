package farm.tilth.api.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.ErrorCode;
import io.vertx.core.impl.NoStackTraceThrowable;
import java.net.ConnectException;
import java.sql.SQLException;
import java.util.concurrent.CompletionException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OutageTest {
    @ParameterizedTest
    @CsvSource({"08006, true", "57P01, true", "57P03, true", "53300, true", "23505, false", "40001, false", ", false"})
    void stateOfTheDatabaseTellsAnOutageFromAFault(String state, boolean outage) {
        assertEquals(outage, Outage.isBehind(new IllegalStateException(new SQLException("x", state))));
    }

    @Test
    void driversWordsForALostConnectionAreKnown() {
        assertTrue(Outage.isBehind(new ConnectException("Connection refused")));
        assertTrue(Outage.isBehind(new CompletionException(
                new NoStackTraceThrowable("Connection is not active now, current status: CLOSED"))));
        assertFalse(Outage.isBehind(new NoStackTraceThrowable("Parameter at position[1] can not be coerced")));
        assertFalse(Outage.isBehind(new NullPointerException()));
    }

    @Test
    void causesThatGoInCirclesEnd() {
        IllegalStateException one = new IllegalStateException("one");
        one.initCause(new IllegalStateException("two", one));
        assertFalse(Outage.isBehind(one));
    }

    @Test
    void callerMayTryAgain() {
        assertEquals(
                ErrorCode.UNAVAILABLE, Outage.answer(new ConnectException("x")).code());
    }
}
