package farm.tilth.api.verify;

import farm.tilth.protocol.Digest;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/** The epochs. Their numbers follow from the clock, so that all replicas are in the same one. */
@ApplicationScoped
public class PostgresEpochs {
    private static final int SECRET_BYTES = 32;

    private static final String BEGIN = """
            INSERT INTO epoch (number, secret, secret_digest, starts_at, ends_at) VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (number) DO NOTHING""";

    private final Pool pool;
    private final InstantSource clock;
    private final RandomGenerator random;
    private final VerifyConfig config;

    PostgresEpochs(Pool pool, InstantSource clock, RandomGenerator random, VerifyConfig config) {
        this.pool = pool;
        this.clock = clock;
        this.random = random;
        this.config = config;
    }

    /** The epoch of this moment with its secret; begins it when nobody did yet. */
    public Uni<Epoch> current() {
        long length = config.epoch().toMillis();
        long number = Math.floorDiv(clock.millis(), length);
        return find(number).flatMap(found -> found.map(epoch -> Uni.createFrom().item(epoch))
                .orElseGet(() -> begin(number, length)));
    }

    private Uni<Epoch> begin(long number, long length) {
        byte[] secret = new byte[SECRET_BYTES];
        random.nextBytes(secret);
        Tuple values = Tuple.from(new Object[] {
            number,
            Buffer.buffer(secret),
            Digest.of(secret).hex(),
            Instant.ofEpochMilli(number * length).atOffset(ZoneOffset.UTC),
            Instant.ofEpochMilli((number + 1) * length).atOffset(ZoneOffset.UTC)
        });
        return pool.preparedQuery(BEGIN)
                .execute(values)
                .chain(() -> find(number))
                .map(Optional::orElseThrow);
    }

    private Uni<Optional<Epoch>> find(long number) {
        return pool.preparedQuery("SELECT * FROM epoch WHERE number = $1")
                .execute(Tuple.of(number))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(epoch(rows.iterator().next())));
    }

    /** The newest epochs; a secret only when its epoch is over. */
    public Uni<List<Epoch>> published(int limit) {
        return published("SELECT * FROM epoch ORDER BY number DESC LIMIT $1", Tuple.of(limit));
    }

    /** These epochs; a secret only when its epoch is over. */
    public Uni<List<Epoch>> published(List<Long> numbers) {
        return published(
                "SELECT * FROM epoch WHERE number = ANY($1::bigint[]) ORDER BY number",
                Tuple.of(numbers.toArray(Long[]::new)));
    }

    private Uni<List<Epoch>> published(String sql, Tuple values) {
        return pool.preparedQuery(sql).execute(values).map(rows -> {
            List<Epoch> epochs = new ArrayList<>();
            rows.forEach(row -> epochs.add(epoch(row).publicAt(clock.instant())));
            return epochs;
        });
    }

    private static Epoch epoch(Row row) {
        return new Epoch(
                row.getLong("number"),
                new Digest(row.getString("secret_digest")),
                row.getOffsetDateTime("starts_at").toInstant(),
                row.getOffsetDateTime("ends_at").toInstant(),
                Optional.of(row.getBuffer("secret").getBytes()));
    }
}
