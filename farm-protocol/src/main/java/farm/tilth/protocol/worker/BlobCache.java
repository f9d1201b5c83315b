package farm.tilth.protocol.worker;

import farm.tilth.protocol.Digest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;

/**
 * Blobs on a worker's disk. When it is over its limit, the ones that were used longest ago go, but none that was used
 * since {@link #release}. Thread-safe.
 */
final class BlobCache {
    private final Path folder;
    private final long maxBytes;
    private final InstantSource clock;
    private final Set<Digest> inUse = new HashSet<>();

    BlobCache(Path folder, long maxBytes, InstantSource clock) throws IOException {
        this.folder = Files.createDirectories(folder);
        this.maxBytes = maxBytes;
        this.clock = clock;
    }

    Path path(Digest digest) {
        return folder.resolve(digest.hex());
    }

    /** Where a blob grows while it is fetched, one per thread. */
    Path partial(Digest digest) {
        return folder.resolve(digest.hex() + ".part" + Thread.currentThread().threadId());
    }

    /** Whether the blob is there; if so it is now in use. */
    synchronized boolean touch(Digest digest) {
        try {
            Files.setLastModifiedTime(path(digest), FileTime.from(clock.instant()));
            inUse.add(digest);
            return true;
        } catch (IOException absent) {
            return false;
        }
    }

    synchronized void add(Digest digest, Path complete) throws IOException {
        Files.move(complete, path(digest), StandardCopyOption.ATOMIC_MOVE);
        touch(digest);
        evict();
    }

    /** Nothing is in use any more: no task runs. */
    synchronized void release() throws IOException {
        inUse.clear();
        evict();
    }

    private void evict() throws IOException {
        record Entry(Path path, long bytes, FileTime used) {}
        List<Entry> entries = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.toList()) {
                try {
                    entries.add(new Entry(file, Files.size(file), Files.getLastModifiedTime(file)));
                } catch (NoSuchFileException expected) {
                    continue; // moved or deleted by another thread
                }
            }
        }
        entries.sort(Comparator.comparing(Entry::used));
        long total = entries.stream().mapToLong(Entry::bytes).sum();
        for (Entry entry : entries) {
            String name = entry.path.getFileName().toString();
            boolean evictable = name.length() == 64 && !inUse.contains(new Digest(name));
            if (total > maxBytes && evictable) {
                Files.deleteIfExists(entry.path);
                total -= entry.bytes;
            }
        }
    }
}
