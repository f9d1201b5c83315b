package farm.tilth.api.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FarmOptionsTest {
    @Test
    void defaultsServeThisMachineAlone() {
        FarmOptions options = FarmOptions.parse(List.of(), Map.of());
        assertEquals("127.0.0.1", options.host());
        assertEquals(8080, options.port());
        assertEquals(Optional.empty(), options.database());
        assertFalse(options.exitWithParent());
    }

    @Test
    void argumentsComeBeforeTheEnvironment() {
        FarmOptions options = FarmOptions.parse(
                List.of("--data", "/a", "--port", "0", "--host", "0.0.0.0"),
                Map.of("TILTH_DATA", "/b", "TILTH_PORT", "1", "TILTH_HOST", "::1", "TILTH_EXIT_WITH_PARENT", "true"));
        assertEquals(new FarmOptions(Path.of("/a"), "0.0.0.0", 0, Optional.empty(), true, "farm.json"), options);
    }

    @ParameterizedTest
    @ValueSource(strings = {"--port x", "--port 65536", "--port -1", "--port", "--colour red"})
    void wrongArgumentIsNamed(String line) {
        FarmException refused =
                assertThrows(FarmException.class, () -> FarmOptions.parse(List.of(line.split(" ")), Map.of()));
        assertEquals(ErrorCode.INVALID_REQUEST, refused.code());
        assertTrue(refused.getMessage().contains(line.split(" ")[0]), refused.getMessage());
    }

    @Test
    void databaseAddressLeadsBothPoolsThere() {
        FarmOptions options = FarmOptions.parse(
                List.of(), Map.of("TILTH_DATABASE_URL", "postgresql://me:p%40ss+1@db.example:5433/farm"));
        DatabaseAddress database = options.database().orElseThrow();
        assertEquals(new DatabaseAddress("db.example", 5433, "farm", "me", "p@ss+1"), database);
        assertEquals(
                "jdbc:postgresql://db.example:5433/farm", database.settings().get("quarkus.datasource.jdbc.url"));
        assertEquals("postgresql://db.example:5433/farm", database.settings().get("quarkus.datasource.reactive.url"));
        assertFalse(options.toString().contains("p@ss"));
    }

    @Test
    void databasePortMayBeLeftOut() {
        assertEquals(5432, DatabaseAddress.parse("postgres://me:pw@host/farm").port());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"mysql://me:pw@host/farm", "postgresql://host/farm", "postgresql://me@host/farm", "host", "a b"})
    void wrongDatabaseAddressIsExplainedWithoutItsPassword(String url) {
        FarmException refused = assertThrows(
                FarmException.class, () -> FarmOptions.parse(List.of(), Map.of("TILTH_DATABASE_URL", url)));
        assertTrue(refused.getMessage().contains("TILTH_DATABASE_URL"), refused.getMessage());
        assertFalse(refused.getMessage().contains("pw@"), refused.getMessage());
    }
}
