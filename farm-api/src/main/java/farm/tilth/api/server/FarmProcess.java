package farm.tilth.api.server;

import io.quarkus.runtime.Quarkus;
import java.io.IOException;
import java.nio.file.Files;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jboss.logging.Logger;

/**
 * The life of the process: takes the data folder, starts PostgreSQL when none was given, then Quarkus; stops them in the
 * opposite order, whether the end comes by a signal, by the parent or from within.
 */
final class FarmProcess {
    private static final int FAILED = 1;
    private static final long STOP_SECONDS = 60;

    private final FarmOptions options;
    private final DataFolder folder;
    private final Thread thread = Thread.currentThread();
    private final CountDownLatch stopped = new CountDownLatch(1);
    private volatile boolean serving;

    FarmProcess(FarmOptions options) {
        this.options = options;
        this.folder = new DataFolder(options.data(), options.announcement());
    }

    /** Runs the farm until it is told to stop. */
    int run() throws IOException {
        if (options.exitWithParent()) {
            Thread.ofPlatform().daemon().name("parent").start(FarmProcess::exitWithParent);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::awaitStop, "farm-stop"));
        try (DataFolder.FolderLock lock = folder.lock()) {
            Logger.getLogger(FarmProcess.class).debugf("the folder is ours: %s", lock);
            return serveAnnounced();
        } finally {
            stopped.countDown();
        }
    }

    /** The announcement is there only while it is true. */
    private int serveAnnounced() throws IOException {
        Files.deleteIfExists(folder.announcement());
        try {
            return options.database().isPresent()
                    ? serve(PostgresProbe.awaited(options.database().get()))
                    : serveFromOwnDatabase();
        } finally {
            Files.deleteIfExists(folder.announcement());
        }
    }

    private int serveFromOwnDatabase() throws IOException {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start(folder.postgres(), folder.postgres())) {
            return serve(postgres.address());
        }
    }

    private int serve(DatabaseAddress database) {
        database.settings().forEach(System::setProperty);
        System.setProperty("tilth.data", folder.root().toString());
        System.setProperty("tilth.announcement", folder.announcementName());
        System.setProperty("quarkus.http.host", options.host());
        System.setProperty("quarkus.http.port", Integer.toString(options.port()));
        AtomicInteger exitCode = new AtomicInteger();
        serving = true;
        Quarkus.run(Farm.class, (code, failure) -> exitCode.set(failure == null ? code : FAILED));
        return exitCode.get();
    }

    /** The JVM ends when its hooks have: this one holds it until PostgreSQL has stopped too. */
    private void awaitStop() {
        if (!serving) {
            thread.interrupt();
        }
        try {
            if (!stopped.await(STOP_SECONDS, TimeUnit.SECONDS)) {
                System.err.println("farm-api: did not stop within " + STOP_SECONDS + " s");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static void exitWithParent() {
        try {
            while (System.in.read() >= 0) {
                // what the parent says does not matter, only that it lives
            }
        } catch (IOException e) {
            System.err.println("farm-api: the parent's pipe broke: " + e.getMessage());
        }
        System.exit(0);
    }
}
