package farm.tilth.api.lease;

import farm.tilth.api.server.FarmFact;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;

/** How many workers are connected. */
@ApplicationScoped
class WorkersFact implements FarmFact {
    private final WorkerSessions sessions;

    WorkersFact(WorkerSessions sessions) {
        this.sessions = sessions;
    }

    /** Connected workers of this replica. */
    public record Count(int total, int trusted) {}

    @Override
    public String name() {
        return "workers";
    }

    @Override
    public Uni<?> value() {
        return Uni.createFrom().item(() -> {
            List<WorkerSession> connected = sessions.connected();
            int trusted =
                    (int) connected.stream().filter(WorkerSession::trusted).count();
            return new Count(connected.size(), trusted);
        });
    }
}
