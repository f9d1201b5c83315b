package farm.tilth.api.upload;

import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.task.SceneReport;
import io.smallrye.mutiny.Uni;
import java.util.Optional;
import java.util.UUID;

/** What the later steps need of scenes. */
public interface Scenes {
    /** The account's scene; empty also when it is somebody else's. */
    Uni<Optional<Scene>> find(UUID account, UUID scene);

    /** Takes the inspection's finding; a scene that is not INSPECTING any more stays as it is. */
    Uni<Void> inspected(UUID scene, SceneReport report);

    /** Takes the inspection's refusal; a scene that is not INSPECTING any more stays as it is. */
    Uni<Void> refused(UUID scene, ErrorCode code, String detail);
}
