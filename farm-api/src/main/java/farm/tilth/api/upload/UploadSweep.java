package farm.tilth.api.upload;

import farm.tilth.api.server.DataFolder;
import io.quarkus.scheduler.Scheduled;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.jboss.logging.Logger;

/** Forgets uploads that nobody goes on with, and their files; a bounded number each time. */
@ApplicationScoped
class UploadSweep {
    private static final Logger LOG = Logger.getLogger(UploadSweep.class);
    private static final Duration DATABASE_PATIENCE = Duration.ofSeconds(30);

    private final PostgresUploads store;
    private final Uploads uploads;
    private final FolderBlobs blobs;
    private final UploadLimits limits;
    private final Path folder;
    private final InstantSource clock;

    UploadSweep(
            PostgresUploads store,
            Uploads uploads,
            FolderBlobs blobs,
            UploadLimits limits,
            DataFolder data,
            InstantSource clock) {
        this.store = store;
        this.uploads = uploads;
        this.blobs = blobs;
        this.limits = limits;
        this.folder = data.uploads();
        this.clock = clock;
    }

    @Scheduled(every = "10m", delayed = "1m", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    void sweep() throws IOException {
        sweep(clock.instant().minus(limits.patience()));
    }

    /** Forgets what was not touched since. */
    void sweep(Instant before) throws IOException {
        List<UUID> forgotten = store.forget(before, limits.sweepSize()).await().atMost(DATABASE_PATIENCE);
        for (UUID id : forgotten) {
            if (!uploads.isBusy(id)) {
                Files.deleteIfExists(uploads.file(id));
            }
        }
        int files = deleteOld(before) + blobs.sweep(before);
        if (!forgotten.isEmpty() || files > 0) {
            LOG.infof("forgot %d uploads and %d files that nobody went on with", forgotten.size(), files);
        }
    }

    /** Files whose upload was forgotten by a farm that died before it deleted them. */
    private int deleteOld(Instant before) throws IOException {
        int deleted = 0;
        if (!Files.isDirectory(folder)) {
            return deleted; // nobody has uploaded anything yet
        }
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : (Iterable<Path>) files.limit(limits.sweepSize())::iterator) {
                if (Files.getLastModifiedTime(file).toInstant().isBefore(before) && Files.deleteIfExists(file)) {
                    deleted++;
                }
            }
        }
        return deleted;
    }
}
