package farm.tilth.api.access;

import farm.tilth.protocol.Json;
import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Reads keys where every request needs one. */
@ApplicationScoped
class PostgresKeys {
    private static final String LIST = """
            SELECT * FROM api_key
            WHERE ($1::uuid IS NULL OR account = $1)
              AND ($2::uuid IS NULL OR (created_at, id) > (SELECT created_at, id FROM api_key WHERE id = $2))
            ORDER BY created_at, id LIMIT $3""";

    private final Pool pool;

    PostgresKeys(Pool pool) {
        this.pool = pool;
    }

    /** A key as it is stored. */
    record StoredKey(UUID id, UUID account, byte[] secretSha, Set<Role> roles, KeyLimits limits) {}

    Uni<Optional<StoredKey>> find(UUID id) {
        return pool.preparedQuery("SELECT id, account, secret_sha, roles, limits FROM api_key WHERE id = $1")
                .execute(Tuple.of(id))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(read(rows.iterator().next())));
    }

    /** A key that was made for a request before. */
    record MadeKey(UUID id, UUID account, String requestHash) {}

    Uni<Optional<MadeKey>> made(KeyOrigin origin) {
        return pool.preparedQuery(
                        "SELECT id, account, request_hash FROM api_key WHERE made_by = $1 AND idempotency_key = $2")
                .execute(Tuple.of(origin.account(), origin.idempotencyKey()))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(made(rows.iterator().next())));
    }

    private static MadeKey made(Row row) {
        return new MadeKey(row.getUUID("id"), row.getUUID("account"), row.getString("request_hash"));
    }

    Uni<Optional<UUID>> firstAccount() {
        return pool.query("SELECT account FROM first_account")
                .execute()
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(rows.iterator().next().getUUID(0)));
    }

    Uni<Void> rememberFirstAccount(UUID account) {
        return pool.preparedQuery("INSERT INTO first_account (account) VALUES ($1)")
                .execute(Tuple.of(account))
                .replaceWithVoid();
    }

    /**
     * A key as its holder and the operator see it.
     *
     * @param monthlyCap what it may cost in a month, in µT
     */
    public record ListedKey(
            UUID id,
            UUID account,
            String name,
            Set<Role> roles,
            KeyLimits limits,
            Optional<Long> monthlyCap,
            Instant createdAt) {}

    /** Keys in the order of their making: of an account, or all. */
    Uni<List<ListedKey>> list(Optional<UUID> account, Optional<UUID> after, int limit) {
        return pool.preparedQuery(LIST)
                .execute(Tuple.of(account.orElse(null), after.orElse(null), limit))
                .map(rows -> {
                    List<ListedKey> keys = new ArrayList<>();
                    rows.forEach(row -> keys.add(listed(row)));
                    return keys;
                });
    }

    /** Replaces what a key may ask for and cost; empty when there is no such key. */
    Uni<Optional<ListedKey>> limit(UUID key, KeyLimits limits, Optional<Long> monthlyCap) {
        return pool.preparedQuery("UPDATE api_key SET limits = $2, monthly_cap = $3 WHERE id = $1 RETURNING *")
                .execute(Tuple.of(key, Json.write(limits), monthlyCap.orElse(null)))
                .map(rows -> rows.size() == 0
                        ? Optional.empty()
                        : Optional.of(listed(rows.iterator().next())));
    }

    private static ListedKey listed(Row row) {
        return new ListedKey(
                row.getUUID("id"),
                row.getUUID("account"),
                row.getString("name"),
                roles(row),
                limits(row),
                Optional.ofNullable(row.getLong("monthly_cap")),
                row.getOffsetDateTime("created_at").toInstant());
    }

    private static StoredKey read(Row row) {
        return new StoredKey(
                row.getUUID("id"),
                row.getUUID("account"),
                row.getBuffer("secret_sha").getBytes(),
                roles(row),
                limits(row));
    }

    private static Set<Role> roles(Row row) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        Arrays.stream(row.getArrayOfStrings("roles")).map(Role::valueOf).forEach(roles::add);
        return roles;
    }

    private static KeyLimits limits(Row row) {
        return Json.read(row.getString("limits"), KeyLimits.class);
    }
}
