package farm.tilth.api.access;

import io.smallrye.mutiny.Uni;
import io.vertx.mutiny.sqlclient.Pool;
import io.vertx.mutiny.sqlclient.Row;
import io.vertx.mutiny.sqlclient.Tuple;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** Reads keys where every request needs one. */
@ApplicationScoped
class PostgresKeys {
    private final Pool pool;

    PostgresKeys(Pool pool) {
        this.pool = pool;
    }

    /** A key as it is stored. */
    record StoredKey(UUID id, UUID account, byte[] secretSha, Set<Role> roles) {}

    Uni<Optional<StoredKey>> find(UUID id) {
        return pool.preparedQuery("SELECT id, account, secret_sha, roles FROM api_key WHERE id = $1")
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

    private static StoredKey read(Row row) {
        Set<Role> roles = EnumSet.noneOf(Role.class);
        Arrays.stream(row.getArrayOfStrings("roles")).map(Role::valueOf).forEach(roles::add);
        return new StoredKey(
                row.getUUID("id"),
                row.getUUID("account"),
                row.getBuffer("secret_sha").getBytes(),
                roles);
    }
}
