package farm.tilth.api.upload;

import static farm.tilth.api.access.Requests.check;

import farm.tilth.api.server.DataFolder;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;

/**
 * Takes content in chunks, each on the disk before it is answered, so that an upload survives the death of either
 * side. One file for each upload; it becomes a blob when its digest was checked. Methods block. Thread-safe.
 */
@ApplicationScoped
public class Uploads {
    private static final Duration DATABASE_PATIENCE = Duration.ofSeconds(30);
    /** Digests of large files that are computed at once: they keep a core busy. */
    private static final int CHECKS_AT_ONCE = 2;

    private final PostgresUploads store;
    private final Blobs blobs;
    private final UploadLimits limits;
    private final Path folder;
    private final Set<UUID> busy = ConcurrentHashMap.newKeySet();
    private final Semaphore checks = new Semaphore(CHECKS_AT_ONCE);

    Uploads(PostgresUploads store, Blobs blobs, UploadLimits limits, DataFolder data) throws IOException {
        this.store = store;
        this.blobs = blobs;
        this.limits = limits;
        this.folder = data.uploads();
        Files.createDirectories(folder);
    }

    /**
     * Takes over a file that was written here on an account's behalf, which is gone afterwards.
     *
     * @return the content's digest; the account owns it from now on
     * @throws FarmException with TOO_LARGE when the account has no room for it
     */
    public Digest keep(UUID account, Path file) throws IOException {
        long bytes = Files.size(file);
        requireRoom(account, bytes);
        Digest digest = Digest.ofFile(file);
        blobs.adopt(digest, file);
        await(store.own(account, digest, bytes));
        return digest;
    }

    /** Content that was taken over by {@link #keep} is not needed any more: it does not count against the account. */
    public void release(UUID account, Digest digest) {
        await(store.disown(account, digest));
    }

    /** Begins an upload or goes on with the account's earlier one of the same digest. */
    Upload open(UUID account, Digest digest, long bytes) throws IOException {
        check(bytes > 0, "'bytes' is " + bytes + "; an empty file cannot be uploaded");
        if (bytes > limits.maxBytes()) {
            throw tooLarge("a file may have at most " + limits.maxBytes() + " bytes (tilth.upload.max-bytes)");
        }
        Optional<Upload> earlier = await(store.findByDigest(account, digest));
        if (earlier.isEmpty()) {
            requireRoom(account, bytes);
        }
        Upload upload = await(store.open(account, digest, bytes));
        if (upload.bytes() != bytes) {
            throw new FarmException(
                    ErrorCode.CONFLICT,
                    "this account has an upload of the digest with " + upload.bytes() + " bytes, not " + bytes);
        }
        return settled(upload);
    }

    Upload find(UUID account, UUID id) throws IOException {
        return settled(existing(account, id));
    }

    /** Writes a chunk at the offset; what arrived before a break of the connection is kept. */
    Append append(UUID account, UUID id, long offset, InputStream body) throws IOException {
        Upload upload = existing(account, id);
        if (!busy.add(id)) {
            return new Append.Busy(upload);
        }
        try {
            upload = finishWhenFull(existing(account, id));
            if (upload.received() != offset) {
                return new Append.Elsewhere(upload);
            }
            return new Append.Done(upload.complete() ? upload : finishWhenFull(receive(upload, body)));
        } finally {
            busy.remove(id);
        }
    }

    Path file(UUID id) {
        return folder.resolve(id + ".part");
    }

    boolean isBusy(UUID id) {
        return busy.contains(id);
    }

    private Upload receive(Upload upload, InputStream body) throws IOException {
        DiskSpace.require(
                folder, Math.min(upload.bytes() - upload.received(), limits.chunkBytes()), limits.reserveBytes());
        Chunk chunk = new Chunk(file(upload.id()), upload.received(), upload.bytes(), limits.maxChunkBytes());
        Chunk.Received received = chunk.receive(body);
        Upload advanced = upload;
        if (received.bytes() > 0) {
            advanced = await(store.advance(upload, upload.received() + received.bytes()))
                    .orElseThrow(() -> new FarmException(
                            ErrorCode.CONFLICT, "the upload was changed by another request; ask where it stands"));
        }
        if (received.problem().isPresent()) {
            throw received.problem().get();
        }
        return advanced;
    }

    /** Ends an upload whose bytes are all there but whose end was not recorded: the farm died in between. */
    private Upload settled(Upload upload) throws IOException {
        if (upload.complete() && blobs.file(upload.digest()).isEmpty()) {
            return await(store.reset(upload));
        }
        if (!upload.isFull() || !busy.add(upload.id())) {
            return upload;
        }
        try {
            return finishWhenFull(upload);
        } finally {
            busy.remove(upload.id());
        }
    }

    private Upload finishWhenFull(Upload upload) throws IOException {
        if (upload.complete() || !upload.isFull()) {
            return upload;
        }
        Path file = file(upload.id());
        if (Files.exists(file)) {
            adopt(upload, file);
        } else if (blobs.file(upload.digest()).isEmpty()) {
            return await(store.reset(upload));
        }
        return await(store.complete(upload));
    }

    private void adopt(Upload upload, Path file) throws IOException {
        checks.acquireUninterruptibly();
        try {
            blobs.adopt(upload.digest(), file);
        } catch (FarmException e) {
            if (e.code() == ErrorCode.DIGEST_MISMATCH) {
                Files.deleteIfExists(file);
                await(store.reset(upload));
            }
            throw e;
        } finally {
            checks.release();
        }
    }

    private void requireRoom(UUID account, long bytes) throws IOException {
        PostgresUploads.Usage usage = await(store.usage(account));
        if (usage.openUploads() >= limits.openPerAccount()) {
            throw new FarmException(
                    ErrorCode.TOO_MANY_REQUESTS,
                    "this account has begun " + usage.openUploads()
                            + " uploads and not ended them; end some (tilth.upload.open-per-account)");
        }
        if (usage.bytes() + bytes > limits.accountBytes()) {
            throw tooLarge("this account would own more than " + limits.accountBytes()
                    + " bytes (tilth.upload.account-bytes)");
        }
        DiskSpace.require(folder, bytes, limits.reserveBytes());
    }

    private Upload existing(UUID account, UUID id) {
        return await(store.find(account, id))
                .orElseThrow(() -> new FarmException(ErrorCode.NOT_FOUND, "there is no upload " + id));
    }

    private static FarmException tooLarge(String message) {
        return new FarmException(ErrorCode.TOO_LARGE, message);
    }

    private static <T> T await(Uni<T> answer) {
        return answer.await().atMost(DATABASE_PATIENCE);
    }
}
