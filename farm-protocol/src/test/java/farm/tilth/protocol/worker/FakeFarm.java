package farm.tilth.protocol.worker;

import com.google.protobuf.ByteString;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.wire.Challenge;
import farm.tilth.protocol.wire.FarmMessage;
import farm.tilth.protocol.wire.ReportOutcome;
import farm.tilth.protocol.wire.TaskLease;
import farm.tilth.protocol.wire.Welcome;
import farm.tilth.protocol.wire.WorkGrant;
import farm.tilth.protocol.wire.WorkerLinkGrpc;
import farm.tilth.protocol.wire.WorkerMessage;
import io.grpc.Server;
import io.grpc.netty.NettyServerBuilder;
import io.grpc.stub.StreamObserver;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/** A coordinator of a test: the link over real gRPC, the blobs over real HTTP, and the test in control of both. */
final class FakeFarm implements AutoCloseable {
    private static final long PATIENCE_SECONDS = 20;

    final Map<Digest, byte[]> blobs = new ConcurrentHashMap<>();
    final BlockingQueue<WorkerMessage> received = new LinkedBlockingQueue<>();
    volatile int failingPuts;
    volatile int lastBytesSent;
    private final Server grpc;
    private final HttpServer http;
    private volatile StreamObserver<FarmMessage> toWorker;

    FakeFarm() throws IOException {
        InetAddress loopback = InetAddress.getLoopbackAddress();
        grpc = NettyServerBuilder.forAddress(new InetSocketAddress(loopback, 0))
                .addService(new Link())
                .build()
                .start();
        http = HttpServer.create(new InetSocketAddress(loopback, 0), 0);
        http.createContext("/api/v1/worker/blobs/", this::blob);
        http.start();
    }

    /** Where the link is. */
    URI linkUri() {
        return URI.create("http://127.0.0.1:" + grpc.getPort());
    }

    /** Where the blobs are. */
    URI blobUri() {
        return URI.create("http://127.0.0.1:" + http.getAddress().getPort());
    }

    private final class Link extends WorkerLinkGrpc.WorkerLinkImplBase {
        @Override
        public StreamObserver<WorkerMessage> connect(StreamObserver<FarmMessage> out) {
            toWorker = out;
            out.onNext(FarmMessage.newBuilder()
                    .setChallenge(Challenge.newBuilder().setNonce(ByteString.copyFrom(new byte[32])))
                    .build());
            return new StreamObserver<>() {
                @Override
                public void onNext(WorkerMessage message) {
                    received.add(message);
                    if (message.hasHello()) {
                        send(FarmMessage.newBuilder()
                                .setWelcome(
                                        Welcome.newBuilder().setWorkerId("w").setHeartbeatMillis(100))
                                .build());
                    }
                }

                @Override
                public void onError(Throwable ended) {
                    received.add(WorkerMessage.getDefaultInstance());
                }

                @Override
                public void onCompleted() {
                    received.add(WorkerMessage.getDefaultInstance());
                }
            };
        }
    }

    private void blob(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath();
        Digest digest = new Digest(path.substring(path.lastIndexOf('/') + 1));
        if (exchange.getRequestMethod().equals("PUT")) {
            byte[] content = exchange.getRequestBody().readAllBytes();
            boolean fail = failingPuts > 0;
            failingPuts -= fail ? 1 : 0;
            if (!fail) {
                blobs.put(digest, content);
            }
            exchange.sendResponseHeaders(fail ? 503 : 201, -1);
        } else if (blobs.containsKey(digest)) {
            byte[] content = blobs.get(digest);
            String range = exchange.getRequestHeaders().getFirst("Range");
            int from = range == null ? 0 : Integer.parseInt(range.substring("bytes=".length(), range.length() - 1));
            lastBytesSent = content.length - from;
            exchange.sendResponseHeaders(from > 0 ? 206 : 200, lastBytesSent);
            exchange.getResponseBody().write(content, from, lastBytesSent);
        } else {
            exchange.sendResponseHeaders(404, -1);
        }
        exchange.close();
    }

    void send(FarmMessage message) {
        StreamObserver<FarmMessage> out = toWorker;
        synchronized (out) {
            out.onNext(message);
        }
    }

    void grant(String task, long fence, TaskSpec spec) {
        send(FarmMessage.newBuilder()
                .setWorkGrant(WorkGrant.newBuilder()
                        .addLeases(TaskLease.newBuilder()
                                .setTaskId(task)
                                .setFence(fence)
                                .setSpec(Json.write(spec))))
                .build());
    }

    void recorded(String task, long fence) {
        send(FarmMessage.newBuilder()
                .setReportOutcome(ReportOutcome.newBuilder()
                        .setTaskId(task)
                        .setFence(fence)
                        .setOutcome("RECORDED"))
                .build());
    }

    /** Ends the link as a crash of the coordinator does. */
    void breakLink() {
        toWorker.onError(io.grpc.Status.UNAVAILABLE.asRuntimeException());
    }

    /** The next message that fits; what comes before it is dropped. */
    WorkerMessage await(Predicate<WorkerMessage> wanted) throws InterruptedException {
        long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS);
        while (System.nanoTime() < deadline) {
            WorkerMessage message = received.poll(100, TimeUnit.MILLISECONDS);
            if (message != null && wanted.test(message)) {
                return message;
            }
        }
        throw new AssertionError("the worker did not send what was awaited");
    }

    @Override
    public void close() {
        grpc.shutdownNow();
        http.stop(0);
    }
}
