package farm.tilth.api.lease;

import com.google.protobuf.ByteString;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.Commitment;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.result.SigningKey;
import farm.tilth.protocol.task.TaskId;
import farm.tilth.protocol.wire.Engine;
import farm.tilth.protocol.wire.FarmMessage;
import farm.tilth.protocol.wire.HeldLease;
import farm.tilth.protocol.wire.Hello;
import farm.tilth.protocol.wire.TaskLease;
import farm.tilth.protocol.wire.TaskReport;
import farm.tilth.protocol.wire.WorkRequest;
import farm.tilth.protocol.wire.WorkerLinkGrpc;
import farm.tilth.protocol.wire.WorkerMessage;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.restassured.RestAssured;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;

/** A worker's end of the link, word by word, so that a test can say the wrong one. */
final class RawLink implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    final SigningKey identity;
    private final ManagedChannel channel;
    private final StreamObserver<WorkerMessage> out;
    private final BlockingQueue<FarmMessage> in = new LinkedBlockingQueue<>();

    RawLink(String key, SigningKey identity) {
        this.identity = identity;
        channel = ManagedChannelBuilder.forAddress("127.0.0.1", RestAssured.port)
                .usePlaintext()
                .build();
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + key);
        out = WorkerLinkGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata))
                .connect(new StreamObserver<>() {
                    @Override
                    public void onNext(FarmMessage message) {
                        in.add(message);
                    }

                    @Override
                    public void onError(Throwable ended) {
                        in.add(FarmMessage.getDefaultInstance());
                    }

                    @Override
                    public void onCompleted() {
                        in.add(FarmMessage.getDefaultInstance());
                    }
                });
    }

    /** The next message; the default one when the stream is over. */
    FarmMessage next() throws InterruptedException {
        FarmMessage message = in.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        if (message == null) {
            throw new AssertionError("the farm said nothing for " + PATIENCE_SECONDS + " s");
        }
        return message;
    }

    /** The next message of a kind; others are passed over. */
    FarmMessage next(FarmMessage.KindCase kind) throws InterruptedException {
        FarmMessage message = next();
        while (message.getKindCase() != kind) {
            if (message.getKindCase() == FarmMessage.KindCase.KIND_NOT_SET) {
                throw new AssertionError("the stream ended before " + kind);
            }
            message = next();
        }
        return message;
    }

    void send(WorkerMessage message) {
        out.onNext(message);
    }

    Hello.Builder hello(String engine, String... types) throws InterruptedException {
        byte[] nonce = next().getChallenge().getNonce().toByteArray();
        byte[] domain = "tilth-hello-v1".getBytes(StandardCharsets.US_ASCII);
        byte[] statement = new byte[domain.length + nonce.length];
        System.arraycopy(domain, 0, statement, 0, domain.length);
        System.arraycopy(nonce, 0, statement, domain.length, nonce.length);
        return Hello.newBuilder()
                .setProtocolVersion(1)
                .setPublicKey(ByteString.copyFrom(identity.publicKey()))
                .setSignature(ByteString.copyFrom(identity.sign(statement)))
                .setName("raw")
                .setDevice("none")
                .addEngines(Engine.newBuilder().setName(engine).addAllTaskTypes(List.of(types)));
    }

    void say(Hello.Builder hello) {
        send(WorkerMessage.newBuilder().setHello(hello).build());
    }

    /** Comes in as it should. */
    RawLink join(String engine, String... types) throws InterruptedException {
        say(hello(engine, types));
        next(FarmMessage.KindCase.WELCOME);
        return this;
    }

    TaskLease lease() throws InterruptedException {
        send(WorkerMessage.newBuilder()
                .setWorkRequest(WorkRequest.newBuilder().setMaxTasks(1))
                .build());
        return next(FarmMessage.KindCase.WORK_GRANT).getWorkGrant().getLeases(0);
    }

    /** A report of a result that is signed with some key. */
    TaskReport.Builder report(TaskLease lease, ResultFile result, SigningKey signer) {
        Digest digest = Digest.of(result.toBytes());
        Commitment commitment = Commitment.to(TaskId.parse(lease.getTaskId()), lease.getFence(), result, digest);
        return TaskReport.newBuilder()
                .setTaskId(lease.getTaskId())
                .setFence(lease.getFence())
                .setResultDigest(ByteString.copyFrom(digest.bytes()))
                .setCommitmentRoot(ByteString.copyFrom(commitment.root().bytes()))
                .setWorkUnits(commitment.workUnits())
                .setSignature(ByteString.copyFrom(signer.sign(commitment.statement())))
                .setSeconds(0.1);
    }

    String outcome(TaskReport.Builder report) throws InterruptedException {
        send(WorkerMessage.newBuilder().setTaskReport(report).build());
        return next(FarmMessage.KindCase.REPORT_OUTCOME).getReportOutcome().getOutcome();
    }

    static HeldLease held(TaskLease lease) {
        return HeldLease.newBuilder()
                .setTaskId(lease.getTaskId())
                .setFence(lease.getFence())
                .build();
    }

    @Override
    public void close() {
        channel.shutdownNow();
    }
}
