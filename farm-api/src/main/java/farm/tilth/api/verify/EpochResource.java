package farm.tilth.api.verify;

import farm.tilth.api.access.Public;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import java.util.List;

/** The epochs' promises, and their secrets afterwards: with them anyone can check that no challenge was chosen. */
@Path("/api/v1/epochs")
@Public
public class EpochResource {
    private static final int LIMIT = 100;

    private final PostgresEpochs epochs;

    EpochResource(PostgresEpochs epochs) {
        this.epochs = epochs;
    }

    /** The newest epochs first. The one that runs is begun if it was not, so that its digest is known in time. */
    @GET
    public Uni<List<Epoch>> list() {
        return epochs.current().chain(() -> epochs.published(LIMIT));
    }
}
