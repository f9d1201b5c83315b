package farm.tilth.api.upload;

import farm.tilth.api.server.FarmFact;
import farm.tilth.api.server.HttpLimits;
import farm.tilth.protocol.task.SceneFiles;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.Map;

/** The limits that a client should know before it sends anything. */
@ApplicationScoped
class UploadFacts implements FarmFact {
    private final Map<String, Long> limits;

    UploadFacts(UploadLimits uploads, HttpLimits http) {
        this.limits = Map.of(
                "uploadBytes", uploads.maxBytes(),
                "chunkBytes", uploads.maxChunkBytes(),
                "accountBytes", uploads.accountBytes(),
                "bodyBytes", http.maxBodyBytes(),
                "sceneFiles", (long) SceneFiles.MAX_FILES);
    }

    @Override
    public String name() {
        return "limits";
    }

    @Override
    public Uni<?> value() {
        return Uni.createFrom().item(limits);
    }
}
