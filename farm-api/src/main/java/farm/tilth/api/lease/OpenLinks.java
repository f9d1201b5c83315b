package farm.tilth.api.lease;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelPackage;
import farm.tilth.protocol.wire.BatchSignature;
import farm.tilth.protocol.wire.CallError;
import farm.tilth.protocol.wire.InferenceBatch;
import farm.tilth.protocol.wire.InferenceReply;
import farm.tilth.protocol.wire.ModelOrder;
import farm.tilth.protocol.wire.ModelOutcome;
import io.smallrye.mutiny.TimeoutException;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;

/** The links of this replica by worker: one each, the newest. */
@ApplicationScoped
public class OpenLinks implements WorkerSessions {
    private final Map<Digest, Link> links = new ConcurrentHashMap<>();
    private final LeaseConfig config;

    OpenLinks(LeaseConfig config) {
        this.config = config;
    }

    /** A worker that comes back before its old link was found dead takes its place. */
    void add(Link link) {
        Link older = links.put(link.session().worker(), link);
        if (older != null) {
            older.refuse(new FarmException(ErrorCode.CONFLICT, "the same worker opened another link"));
        }
    }

    /** Forgets the link; true when it was its worker's newest, so that the worker is gone. */
    boolean remove(Link link) {
        return link.session() != null && links.remove(link.session().worker(), link);
    }

    Collection<Link> all() {
        return List.copyOf(links.values());
    }

    Optional<Link> of(Digest worker) {
        return Optional.ofNullable(links.get(worker));
    }

    /** How many connected workers can do this kind of task. */
    int able(TaskKind kind) {
        return (int) links.values().stream()
                .filter(link -> link.session().does(kind, Hardware.ANY))
                .count();
    }

    /** Whether the worker's link is open on this replica. */
    public boolean isConnected(Digest worker) {
        return links.containsKey(worker);
    }

    /** Tells the workers of this replica that leases of theirs were cut short; others hear it at their next heartbeat. */
    public void revoke(Collection<TaskQueue.Revoked> revoked, String reason) {
        for (TaskQueue.Revoked lease : revoked) {
            of(lease.worker()).ifPresent(link -> WorkDesk.revoke(link, List.of(lease.held()), reason));
        }
    }

    /** Ends the worker's link, if it is open here. */
    public void expel(Digest worker, String reason) {
        of(worker).ifPresent(link -> {
            remove(link);
            link.refuse(new FarmException(ErrorCode.FORBIDDEN, reason));
        });
    }

    @Override
    public List<WorkerSession> connected() {
        return links.values().stream()
                .filter(link -> link.silence().compareTo(config.deadAfter()) < 0)
                .map(Link::session)
                .toList();
    }

    @Override
    public Uni<InferenceReply> ask(WorkerSession session, InferenceBatch batch, Duration timeout) {
        return Uni.createFrom().deferred(() -> {
            Link link = links.get(session.worker());
            if (link == null || !link.session().id().equals(session.id())) {
                return Uni.createFrom()
                        .failure(new FarmException(ErrorCode.NO_WORKER, "the worker's link is closed; try again"));
            }
            CompletableFuture<InferenceReply> reply = link.ask(batch);
            return Uni.createFrom()
                    .completionStage(reply)
                    .ifNoItem()
                    .after(timeout)
                    .fail()
                    .onFailure(TimeoutException.class)
                    .transform(late -> new FarmException(
                            ErrorCode.DEADLINE_EXCEEDED, "no answer within " + timeout.toMillis() + " ms", late))
                    .onTermination()
                    .invoke(() -> link.forget(batch, reply));
        });
    }

    @Override
    public Uni<BatchSignature> signature(WorkerSession session, String batchId, Duration timeout) {
        Link link = links.get(session.worker());
        if (link == null || !link.session().id().equals(session.id())) {
            return Uni.createFrom().failure(new FarmException(ErrorCode.NO_WORKER, "the worker's link is closed"));
        }
        return Uni.createFrom()
                .completionStage(link.signature(batchId))
                .ifNoItem()
                .after(timeout)
                .fail()
                .onFailure(TimeoutException.class)
                .transform(late -> new FarmException(
                        ErrorCode.DEADLINE_EXCEEDED, "no signature within " + timeout.toSeconds() + " s", late))
                .onTermination()
                .invoke(() -> link.forgetSignature(batchId));
    }

    @Override
    public Uni<ModelOutcome> order(WorkerSession session, ModelOrder order, Duration timeout) {
        return Uni.createFrom().deferred(() -> {
            Link link = links.get(session.worker());
            if (link == null || !link.session().id().equals(session.id())) {
                return Uni.createFrom()
                        .failure(new FarmException(ErrorCode.NO_WORKER, "the worker's link is closed; try again"));
            }
            return Uni.createFrom()
                    .completionStage(link.order(order))
                    .ifNoItem()
                    .after(timeout)
                    .fail()
                    .onFailure(TimeoutException.class)
                    .transform(late -> new FarmException(
                            ErrorCode.DEADLINE_EXCEEDED, "no answer within " + timeout.toSeconds() + " s", late))
                    .onTermination()
                    .invoke(() -> link.forget(order))
                    .invoke(outcome -> carriedOut(link, order, outcome));
        });
    }

    private static void carriedOut(Link link, ModelOrder order, ModelOutcome outcome) {
        if (outcome.hasError()) {
            CallError error = outcome.getError();
            throw new FarmException(code(error.getCode()), error.getMessage());
        }
        Set<String> gone = new HashSet<>(outcome.getDroppedList());
        List<ModelDescription> fresh = new ArrayList<>();
        if (order.getAction().equals("LOAD")) {
            fresh.add(Json.read(order.getDescription(), ModelDescription.class));
        } else if (order.getAction().equals("UNLOAD")) {
            gone.add(Json.read(order.getPackage(), ModelPackage.class).version().hex());
        }
        fresh.forEach(model -> gone.add(model.version().hex()));
        link.changeModels(models -> Stream.concat(
                        models.stream()
                                .filter(model -> !gone.contains(model.version().hex())),
                        fresh.stream())
                .toList());
    }

    private static ErrorCode code(String name) {
        try {
            return ErrorCode.valueOf(name);
        } catch (IllegalArgumentException unknown) {
            return ErrorCode.INTERNAL;
        }
    }
}
