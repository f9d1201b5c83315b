package farm.tilth.api.inference;

import farm.tilth.api.job.Models;
import farm.tilth.api.lease.WorkerSession;
import farm.tilth.api.lease.WorkerSessions;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelPackage;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The models that were uploaded, and those of the workers that are connected, or were. Where a trusted worker offers a name, its description is the
 * truth; else the first one that came. A model is remembered when its workers are gone, so that a caller learns that
 * there is no worker rather than that there is no model.
 */
@ApplicationScoped
public class ModelCatalog implements Models {
    private static final int MAX_MODELS = 1000;

    private final WorkerSessions sessions;
    private final ModelRegister register;
    private final ModelPlacement placement;
    private final Withdrawals withdrawals;
    private final InstantSource clock;
    private final Map<String, Known> known = new TreeMap<>();
    private List<WorkerSession> seenConnected = List.of();
    private List<RegisteredModel> seenRegistered = List.of();

    ModelCatalog(
            WorkerSessions sessions,
            ModelRegister register,
            ModelPlacement placement,
            Withdrawals withdrawals,
            InstantSource clock) {
        this.withdrawals = withdrawals;
        this.placement = placement;
        this.sessions = sessions;
        this.register = register;
        this.clock = clock;
    }

    /** A model with the time at which it was first offered. */
    public record Known(ModelDescription model, Instant since, boolean trusted) {}

    @Override
    public synchronized Optional<ModelDescription> find(String name) {
        refresh();
        return register.newest(name).flatMap(RegisteredModel::description).or(() -> Optional.ofNullable(known.get(name))
                .map(Known::model));
    }

    @Override
    public void checkInService(String name) {
        withdrawals.check(name);
    }

    @Override
    public Optional<ModelPackage> files(Digest version) {
        return register.find(version).map(RegisteredModel::files);
    }

    @Override
    public synchronized List<String> names() {
        return all().stream().map(known -> known.model().name()).toList();
    }

    /** All of them, in the order of their names. */
    public synchronized List<Known> all() {
        refresh();
        Map<String, Known> all = new TreeMap<>(known);
        for (RegisteredModel model : register.served()) {
            all.put(model.name(), new Known(model.description().orElseThrow(), model.createdAt(), true));
        }
        return List.copyOf(all.values());
    }

    /**
     * The model of that name.
     *
     * @throws FarmException with MODEL_NOT_FOUND that names those that there are
     */
    public ModelDescription get(String name) {
        return find(name)
                .orElseThrow(() -> new FarmException(
                        ErrorCode.MODEL_NOT_FOUND,
                        "the model '" + clip(name) + "' does not exist; "
                                + (names().isEmpty()
                                        ? "no worker has offered any model yet"
                                        : "models are " + String.join(", ", names()))));
    }

    /**
     * That version of the model of that name.
     *
     * @throws FarmException with MODEL_NOT_FOUND that names the version that there is
     */
    public ModelDescription get(String name, String version) {
        ModelDescription model = get(name);
        Optional<ModelDescription> older = register.all().stream()
                .filter(other ->
                        other.name().equals(name) && other.version().hex().equals(version))
                .flatMap(other -> other.description().stream())
                .findFirst();
        if (older.isPresent()) {
            return older.get();
        }
        if (!model.version().hex().equals(version)) {
            throw new FarmException(
                    ErrorCode.MODEL_NOT_FOUND,
                    "model '" + name + "' has no version '" + clip(version) + "'; its version is " + model.version());
        }
        return model;
    }

    /** The connected workers that can run exactly this model; paid ones, or trusted ones. */
    List<WorkerSession> workers(ModelDescription model, boolean trusted) {
        return sessions.connected().stream()
                .filter(session -> session.trusted() == trusted && offers(session, model))
                .toList();
    }

    /** Whether a worker can answer for the model now, perhaps after it has loaded it. */
    public boolean isServed(ModelDescription model) {
        return !workers(model, false).isEmpty() || placement.isPossible(model);
    }

    private static boolean offers(WorkerSession session, ModelDescription model) {
        return session.models().stream()
                .anyMatch(offer -> offer.version().equals(model.version())
                        && offer.engine().equals(model.engine())
                        && offer.workUnitsPerToken() == model.workUnitsPerToken());
    }

    /** Learns what is offered, when the workers or the registered models are others than at the last look. */
    private void refresh() {
        List<WorkerSession> connected = sessions.connected();
        List<RegisteredModel> registered = register.all();
        if (registered == seenRegistered && isSame(connected, seenConnected)) {
            return;
        }
        seenRegistered = registered;
        seenConnected = connected;
        List<WorkerSession> trustedFirst = connected.stream()
                .sorted(Comparator.comparing(WorkerSession::trusted).reversed())
                .toList();
        for (WorkerSession session : trustedFirst) {
            for (ModelDescription model : session.models()) {
                if (register.find(model.version()).isPresent()) {
                    continue; // its name is the register's, and so is its description
                }
                Known old = known.get(model.name());
                boolean room = old != null || known.size() < MAX_MODELS;
                if (room && isBetter(session, model, old)) {
                    Instant since = old == null ? clock.instant() : old.since();
                    known.put(model.name(), new Known(model, since, session.trusted()));
                }
            }
        }
    }

    private static boolean isSame(List<WorkerSession> a, List<WorkerSession> b) {
        boolean same = a.size() == b.size();
        for (int i = 0; same && i < a.size(); i++) {
            same = a.get(i) == b.get(i);
        }
        return same;
    }

    /** A trusted worker's word is better than any other; any is better than that of a worker that is gone. */
    private boolean isBetter(WorkerSession session, ModelDescription model, Known old) {
        if (old == null) {
            return true;
        }
        if (old.model().equals(model)) {
            return session.trusted() && !old.trusted();
        }
        boolean stillThere = sessions.connected().stream()
                .anyMatch(other ->
                        other.trusted() == old.trusted() && other.models().contains(old.model()));
        return session.trusted() == old.trusted() ? !stillThere : session.trusted();
    }

    private static String clip(String name) {
        return name.length() <= 100 ? name : name.substring(0, 100) + "…";
    }
}
