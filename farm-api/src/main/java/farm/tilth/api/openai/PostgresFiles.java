package farm.tilth.api.openai;

import farm.tilth.protocol.Digest;
import io.smallrye.mutiny.Uni;
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
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** OpenAI's files. One that has expired is not there, whether it was deleted already or not. */
@ApplicationScoped
class PostgresFiles {
    private static final String INSERT = """
            INSERT INTO openai_file (id, account, purpose, filename, bytes, digest, created_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING""";

    private static final String FIND = """
            SELECT * FROM openai_file WHERE account = $1 AND id = $2 AND (expires_at IS NULL OR expires_at > $3)""";

    private static final String NEWEST_FIRST = """
            SELECT * FROM openai_file f
            WHERE account = $1 AND (expires_at IS NULL OR expires_at > $2) AND ($3::text IS NULL OR purpose = $3)
              AND ($4::uuid IS NULL OR (created_at, id) < (SELECT created_at, id FROM openai_file WHERE id = $4))
            ORDER BY created_at DESC, id DESC LIMIT $5""";

    private static final String OLDEST_FIRST =
            NEWEST_FIRST.replace("(created_at, id) <", "(created_at, id) >").replace("DESC", "ASC");

    private static final String DELETE =
            "DELETE FROM openai_file WHERE account = $1 AND id = $2 RETURNING account, digest";

    private static final String SWEEP = """
            DELETE FROM openai_file WHERE id IN
                (SELECT id FROM openai_file WHERE expires_at < $1 ORDER BY expires_at LIMIT 1000)
            RETURNING account, digest""";

    private final Pool pool;
    private final InstantSource clock;

    PostgresFiles(Pool pool, InstantSource clock) {
        this.pool = pool;
        this.clock = clock;
    }

    /** Lists a file; safe to repeat. */
    Uni<Void> insert(OpenAiFile file) {
        return pool.preparedQuery(INSERT)
                .execute(Tuple.from(new Object[] {
                    file.id(),
                    file.account(),
                    file.purpose(),
                    file.filename(),
                    file.bytes(),
                    file.digest().hex(),
                    time(file.createdAt()),
                    file.expiresAt().map(PostgresFiles::time).orElse(null)
                }))
                .replaceWithVoid();
    }

    Uni<Optional<OpenAiFile>> find(UUID account, UUID id) {
        return pool.preparedQuery(FIND)
                .execute(Tuple.of(account, id, time(clock.instant())))
                .map(rows -> read(rows).stream().findFirst());
    }

    Uni<List<OpenAiFile>> list(
            UUID account, Optional<String> purpose, Optional<UUID> after, boolean newestFirst, int limit) {
        return pool.preparedQuery(newestFirst ? NEWEST_FIRST : OLDEST_FIRST)
                .execute(Tuple.of(account, time(clock.instant()), purpose.orElse(null), after.orElse(null), limit))
                .map(PostgresFiles::read);
    }

    /** A file that is no more. */
    record Deleted(UUID account, Digest digest) {}

    /** Deletes a file; empty when it was not there. */
    Uni<Optional<Deleted>> delete(UUID account, UUID id) {
        return pool.preparedQuery(DELETE).execute(Tuple.of(account, id)).map(rows -> deleted(rows).stream()
                .findFirst());
    }

    /** Deletes some of what has expired. */
    Uni<List<Deleted>> sweep() {
        return pool.preparedQuery(SWEEP)
                .execute(Tuple.of(time(clock.instant())))
                .map(PostgresFiles::deleted);
    }

    private static List<Deleted> deleted(RowSet<Row> rows) {
        List<Deleted> all = new ArrayList<>();
        rows.forEach(row -> all.add(new Deleted(row.getUUID("account"), new Digest(row.getString("digest")))));
        return all;
    }

    private static OffsetDateTime time(Instant instant) {
        return instant.atOffset(ZoneOffset.UTC);
    }

    private static List<OpenAiFile> read(RowSet<Row> rows) {
        List<OpenAiFile> files = new ArrayList<>();
        rows.forEach(row -> files.add(new OpenAiFile(
                row.getUUID("id"),
                row.getUUID("account"),
                row.getString("purpose"),
                row.getString("filename"),
                row.getLong("bytes"),
                new Digest(row.getString("digest")),
                row.getOffsetDateTime("created_at").toInstant(),
                Optional.ofNullable(row.getOffsetDateTime("expires_at")).map(OffsetDateTime::toInstant))));
        return files;
    }
}
