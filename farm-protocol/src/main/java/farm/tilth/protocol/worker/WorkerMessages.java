package farm.tilth.protocol.worker;

import com.google.protobuf.ByteString;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.SigningKey;
import farm.tilth.protocol.task.Lease;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.wire.Engine;
import farm.tilth.protocol.wire.Heartbeat;
import farm.tilth.protocol.wire.HeldLease;
import farm.tilth.protocol.wire.Hello;
import farm.tilth.protocol.wire.ModelOffer;
import farm.tilth.protocol.wire.TaskFailure;
import farm.tilth.protocol.wire.WorkerMessage;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Collectors;

/** Builds what a worker says on its link; shared with whoever checks it. */
public final class WorkerMessages {
    /** The version of link.proto that this code speaks. */
    public static final int PROTOCOL_VERSION = 1;

    private static final byte[] HELLO_DOMAIN = "tilth-hello-v1".getBytes(StandardCharsets.US_ASCII);

    private WorkerMessages() {}

    /** The bytes that a worker signs to show that it holds its key. */
    public static byte[] helloStatement(byte[] nonce) {
        ByteArrayOutputStream statement = new ByteArrayOutputStream();
        statement.writeBytes(HELLO_DOMAIN);
        statement.writeBytes(nonce);
        return statement.toByteArray();
    }

    static WorkerMessage hello(
            WorkerConfig config,
            SigningKey identity,
            ByteString nonce,
            List<TaskExecutor> executors,
            List<Lease> held) {
        Hello.Builder hello = Hello.newBuilder()
                .setProtocolVersion(PROTOCOL_VERSION)
                .setPublicKey(ByteString.copyFrom(identity.publicKey()))
                .setSignature(ByteString.copyFrom(identity.sign(helloStatement(nonce.toByteArray()))))
                .setName(config.name())
                .setTrusted(config.trusted())
                .setDevice(
                        executors.stream().map(TaskExecutor::device).distinct().collect(Collectors.joining("; ")))
                .addAllHeld(wire(held));
        for (TaskExecutor executor : executors) {
            hello.addEngines(Engine.newBuilder()
                    .setName(executor.engine())
                    .setDevice(executor.device())
                    .addAllTaskTypes(executor.taskTypes()));
            if (executor instanceof InferenceExecutor inference) {
                inference
                        .models()
                        .forEach(
                                model -> hello.addModels(ModelOffer.newBuilder().setDescription(Json.write(model))));
            }
        }
        return WorkerMessage.newBuilder().setHello(hello).build();
    }

    static WorkerMessage heartbeat(List<Lease> running) {
        return WorkerMessage.newBuilder()
                .setHeartbeat(Heartbeat.newBuilder().addAllRunning(wire(running)))
                .build();
    }

    static WorkerMessage failure(TaskId task, long fence, FarmException e, boolean permanent) {
        return WorkerMessage.newBuilder()
                .setTaskFailure(TaskFailure.newBuilder()
                        .setTaskId(task.toString())
                        .setFence(fence)
                        .setCode(e.code().name())
                        .setMessage(String.valueOf(e.getMessage()))
                        .setPermanent(permanent))
                .build();
    }

    private static List<HeldLease> wire(List<Lease> leases) {
        return leases.stream()
                .map(lease -> HeldLease.newBuilder()
                        .setTaskId(lease.task().toString())
                        .setFence(lease.fence())
                        .build())
                .toList();
    }
}
