package farm.tilth.api.server;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.api.Await;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedPostgresTest {
    private static final Path PROGRAMS = Path.of("target", "postgres").toAbsolutePath();

    /** One folder for all: each test leaves a stopped server behind. */
    @TempDir
    static Path folder;

    @Test
    void dataOutlivesTheServer() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, PROGRAMS)) {
            execute(postgres.address(), "CREATE TABLE IF NOT EXISTS kept (x int)");
            for (String setting : List.of("fsync", "synchronous_commit", "full_page_writes")) {
                execute(postgres.address(), "DO $$ BEGIN ASSERT current_setting('" + setting + "') = 'on'; END $$");
            }
        }
        assertTrue(Postmaster.processesOn(folder.resolve("data")).isEmpty(), "the server has not stopped");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, PROGRAMS)) {
            execute(postgres.address(), "INSERT INTO kept VALUES (1)");
        }
    }

    @Test
    void onlyTheOwnerOfTheFolderGetsIn() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, PROGRAMS)) {
            DatabaseAddress right = postgres.address();
            DatabaseAddress wrong =
                    new DatabaseAddress(right.host(), right.port(), right.database(), right.user(), "x");
            assertThrows(SQLException.class, () -> PostgresProbe.check(wrong));
            assertFalse(right.toString().contains(right.password()));
            assertEquals(
                    "rw-------",
                    PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("password"))));
        }
    }

    @Test
    void killedServerIsStartedAgainOnTheSamePort() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, PROGRAMS)) {
            execute(postgres.address(), "CREATE TABLE IF NOT EXISTS kept (x int)");
            long killed = postgres.pid().orElseThrow();
            ProcessHandle.of(killed).orElseThrow().destroyForcibly();
            awaitServing(postgres.address());
            assertNotEquals(killed, postgres.pid().orElseThrow());
            execute(postgres.address(), "INSERT INTO kept VALUES (1)");
        }
    }

    @Test
    void serverOfAKilledFarmIsAdopted() throws Exception {
        Process farm = new ProcessBuilder(
                        ProcessHandle.current().info().command().orElseThrow(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Orphaned.class.getName(),
                        folder.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        long pid;
        try (BufferedReader out =
                new BufferedReader(new InputStreamReader(farm.getInputStream(), StandardCharsets.UTF_8))) {
            pid = Long.parseLong(out.lines()
                    .filter(line -> line.startsWith("PID "))
                    .findFirst()
                    .orElseThrow()
                    .substring(4));
        } finally {
            farm.destroyForcibly().waitFor();
        }
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, PROGRAMS)) {
            assertEquals(pid, postgres.pid().orElseThrow());
            execute(postgres.address(), "INSERT INTO kept VALUES (1)");
            ProcessHandle.of(pid).orElseThrow().destroyForcibly();
            awaitServing(postgres.address());
        }
        assertTrue(Postmaster.processesOn(folder.resolve("data")).isEmpty(), "the orphan has not stopped");
    }

    @Test
    void numberOfAnotherProcessInAStalePidFileDoesNotBlock() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, PROGRAMS)) {
            execute(postgres.address(), "CREATE TABLE IF NOT EXISTS kept (x int)");
        }
        Files.writeString(
                folder.resolve("data").resolve("postmaster.pid"),
                ProcessHandle.current().pid() + "\n" + folder.resolve("data") + "\n0\n"
                        + Files.readString(folder.resolve("port")) + "\n\n127.0.0.1\n0 0\nready\n");
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder, PROGRAMS)) {
            execute(postgres.address(), "INSERT INTO kept VALUES (1)");
        }
    }

    /** A farm that will be killed. */
    static final class Orphaned {
        public static void main(String[] arguments) throws Exception {
            EmbeddedPostgres postgres = EmbeddedPostgres.start(Path.of(arguments[0]), PROGRAMS);
            execute(postgres.address(), "CREATE TABLE IF NOT EXISTS kept (x int)");
            System.out.println("PID " + postgres.pid().orElseThrow());
            Thread.currentThread().join();
        }
    }

    private static void awaitServing(DatabaseAddress address) throws Exception {
        Await.until("served again", () -> {
            try {
                PostgresProbe.check(address);
                return true;
            } catch (SQLException e) {
                return false; // not yet
            }
        });
    }

    private static void execute(DatabaseAddress address, String sql) throws SQLException, IOException {
        try (Connection connection =
                        DriverManager.getConnection(address.jdbcUrl(), address.user(), address.password());
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
