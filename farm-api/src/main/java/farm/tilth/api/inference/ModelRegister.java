package farm.tilth.api.inference;

import farm.tilth.api.lease.Repeating;
import farm.tilth.api.lease.WorkerSession;
import farm.tilth.api.lease.WorkerSessions;
import farm.tilth.api.upload.OwnedBlobs;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelPackage;
import farm.tilth.protocol.task.ModelReport;
import farm.tilth.protocol.wire.ModelOrder;
import farm.tilth.protocol.wire.ModelOutcome;
import io.quarkus.runtime.ShutdownEvent;
import io.quarkus.runtime.StartupEvent;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import org.jboss.logging.Logger;

/**
 * The models that customers uploaded, from their registration until a trusted worker has tried them. A view of them all
 * is at hand without asking the database; another replica knows of a change a few seconds later.
 */
@ApplicationScoped
public class ModelRegister {
    private static final Logger LOG = Logger.getLogger(ModelRegister.class);
    private static final Duration REFRESH = Duration.ofSeconds(2);
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(10);
    private static final Duration INSPECTION = Duration.ofSeconds(330);
    private static final String ENGINES = "onnx-";

    private final PostgresModels stored;
    private final OwnedBlobs owned;
    private final WorkerSessions sessions;
    private volatile List<RegisteredModel> models = List.of();
    private Repeating inspecting;

    ModelRegister(PostgresModels stored, OwnedBlobs owned, WorkerSessions sessions) {
        this.stored = stored;
        this.owned = owned;
        this.sessions = sessions;
    }

    void start(@Observes StartupEvent event) {
        inspecting = Repeating.start("inspect models", REFRESH, this::refreshAndInspect);
    }

    void stop(@Observes ShutdownEvent event) {
        inspecting.close();
    }

    /** Takes in a model of files that the account uploaded. */
    Uni<RegisteredModel> register(UUID account, ModelPackage model) {
        return owned.owned(account, new HashSet<>(model.files().values()))
                .invoke(have -> requireAll(model, have))
                .chain(() -> stored.insert(account, model))
                .map(found -> found.orElseThrow(() -> new FarmException(
                        ErrorCode.CONFLICT,
                        "there is a model '" + model.name() + "' of another account, or the farm has "
                                + PostgresModels.MAX_MODELS + " models already; choose another name")))
                .invoke(() -> inspecting.wake());
    }

    private static void requireAll(ModelPackage model, Map<Digest, Long> have) {
        model.files().forEach((path, digest) -> {
            if (!have.containsKey(digest)) {
                throw new FarmException(
                        ErrorCode.INVALID_REQUEST,
                        "the file '" + path + "' (" + digest + ") was not uploaded by this account; upload it first");
            }
        });
    }

    /** All versions, by name, the oldest of each first. */
    List<RegisteredModel> all() {
        return models;
    }

    /** The newest version of that name that is served. */
    Optional<RegisteredModel> newest(String name) {
        return models.stream()
                .filter(model -> model.name().equals(name) && model.state() == RegisteredModel.State.READY)
                .reduce((older, newer) -> newer);
    }

    /** That version, if it is served. */
    Optional<RegisteredModel> find(Digest version) {
        return models.stream()
                .filter(model -> model.state() == RegisteredModel.State.READY
                        && model.version().equals(version))
                .findFirst();
    }

    /** The versions that are served, the newest of each name. */
    List<RegisteredModel> served() {
        return models.stream()
                .filter(model -> newest(model.name()).filter(model::equals).isPresent())
                .toList();
    }

    /** An order about a model, but for what is to be done. */
    static ModelOrder.Builder order(RegisteredModel model, String action) {
        ModelOrder.Builder order = ModelOrder.newBuilder()
                .setOrderId(UUID.randomUUID().toString())
                .setAction(action)
                .setPackage(Json.write(model.files()));
        model.description().ifPresent(description -> order.setDescription(Json.write(description)));
        return order;
    }

    private boolean refreshAndInspect() {
        models = stored.all().await().atMost(DATABASE_TIMEOUT);
        Optional<RegisteredModel> next = models.stream()
                .filter(model -> model.state() == RegisteredModel.State.INSPECTING)
                .findFirst();
        Optional<WorkerSession> trusted = sessions.connected().stream()
                .filter(session -> session.trusted()
                        && session.engines().stream()
                                .anyMatch(engine -> engine.name().startsWith(ENGINES)))
                .findFirst();
        if (next.isEmpty() || trusted.isEmpty()) {
            return false;
        }
        return inspect(next.get(), trusted.get());
    }

    private boolean inspect(RegisteredModel model, WorkerSession trusted) {
        Digest version = model.version();
        try {
            ModelOutcome outcome = sessions.order(
                            trusted, order(model, "INSPECT").build(), INSPECTION)
                    .await()
                    .indefinitely();
            ModelReport report = Json.read(outcome.getReport(), ModelReport.class);
            ModelDescription description = report.description();
            if (!description.version().equals(version) || !description.name().equals(model.name())) {
                throw new FarmException(ErrorCode.INTERNAL, "the trusted worker described another model");
            }
            stored.ready(version, report).await().atMost(DATABASE_TIMEOUT);
            LOG.infof("model %s (%s) is served", model.name(), version);
            return true;
        } catch (FarmException e) {
            if (e.code().isTransient() || e.code() == ErrorCode.INTERNAL) {
                LOG.warnf("model %s is inspected again later: %s", model.name(), e.getMessage());
                return false;
            }
            stored.refused(version, e.code(), e.getMessage()).await().atMost(DATABASE_TIMEOUT);
            return true;
        }
    }
}
