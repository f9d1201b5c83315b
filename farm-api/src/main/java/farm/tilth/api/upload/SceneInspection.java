package farm.tilth.api.upload;

import farm.tilth.protocol.task.SceneFiles;
import io.smallrye.mutiny.Uni;
import java.util.UUID;

/** Asks a trusted worker to read a scene. The answer comes to {@link Scenes#inspected} or {@link Scenes#refused}. */
public interface SceneInspection {
    /** Queues the inspection; safe to repeat, as long as the scene is INSPECTING. */
    Uni<Void> request(UUID scene, SceneFiles files);
}
