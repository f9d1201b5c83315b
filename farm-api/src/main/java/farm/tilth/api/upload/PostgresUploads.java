package farm.tilth.api.upload;

import farm.tilth.protocol.Digest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.RowSet;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.StreamSupport;

/** Uploads and who owns which content. A change of an upload names the state that it starts from. */
@ApplicationScoped
class PostgresUploads implements OwnedBlobs {
    private static final String COLUMNS = "id, account, digest, bytes, received, complete";

    private final Pool pool;
    private final InstantSource clock;

    PostgresUploads(Pool pool, InstantSource clock) {
        this.pool = pool;
        this.clock = clock;
    }

    /** What an account has begun and what it owns. */
    record Usage(long openUploads, long bytes) {}

    Uni<Usage> usage(UUID account) {
        return pool.preparedQuery("""
                        SELECT (SELECT count(*) FROM upload WHERE account = $1 AND NOT complete) AS open,
                               (SELECT coalesce(sum(bytes), 0)::bigint FROM account_blob WHERE account = $1)
                             + (SELECT coalesce(sum(bytes), 0)::bigint FROM upload WHERE account = $1 AND NOT complete)
                               AS bytes""")
                .execute(Tuple.of(account))
                .map(rows -> rows.iterator().next())
                .map(row -> new Usage(row.getLong("open"), row.getLong("bytes")));
    }

    /** Begins an upload, or finds the one that the account has begun already; complete when it owns the content. */
    Uni<Upload> open(UUID account, Digest digest, long bytes) {
        return pool.preparedQuery("""
                        WITH kept AS (UPDATE account_blob SET of_files = false
                                      WHERE account = $2 AND digest = $3 AND bytes = $4 AND of_files)
                        INSERT INTO upload (""" + COLUMNS + """
                        , touched_at)
                        SELECT $1, $2, $3, $4, CASE WHEN owned THEN $4 ELSE 0 END, owned, $5
                        FROM (SELECT EXISTS (SELECT FROM account_blob
                                             WHERE account = $2 AND digest = $3 AND bytes = $4) AS owned) AS o
                        ON CONFLICT (account, digest) DO UPDATE SET touched_at = excluded.touched_at
                        RETURNING\s""" + COLUMNS)
                .execute(Tuple.of(UUID.randomUUID(), account, buffer(digest), bytes, now()))
                .map(rows -> read(rows.iterator().next()));
    }

    Uni<Optional<Upload>> find(UUID account, UUID id) {
        return pool.preparedQuery("SELECT " + COLUMNS + " FROM upload WHERE id = $1 AND account = $2")
                .execute(Tuple.of(id, account))
                .map(PostgresUploads::first);
    }

    Uni<Optional<Upload>> findByDigest(UUID account, Digest digest) {
        return pool.preparedQuery("SELECT " + COLUMNS + " FROM upload WHERE account = $1 AND digest = $2")
                .execute(Tuple.of(account, buffer(digest)))
                .map(PostgresUploads::first);
    }

    /** Records that bytes are on the disk; empty when the upload is not in the state given. */
    Uni<Optional<Upload>> advance(Upload from, long received) {
        return pool.preparedQuery("""
                        UPDATE upload SET received = $3, touched_at = $4
                        WHERE id = $1 AND received = $2 AND NOT complete RETURNING\s""" + COLUMNS)
                .execute(Tuple.of(from.id(), from.received(), received, now()))
                .map(PostgresUploads::first);
    }

    /** Starts again from nothing, also when it was complete: the content is not there. */
    Uni<Upload> reset(Upload upload) {
        return pool.preparedQuery("""
                        WITH lost AS (DELETE FROM account_blob WHERE account = $2 AND digest = $3)
                        UPDATE upload SET received = 0, complete = false, touched_at = $4
                        WHERE id = $1 RETURNING\s""" + COLUMNS)
                .execute(Tuple.of(upload.id(), upload.account(), buffer(upload.digest()), now()))
                .map(rows -> read(rows.iterator().next()));
    }

    /** Gives the content to the account. Safe to repeat. */
    Uni<Upload> complete(Upload upload) {
        return pool.preparedQuery("""
                        WITH owned AS (
                            INSERT INTO account_blob (account, digest, bytes, created_at) VALUES ($2, $3, $4, $5)
                            ON CONFLICT (account, digest) DO UPDATE SET of_files = false)
                        UPDATE upload SET complete = true, touched_at = $5 WHERE id = $1 RETURNING\s""" + COLUMNS)
                .execute(Tuple.of(upload.id(), upload.account(), buffer(upload.digest()), upload.bytes(), now()))
                .map(rows -> read(rows.iterator().next()));
    }

    /** Gives content that is stored to an account. Safe to repeat. */
    Uni<Void> own(UUID account, Digest digest, long bytes) {
        return pool.preparedQuery("INSERT INTO account_blob (account, digest, bytes, created_at, of_files)"
                        + " VALUES ($1, $2, $3, $4, true) ON CONFLICT DO NOTHING")
                .execute(Tuple.of(account, buffer(digest), bytes, now()))
                .replaceWithVoid();
    }

    /** Takes content from an account that got it by {@link #own} alone, and has no file of it. Safe to repeat. */
    Uni<Void> disown(UUID account, Digest digest) {
        return pool.preparedQuery("DELETE FROM account_blob WHERE account = $1 AND digest = $2 AND of_files"
                        + " AND NOT EXISTS (SELECT FROM openai_file WHERE account = $1 AND digest = $3)")
                .execute(Tuple.of(account, buffer(digest), digest.hex()))
                .replaceWithVoid();
    }

    /** Forgets uploads that were not touched since; what was complete stays owned. */
    Uni<List<UUID>> forget(Instant before, int limit) {
        return pool.preparedQuery("""
                        DELETE FROM upload WHERE id IN (
                            SELECT id FROM upload WHERE touched_at < $1 ORDER BY touched_at LIMIT $2
                            FOR UPDATE SKIP LOCKED)
                        RETURNING id""").execute(Tuple.of(at(before), limit)).map(rows -> StreamSupport.stream(
                        rows.spliterator(), false)
                .map(row -> row.getUUID("id"))
                .toList());
    }

    @Override
    public Uni<Map<Digest, Long>> owned(UUID account, Collection<Digest> digests) {
        List<Buffer> asked = new ArrayList<>();
        digests.forEach(digest -> asked.add(buffer(digest)));
        return pool.preparedQuery("SELECT digest, bytes FROM account_blob WHERE account = $1 AND digest = ANY ($2)")
                .execute(Tuple.of(account, asked.toArray(Buffer[]::new)))
                .map(rows -> {
                    Map<Digest, Long> owned = new HashMap<>();
                    rows.forEach(row -> owned.put(digest(row), row.getLong("bytes")));
                    return owned;
                });
    }

    private OffsetDateTime now() {
        return at(clock.instant());
    }

    private static OffsetDateTime at(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static Buffer buffer(Digest digest) {
        return Buffer.buffer(digest.bytes());
    }

    private static Digest digest(Row row) {
        return Digest.fromBytes(row.getBuffer("digest").getBytes());
    }

    private static Optional<Upload> first(RowSet<Row> rows) {
        return rows.size() == 0
                ? Optional.empty()
                : Optional.of(read(rows.iterator().next()));
    }

    private static Upload read(Row row) {
        return new Upload(
                row.getUUID("id"),
                row.getUUID("account"),
                digest(row),
                row.getLong("bytes"),
                row.getLong("received"),
                row.getBoolean("complete"));
    }
}
