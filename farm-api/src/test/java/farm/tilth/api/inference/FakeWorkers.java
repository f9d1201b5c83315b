package farm.tilth.api.inference;

import com.google.protobuf.ByteString;
import farm.tilth.api.lease.Hardware;
import farm.tilth.api.lease.WorkerSession;
import farm.tilth.api.lease.WorkerSession.EngineOffer;
import farm.tilth.api.lease.WorkerSessions;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.BatchCommitment;
import farm.tilth.protocol.result.CallCommitment;
import farm.tilth.protocol.result.SigningKey;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelPackage;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceBatch;
import farm.tilth.protocol.wire.InferenceCall;
import farm.tilth.protocol.wire.InferenceReply;
import farm.tilth.protocol.wire.ModelOrder;
import farm.tilth.protocol.wire.ModelOutcome;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.inject.Alternative;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Function;

/** Workers in the farm's own process, which do what a test says. */
@Alternative
@ApplicationScoped
public class FakeWorkers implements WorkerSessions, WorkerKeys {
    private final Map<UUID, Worker> workers = new ConcurrentHashMap<>();
    private final List<ModelOrder> orders = new CopyOnWriteArrayList<>();

    /** What a worker makes of a batch before it signs. */
    public interface Behaviour extends Function<InferenceBatch, CompletableFuture<List<InferenceAnswer>>> {}

    /** A worker with all that it was asked. */
    public record Worker(
            WorkerSession session, SigningKey key, Behaviour behaviour, boolean signs, List<InferenceBatch> asked) {
        Digest id() {
            return session.worker();
        }
    }

    public static final Behaviour HONEST = batch -> CompletableFuture.completedFuture(
            batch.getCallsList().stream().map(FakeModel::answer).toList());

    static Behaviour each(Function<InferenceCall, InferenceAnswer> answer) {
        return batch -> CompletableFuture.completedFuture(
                batch.getCallsList().stream().map(answer).toList());
    }

    public Worker join(boolean trusted, Behaviour behaviour) {
        return join(trusted, behaviour, true);
    }

    public Worker join(boolean trusted, Behaviour behaviour, boolean signs) {
        return join(trusted, behaviour, signs, new EngineOffer("onnx-test", List.of(), Hardware.CPU), FakeModel.ALL);
    }

    /** A worker on some device, with some models. */
    Worker join(
            boolean trusted, Behaviour behaviour, boolean signs, EngineOffer engine, List<ModelDescription> models) {
        SigningKey key = SigningKey.generate();
        WorkerSession session = new WorkerSession(
                UUID.randomUUID(),
                key.id(),
                UUID.randomUUID(),
                trusted ? "trusted" : "paid",
                trusted,
                List.of(engine),
                models);
        Worker worker = new Worker(session, key, behaviour, signs, new CopyOnWriteArrayList<>());
        workers.put(session.id(), worker);
        return worker;
    }

    void leave(Worker worker) {
        workers.remove(worker.session.id());
    }

    public void clear() {
        workers.clear();
    }

    @Override
    public List<WorkerSession> connected() {
        return workers.values().stream().map(Worker::session).toList();
    }

    @Override
    public Uni<InferenceReply> ask(WorkerSession session, InferenceBatch batch, Duration timeout) {
        Worker worker = workers.get(session.id());
        if (worker == null) {
            return Uni.createFrom().failure(new FarmException(ErrorCode.NO_WORKER, "the link is closed"));
        }
        worker.asked.add(batch);
        return Uni.createFrom()
                .completionStage(worker.behaviour.apply(batch))
                .map(answers -> {
                    InferenceReply reply = sign(
                            worker.key,
                            batch.getBatchId(),
                            answers.stream().map(FakeWorkers::commit).toList());
                    return worker.signs
                            ? reply
                            : reply.toBuilder().clearSignature().build();
                })
                .ifNoItem()
                .after(timeout)
                .failWith(() -> new FarmException(ErrorCode.DEADLINE_EXCEEDED, "no answer in time"));
    }

    /** Inspects every model to be a doubler, unless its name says that it is broken; loads what it is told. */
    @Override
    public Uni<ModelOutcome> order(WorkerSession session, ModelOrder order, Duration timeout) {
        Worker worker = workers.get(session.id());
        orders.add(order);
        ModelPackage model = Json.read(order.getPackage(), ModelPackage.class);
        ModelOutcome.Builder outcome = ModelOutcome.newBuilder().setOrderId(order.getOrderId());
        if (model.name().equals("broken")) {
            return Uni.createFrom().failure(new FarmException(ErrorCode.INVALID_MODEL, "it is broken"));
        }
        List<ModelDescription> held = new ArrayList<>(session.models());
        switch (order.getAction()) {
            case "INSPECT" -> outcome.setReport(Json.write(FakeModel.inspected(model)));
            case "LOAD" -> held.add(Json.read(order.getDescription(), ModelDescription.class));
            default -> held.removeIf(description -> description.version().equals(model.version()));
        }
        WorkerSession now = new WorkerSession(
                session.id(),
                session.worker(),
                session.account(),
                session.name(),
                session.trusted(),
                session.engines(),
                held);
        workers.put(now.id(), new Worker(now, worker.key, worker.behaviour, worker.signs, worker.asked));
        return Uni.createFrom().item(outcome.build());
    }

    /** What was ordered, as action and model. */
    List<String> ordered(String model) {
        return orders.stream()
                .filter(order ->
                        Json.read(order.getPackage(), ModelPackage.class).name().equals(model))
                .map(ModelOrder::getAction)
                .toList();
    }

    static InferenceAnswer commit(InferenceAnswer answer) {
        if (!answer.hasTensors()) {
            return answer;
        }
        CallCommitment commitment =
                CallCommitment.to(answer.getCallId(), answer.getTensors().getTensorsList(), answer.getWorkUnits());
        return answer.toBuilder()
                .setCommitmentRoot(ByteString.copyFrom(commitment.root().bytes()))
                .build();
    }

    static InferenceReply sign(SigningKey key, String batchId, List<InferenceAnswer> answers) {
        InferenceReply reply = InferenceReply.newBuilder()
                .setBatchId(batchId)
                .addAllAnswers(answers)
                .build();
        List<InferenceAnswer> committed = BatchCommitment.committed(reply);
        return committed.isEmpty()
                ? reply
                : reply.toBuilder()
                        .setSignature(ByteString.copyFrom(
                                key.sign(BatchCommitment.to(batchId, committed).statement())))
                        .build();
    }

    @Override
    public Uni<Optional<byte[]>> publicKey(Digest worker) {
        return Uni.createFrom()
                .item(workers.values().stream()
                        .filter(known -> known.id().equals(worker))
                        .map(known -> known.key.publicKey())
                        .findFirst());
    }
}
