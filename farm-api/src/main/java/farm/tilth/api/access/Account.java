package farm.tilth.api.access;

import jakarta.persistence.Entity;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.UUID;

/** Whoever pays for jobs or earns by workers. */
@Entity
@Table(name = "account")
class Account {
    @Id
    private UUID id;

    private String name;

    @jakarta.persistence.Column(name = "created_at")
    private Instant createdAt;

    /** For Hibernate. */
    protected Account() {}

    Account(UUID id, String name, Instant createdAt) {
        this.id = id;
        this.name = name;
        this.createdAt = createdAt;
    }

    UUID id() {
        return id;
    }

    String name() {
        return name;
    }
}
