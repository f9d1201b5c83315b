package farm.tilth.protocol.worker;

import farm.tilth.protocol.wire.FarmMessage;
import farm.tilth.protocol.wire.WorkerLinkGrpc;
import farm.tilth.protocol.wire.WorkerMessage;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import java.util.concurrent.TimeUnit;

/**
 * One stream to the coordinator. It ends once, by either side; a new link is opened for the next try. {@link #send}
 * is thread-safe; the listener is called by one thread at a time.
 */
final class FarmLink implements AutoCloseable {
    private static final Metadata.Key<String> AUTHORIZATION =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
    private static final int MAX_MESSAGE_BYTES = 64 << 20;
    private static final long KEEPALIVE_SECONDS = 10;

    private final ManagedChannel channel;
    private final StreamObserver<WorkerMessage> out;
    private boolean ended;

    /** What a link tells its owner. */
    interface Listener {
        void received(FarmMessage message);

        /** The link is gone: by the coordinator, by the network or by {@link FarmLink#close}. Called once. */
        void ended(String reason);
    }

    FarmLink(WorkerConfig config, Listener listener) {
        int port = config.farm().getPort();
        boolean tls = "https".equals(config.farm().getScheme());
        NettyChannelBuilder builder = NettyChannelBuilder.forAddress(
                        config.farm().getHost(), port >= 0 ? port : tls ? 443 : 80)
                .maxInboundMessageSize(MAX_MESSAGE_BYTES)
                .directExecutor() // what comes is handed on at once
                .keepAliveTime(KEEPALIVE_SECONDS, TimeUnit.SECONDS)
                .keepAliveTimeout(KEEPALIVE_SECONDS, TimeUnit.SECONDS);
        channel = (tls ? builder.useTransportSecurity() : builder.usePlaintext()).build();
        Metadata headers = new Metadata();
        headers.put(AUTHORIZATION, "Bearer " + config.key());
        Channel authorised = ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(headers));
        out = WorkerLinkGrpc.newStub(authorised).connect(new Incoming(listener));
    }

    /** Whether the message was handed to the transport; false when the link has ended. */
    synchronized boolean send(WorkerMessage message) {
        if (ended) {
            return false;
        }
        out.onNext(message);
        return true;
    }

    @Override
    public void close() {
        synchronized (this) {
            if (!ended) {
                ended = true;
                out.onCompleted();
            }
        }
        channel.shutdownNow();
    }

    private synchronized void markEnded() {
        ended = true;
    }

    private final class Incoming implements StreamObserver<FarmMessage> {
        private final Listener listener;
        private boolean told;

        Incoming(Listener listener) {
            this.listener = listener;
        }

        @Override
        public void onNext(FarmMessage message) {
            listener.received(message);
        }

        @Override
        public void onError(Throwable failure) {
            tell(failure.getMessage());
        }

        @Override
        public void onCompleted() {
            tell("the farm closed the link");
        }

        private void tell(String reason) {
            markEnded();
            if (!told) {
                told = true;
                listener.ended(reason);
            }
        }
    }
}
