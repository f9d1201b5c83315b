package farm.tilth.api.access;

import farm.tilth.protocol.Json;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;

/** A key of an account, as it is stored: without its secret. */
@Entity
@Table(name = "api_key")
class ApiKey {
    @Id
    private UUID id;

    private UUID account;
    private String name;

    @Column(name = "secret_sha")
    private byte[] secretSha;

    private String[] roles;

    @Column(name = "created_at")
    private Instant createdAt;

    @Column(name = "made_by")
    private UUID madeBy;

    @Column(name = "idempotency_key")
    private String idempotencyKey;

    @Column(name = "request_hash")
    private String requestHash;

    @Column(name = "monthly_cap")
    private Long monthlyCap;

    private String limits = Json.write(KeyLimits.NONE);

    /** For Hibernate. */
    protected ApiKey() {}

    ApiKey(KeySecret key, UUID account, String name, Set<Role> roles, Instant createdAt) {
        this.id = key.id();
        this.account = account;
        this.name = name;
        this.secretSha = key.secretSha();
        this.roles = roles.stream().map(Role::name).sorted().toArray(String[]::new);
        this.createdAt = createdAt;
    }

    /** What its jobs may cost in a month. */
    ApiKey capped(Optional<Long> monthly) {
        monthlyCap = monthly.orElse(null);
        return this;
    }

    /** How often it may be used. */
    ApiKey limited(KeyLimits given) {
        limits = Json.write(given);
        return this;
    }

    /** Who asked for it, and by which name of the request. */
    ApiKey askedBy(KeyOrigin origin) {
        madeBy = origin.account();
        idempotencyKey = origin.idempotencyKey();
        requestHash = origin.requestHash().hex();
        return this;
    }

    UUID id() {
        return id;
    }

    UUID account() {
        return account;
    }
}
