package farm.tilth.api.upload;

import io.quarkus.scheduler.Scheduled;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.time.InstantSource;

/** Asks again for the inspections that a death of the farm has swallowed. */
@ApplicationScoped
class SceneSweep {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final int AT_ONCE = 100;

    private final SceneService scenes;
    private final InstantSource clock;

    SceneSweep(SceneService scenes, InstantSource clock) {
        this.scenes = scenes;
        this.clock = clock;
    }

    @Scheduled(every = "30s", delayed = "5s", concurrentExecution = Scheduled.ConcurrentExecution.SKIP)
    Uni<Void> askAgain() {
        return scenes.askAgain(clock.instant().minus(PATIENCE), AT_ONCE);
    }
}
