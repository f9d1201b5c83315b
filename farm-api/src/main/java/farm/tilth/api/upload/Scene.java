package farm.tilth.api.upload;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.task.SceneFiles;
import farm.tilth.protocol.task.SceneReport;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;

/**
 * A scene of an account.
 *
 * @param report present when it is READY
 * @param error present when it is REFUSED
 */
public record Scene(
        UUID id,
        UUID account,
        String name,
        SceneFiles files,
        SceneState state,
        Optional<SceneReport> report,
        Optional<Refusal> error,
        Instant createdAt) {

    /** Why a scene cannot be rendered. */
    public record Refusal(ErrorCode code, String detail) {}
}
