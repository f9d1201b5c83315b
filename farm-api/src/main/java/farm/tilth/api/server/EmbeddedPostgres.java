package farm.tilth.api.server;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.jboss.logging.Logger;

/**
 * A real PostgreSQL server with its data in a folder of the farm's. It is adopted when an earlier farm left it behind,
 * started otherwise, started again when it dies, and stopped by {@link #close}. Its port and password stay the same
 * for as long as the folder lives, so that pools find it again. Durability is on. Thread-safe.
 */
public final class EmbeddedPostgres implements AutoCloseable {
    private static final Logger LOG = Logger.getLogger(EmbeddedPostgres.class);
    private static final String NAME = "tilth";
    private static final Duration START_LIMIT = Duration.ofSeconds(90);
    private static final Duration STOP_LIMIT = Duration.ofSeconds(20);
    private static final Duration ORPHAN_LIMIT = Duration.ofSeconds(20);
    private static final Duration POLL = Duration.ofMillis(50);
    private static final Duration WATCH = Duration.ofMillis(200);
    private static final Duration MAX_BACKOFF = Duration.ofSeconds(10);
    private static final long MAX_LOG_BYTES = 8L << 20;
    private static final int PASSWORD_BYTES = 24;

    private final Path data;
    private final Path log;
    private final PostgresPrograms programs;
    private final DatabaseAddress address;
    private boolean closed;

    private EmbeddedPostgres(Path folder, PostgresPrograms programs, DatabaseAddress address) {
        this.data = folder.resolve("data");
        this.log = folder.resolve("postgres.log");
        this.programs = programs;
        this.address = address;
    }

    /**
     * Starts the server whose data is in {@code folder}, which is made when it is not there, and waits until it serves.
     *
     * @param cache where PostgreSQL's programs are unpacked; may be shared
     * @throws FarmException with UNAVAILABLE when it does not start; the message names the log
     */
    public static EmbeddedPostgres start(Path folder, Path cache) {
        try {
            Files.createDirectories(folder);
            PostgresPrograms programs = new PostgresPrograms(PostgresBinaries.unpacked(cache));
            DatabaseAddress address =
                    new DatabaseAddress("127.0.0.1", rememberedPort(folder), NAME, NAME, rememberedPassword(folder));
            EmbeddedPostgres postgres = new EmbeddedPostgres(folder, programs, address);
            postgres.startForTheFirstTime(folder);
            Thread.ofPlatform().daemon().name("postgres-watchdog").start(postgres::watch);
            return postgres;
        } catch (IOException | SQLException e) {
            throw new FarmException(
                    ErrorCode.UNAVAILABLE, "cannot start PostgreSQL in " + folder + ": " + e.getMessage(), e);
        }
    }

    public DatabaseAddress address() {
        return address;
    }

    /** The process that serves at present; empty while it is being started again. */
    public Optional<Long> pid() throws IOException {
        return Postmaster.of(data).map(Postmaster::pid);
    }

    /** Stops the server in order: connections are closed, everything is on disk. Safe to repeat. */
    @Override
    public synchronized void close() throws IOException {
        if (!closed) {
            closed = true;
            notifyAll();
            if (Files.isDirectory(data) && Postmaster.of(data).isPresent()) {
                stop();
            }
        }
    }

    private void startForTheFirstTime(Path folder) throws IOException, SQLException {
        boolean served = false;
        try {
            initialise(folder);
            adoptOrStart();
            PostgresProbe.ensureDatabase(address);
            served = true;
        } finally {
            if (!served) {
                close();
            }
        }
    }

    private void initialise(Path folder) throws IOException {
        if (Files.isDirectory(data)) {
            return;
        }
        Path fresh = folder.resolve("data.new");
        PostgresBinaries.delete(fresh);
        programs.run(
                log,
                "initdb",
                List.of(
                        "--pgdata=" + fresh,
                        "--username=" + NAME,
                        "--pwfile=" + folder.resolve("password"),
                        "--auth=scram-sha-256",
                        "--encoding=UTF8",
                        "--locale=C"));
        Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
    }

    private synchronized void adoptOrStart() throws IOException {
        Optional<Postmaster> found = Postmaster.of(data);
        if (found.isPresent() && found.get().port() == address.port()) {
            LOG.infof(
                    "PostgreSQL (process %d) still runs; it is adopted",
                    found.get().pid());
            if (serves(ORPHAN_LIMIT)) {
                return;
            }
            LOG.warn("it does not answer; it is stopped and started again");
        }
        if (found.isPresent()) {
            stop();
        }
        startServer();
    }

    private void startServer() throws IOException {
        awaitNoProcess();
        if (closed) {
            return;
        }
        Files.deleteIfExists(data.resolve("postmaster.pid")); // stale: its number may be another process's by now
        if (Files.exists(log) && Files.size(log) > MAX_LOG_BYTES) {
            Files.move(log, log.resolveSibling("postgres.old.log"), StandardCopyOption.REPLACE_EXISTING);
        }
        Process process = programs.start(log, "postgres", settings());
        long deadline = System.nanoTime() + START_LIMIT.toNanos();
        while (!answers()) {
            if (!process.isAlive()) {
                throw new IOException("it ended at once: " + PostgresPrograms.tail(log));
            }
            if (System.nanoTime() > deadline) {
                throw new IOException("it did not serve within " + START_LIMIT.toSeconds() + " s; see " + log);
            }
            pause(POLL);
        }
    }

    private List<String> settings() {
        return List.of(
                "-D", data.toString(),
                "-c", "listen_addresses=" + address.host(),
                "-c", "port=" + address.port(),
                "-c", "unix_socket_directories=",
                "-c", "max_connections=100",
                "-c", "fsync=on",
                "-c", "synchronous_commit=on",
                "-c", "full_page_writes=on",
                "-c", "password_encryption=scram-sha-256",
                "-c", "timezone=UTC");
    }

    /** After a server's death its children end by themselves; a new one must not start while one of them writes. */
    private void awaitNoProcess() throws IOException {
        if (!awaitNoProcess(ORPHAN_LIMIT)) {
            for (long pid : Postmaster.processesOn(data)) {
                LOG.warnf("process %d still works on %s; it is killed", pid, data);
                ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
            }
            if (!awaitNoProcess(ORPHAN_LIMIT)) {
                throw new IOException("processes " + Postmaster.processesOn(data) + " still work on " + data);
            }
        }
    }

    private boolean awaitNoProcess(Duration patience) throws IOException {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!Postmaster.processesOn(data).isEmpty()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            pause(POLL);
        }
        return true;
    }

    private void stop() throws IOException {
        String limit = Long.toString(STOP_LIMIT.toSeconds());
        try {
            programs.run(log, "pg_ctl", List.of("stop", "-D", data.toString(), "-m", "fast", "-w", "-t", limit));
        } catch (IOException e) {
            LOG.warnf("PostgreSQL does not stop in order (%s); it is stopped at once", e.getMessage());
            programs.run(log, "pg_ctl", List.of("stop", "-D", data.toString(), "-m", "immediate", "-w", "-t", limit));
        }
    }

    private void watch() {
        Duration backoff = WATCH;
        while (true) {
            synchronized (this) {
                pause(backoff);
                if (closed) {
                    return;
                }
                backoff = restartWhenDead(backoff);
            }
        }
    }

    private Duration restartWhenDead(Duration backoff) {
        try {
            if (Postmaster.of(data).isEmpty()) {
                LOG.warn("PostgreSQL has ended; it is started again");
                startServer();
                LOG.info("PostgreSQL serves again");
            }
            return WATCH;
        } catch (IOException e) {
            Duration next = backoff.multipliedBy(2);
            LOG.errorf("PostgreSQL does not start, trying again soon: %s", e.getMessage());
            return next.compareTo(MAX_BACKOFF) > 0 ? MAX_BACKOFF : next;
        }
    }

    private boolean serves(Duration patience) {
        long deadline = System.nanoTime() + patience.toNanos();
        while (!answers()) {
            if (System.nanoTime() > deadline) {
                return false;
            }
            pause(POLL);
        }
        return true;
    }

    private boolean answers() {
        try {
            PostgresProbe.check(address.withDatabase("postgres"));
            return true;
        } catch (SQLException e) {
            LOG.debugf("not yet: %s", e.getMessage());
            return false;
        }
    }

    /** Waits, giving up the lock; {@link #close} wakes it. */
    private synchronized void pause(Duration duration) {
        try {
            wait(duration.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new FarmException(ErrorCode.UNAVAILABLE, "interrupted while PostgreSQL starts", e);
        }
    }

    private static int rememberedPort(Path folder) throws IOException {
        Path file = folder.resolve("port");
        if (!Files.exists(file)) {
            try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                DataFolder.writePrivately(file, Integer.toString(socket.getLocalPort()));
            }
        }
        return Integer.parseInt(Files.readString(file).strip());
    }

    private static String rememberedPassword(Path folder) throws IOException {
        Path file = folder.resolve("password");
        if (!Files.exists(file)) {
            byte[] bits = new byte[PASSWORD_BYTES];
            new SecureRandom().nextBytes(bits);
            DataFolder.writePrivately(file, HexFormat.of().formatHex(bits));
        }
        return Files.readString(file).strip();
    }
}
