package farm.tilth.api.upload;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.SceneFiles;
import io.quarkus.arc.DefaultBean;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.UUID;

/** The later steps of the flow, where a test has none: inspections are not answered, workers may read nothing. */
@DefaultBean
@ApplicationScoped
public class FakeFarmParts implements SceneInspection, WorkerAccess {
    @Override
    public Uni<Void> request(UUID scene, SceneFiles files) {
        return Uni.createFrom().voidItem();
    }

    @Override
    public Uni<Boolean> mayRead(Digest worker, UUID account, Digest blob) {
        return Uni.createFrom().item(false);
    }
}
