package farm.tilth.api.upload;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.SceneFiles;
import farm.tilth.protocol.task.SceneReport;
import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.EnumType;
import jakarta.persistence.Enumerated;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/** A scene in the database; its values are JSON there. */
@Entity
@Table(name = "scene")
class SceneRow {
    @Id
    private UUID id;

    private UUID account;
    private String name;
    private String files;

    @Enumerated(EnumType.STRING)
    private SceneState state;

    private String report;

    @Column(name = "error_code")
    private String errorCode;

    @Column(name = "error_detail")
    private String errorDetail;

    @Column(name = "created_at")
    private Instant createdAt;

    /** For Hibernate. */
    protected SceneRow() {}

    SceneRow(Scene scene) {
        this.id = scene.id();
        this.account = scene.account();
        this.name = scene.name();
        this.files = Json.write(scene.files());
        this.state = scene.state();
        this.createdAt = scene.createdAt();
    }

    Scene scene() {
        return new Scene(
                id,
                account,
                name,
                Json.read(files, SceneFiles.class),
                state,
                Optional.ofNullable(report).map(text -> Json.read(text, SceneReport.class)),
                Optional.ofNullable(errorCode).map(code -> new Scene.Refusal(ErrorCode.valueOf(code), errorDetail)),
                createdAt);
    }
}
