package farm.tilth.api.inference;

import farm.tilth.api.access.PostgresKeyCaps;
import farm.tilth.ledger.escrow.CallWindow;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.CallReceipt;
import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import io.vertx.core.buffer.Buffer;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.SqlConnection;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.zip.GZIPInputStream;

/** {@link CallWindows} in the database. */
@ApplicationScoped
class PostgresCallWindows implements CallWindows {
    private static final Duration TIMEOUT = Duration.ofSeconds(30);
    /** Near its cap a key gets small windows, so that what is left serves more than one of them. */
    private static final int SHARE_OF_CAP = 4;

    private static final String INSERT = """
            INSERT INTO call_window (id, account, api_key, amount, opened_at, expires_at)
            VALUES ($1, $2, $3, $4, $5, $6)""";

    private static final String END = """
            UPDATE call_window SET cost = ended.cost, receipt = ended.receipt
            FROM unnest($1::uuid[], $2::bigint[], $3::bytea[]) AS ended (id, cost, receipt)
            WHERE call_window.id = ended.id""";

    private static final String LIST = """
            SELECT id, api_key, opened_at, amount, cost, receipt IS NOT NULL AS proven FROM call_window
            WHERE account = $1
              AND ($2::uuid IS NULL OR (opened_at, id) < (SELECT opened_at, id FROM call_window WHERE id = $2))
            ORDER BY opened_at DESC, id DESC LIMIT $3""";

    private static final String FORGET = """
            UPDATE call_window SET receipt = NULL WHERE id IN
                (SELECT id FROM call_window WHERE receipt IS NOT NULL AND opened_at < $1 LIMIT 10000)""";

    private final Pool pool;
    private final PostgresKeyCaps caps;
    private final InferenceConfig config;
    private final InstantSource clock;

    PostgresCallWindows(Pool pool, PostgresKeyCaps caps, InferenceConfig config, InstantSource clock) {
        this.config = config;
        this.pool = pool;
        this.caps = caps;
        this.clock = clock;
    }

    @Override
    public Optional<Long> open(UUID key, CallWindow wanted, long least) {
        return pool.withTransaction(transaction -> caps.lock(transaction, key)
                        .map(cap -> cap.isEmpty() ? wanted.amount() : within(cap.get(), wanted.amount(), least))
                        .chain(amount -> amount < least
                                ? Uni.createFrom().item(Optional.<Long>empty())
                                : insert(transaction, key, wanted, amount)))
                .await()
                .atMost(TIMEOUT);
    }

    private static long within(PostgresKeyCaps.Cap cap, long wanted, long least) {
        return cap.left() < least ? 0 : Math.min(wanted, Math.max(least, cap.left() / SHARE_OF_CAP));
    }

    private Uni<Optional<Long>> insert(SqlConnection transaction, UUID key, CallWindow wanted, long amount) {
        return transaction
                .preparedQuery(INSERT)
                .execute(Tuple.of(
                        wanted.id(),
                        wanted.customer(),
                        key,
                        amount,
                        clock.instant().atOffset(ZoneOffset.UTC),
                        wanted.expiresAt().atOffset(ZoneOffset.UTC)))
                .replaceWith(Optional.of(amount));
    }

    @Override
    public void end(List<CallReceipt> receipts) {
        pool.preparedQuery(END)
                .execute(Tuple.of(
                        receipts.stream().map(CallReceipt::window).toArray(UUID[]::new),
                        receipts.stream().map(CallReceipt::cost).toArray(Long[]::new),
                        receipts.stream().map(PostgresCallWindows::packed).toArray(Buffer[]::new)))
                .await()
                .atMost(TIMEOUT);
    }

    @Override
    public void drop(UUID window) {
        pool.preparedQuery("UPDATE call_window SET cost = 0, receipt = NULL WHERE id = $1")
                .execute(Tuple.of(window))
                .await()
                .atMost(TIMEOUT);
    }

    private static Buffer packed(CallReceipt receipt) {
        return Buffer.buffer(ContentCoding.GZIP.encode(Json.write(receipt).getBytes(StandardCharsets.UTF_8)));
    }

    /**
     * A window as its customer sees it. In µT.
     *
     * @param held what its calls could cost together
     * @param cost what they cost; absent while they are not settled
     * @param proven whether its receipt is kept
     */
    public record Listed(UUID id, UUID key, Instant openedAt, long held, Optional<Long> cost, boolean proven) {}

    /** An account's windows, the newest first, after one of them. */
    Uni<List<Listed>> list(UUID account, Optional<UUID> after, int limit) {
        return pool.preparedQuery(LIST)
                .execute(Tuple.of(account, after.orElse(null), limit))
                .map(rows -> {
                    List<Listed> windows = new ArrayList<>();
                    rows.forEach(row -> windows.add(new Listed(
                            row.getUUID("id"),
                            row.getUUID("api_key"),
                            row.getOffsetDateTime("opened_at").toInstant(),
                            row.getLong("amount"),
                            Optional.ofNullable(row.getLong("cost")),
                            row.getBoolean("proven"))));
                    return windows;
                });
    }

    /** The receipt of an account's window, without its workers' keys; empty when there is none, or not yet. */
    Uni<Optional<CallReceipt>> receipt(UUID account, UUID window) {
        return pool.preparedQuery(
                        "SELECT receipt FROM call_window WHERE account = $1 AND id = $2 AND receipt IS NOT NULL")
                .execute(Tuple.of(account, window))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(
                                unpacked(rows.iterator().next().getBuffer(0).getBytes())));
    }

    private static CallReceipt unpacked(byte[] packed) {
        try (InputStream json = new GZIPInputStream(new ByteArrayInputStream(packed))) {
            return Json.read(new String(json.readAllBytes(), StandardCharsets.UTF_8), CallReceipt.class);
        } catch (IOException e) {
            throw new UncheckedIOException("a stored receipt is broken", e);
        }
    }

    /** Receipts are kept for a time; what they cost is known for ever. */
    @Scheduled(every = "10m")
    Uni<Void> forget() {
        return pool.preparedQuery(FORGET)
                .execute(Tuple.of(clock.instant().minus(config.receiptsKept()).atOffset(ZoneOffset.UTC)))
                .replaceWithVoid();
    }
}
