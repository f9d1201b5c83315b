package farm.tilth.api.inference;

import farm.tilth.api.lease.WorkerSession;
import farm.tilth.api.lease.WorkerSessions;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.ModelDescription;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jboss.logging.Logger;

/**
 * Brings uploaded models to workers: one that has the model is preferred, since it answers at once; where none has, the
 * one with the fewest models in its memory loads it while the calls wait. Thread-safe.
 */
@ApplicationScoped
class ModelPlacement {
    private static final Logger LOG = Logger.getLogger(ModelPlacement.class);
    private static final Duration TIMEOUT = Duration.ofSeconds(300);
    private static final long RETRY_NANOS = Duration.ofSeconds(20).toNanos();
    private static final int MAX_FAILURES = 10_000;

    private final WorkerSessions sessions;
    private final ModelRegister register;
    private final Map<Place, UUID> loading = new ConcurrentHashMap<>();
    private final Map<Failure, Long> failures = new ConcurrentHashMap<>();

    ModelPlacement(WorkerSessions sessions, ModelRegister register) {
        this.sessions = sessions;
        this.register = register;
    }

    private record Place(Digest version, boolean trusted) {}

    private record Failure(UUID session, Digest version) {}

    /** Whether a worker could run the model that has not got it. */
    boolean isPossible(ModelDescription model) {
        return register.find(model.version()).isPresent()
                && candidate(model, false).isPresent();
    }

    /** Has a worker load the model unless one does already; false when none can. */
    boolean ensure(ModelDescription model, boolean trusted) {
        Optional<RegisteredModel> registered = register.find(model.version());
        if (registered.isEmpty()) {
            return false;
        }
        Place place = new Place(model.version(), trusted);
        if (loading.containsKey(place)) {
            return true;
        }
        Optional<WorkerSession> worker = candidate(model, trusted);
        worker.filter(chosen -> loading.putIfAbsent(place, chosen.id()) == null)
                .ifPresent(chosen -> load(place, registered.get(), chosen));
        return worker.isPresent();
    }

    private Optional<WorkerSession> candidate(ModelDescription model, boolean trusted) {
        return sessions.connected().stream()
                .filter(session -> session.trusted() == trusted
                        && session.mayRun(model)
                        && !failedLately(new Failure(session.id(), model.version())))
                .min(Comparator.comparingInt(
                                (WorkerSession session) -> session.models().size())
                        .thenComparing(WorkerSession::id));
    }

    private boolean failedLately(Failure failure) {
        Long at = failures.get(failure);
        return at != null && System.nanoTime() - at < RETRY_NANOS;
    }

    private void load(Place place, RegisteredModel model, WorkerSession worker) {
        sessions.order(worker, ModelRegister.order(model, "LOAD").build(), TIMEOUT)
                .onTermination()
                .invoke(() -> loading.remove(place))
                .subscribe()
                .with(
                        outcome -> LOG.infof("worker %s has loaded model %s", worker.name(), model.name()),
                        failure -> failed(new Failure(worker.id(), place.version), model, failure));
    }

    private void failed(Failure where, RegisteredModel model, Throwable failure) {
        LOG.warnf("model %s was not loaded: %s", model.name(), failure.getMessage());
        if (failures.size() >= MAX_FAILURES) {
            failures.clear();
        }
        failures.put(where, System.nanoTime());
    }

    /** Has every worker give the model's memory back. */
    void unload(ModelDescription model) {
        Optional<RegisteredModel> registered = register.find(model.version());
        if (registered.isEmpty()) {
            return; // a bundled model stays in memory
        }
        List<WorkerSession> holders = sessions.connected().stream()
                .filter(session -> session.models().stream()
                        .anyMatch(held -> held.version().equals(model.version())))
                .toList();
        for (WorkerSession holder : holders) {
            sessions.order(
                            holder,
                            ModelRegister.order(registered.get(), "UNLOAD").build(),
                            TIMEOUT)
                    .subscribe()
                    .with(
                            done -> LOG.infof("worker %s has unloaded model %s", holder.name(), model.name()),
                            failure -> LOG.warnf("model %s stays loaded: %s", model.name(), failure.getMessage()));
        }
    }
}
