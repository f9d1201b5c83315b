package farm.tilth.api.openinference;

import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.ServerCall;
import io.grpc.ServerMethodDefinition;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import java.io.InputStream;
import org.jboss.logging.Logger;

/**
 * Ends a call at once whose message cannot be read. The transport itself forgets such a message: a stream then waits
 * for ever for the next one.
 */
final class ReadableMessages {
    private static final Logger LOG = Logger.getLogger(ReadableMessages.class);

    private ReadableMessages() {}

    /** The same service, to which an unreadable message comes as one. */
    static ServerServiceDefinition guard(ServerServiceDefinition service) {
        ServerServiceDefinition.Builder guarded =
                ServerServiceDefinition.builder(service.getServiceDescriptor().getName());
        service.getMethods().forEach(method -> guarded.addMethod(guard(method)));
        return guarded.build();
    }

    @SuppressWarnings("unchecked") // a message that was read is of the method's own type
    private static <Q, A> ServerMethodDefinition<Object, A> guard(ServerMethodDefinition<Q, A> method) {
        ServerMethodDefinition<Object, A> known = (ServerMethodDefinition<Object, A>) method;
        MethodDescriptor<Object, A> type = known.getMethodDescriptor();
        MethodDescriptor<Object, A> any = type.toBuilder(
                        new AnyMessage(type.getRequestMarshaller()), type.getResponseMarshaller())
                .build();
        return ServerMethodDefinition.create(any, (call, headers) -> {
            EndedOnce<A> ended = new EndedOnce<>(call);
            return new Reader(known.getServerCallHandler().startCall(ended, headers), ended);
        });
    }

    /** Why a message cannot be read. */
    private record Unreadable(String reason) {}

    /** Reads messages of a type, and those that are none. */
    private record AnyMessage(MethodDescriptor.Marshaller<Object> type) implements MethodDescriptor.Marshaller<Object> {
        @Override
        public InputStream stream(Object message) {
            return type.stream(message);
        }

        @Override
        public Object parse(InputStream stream) {
            try {
                return type.parse(stream);
            } catch (StatusRuntimeException e) {
                return new Unreadable(e.getStatus().getDescription());
            }
        }
    }

    /** A call that ends but once, whoever ends it. */
    private static final class EndedOnce<A> extends SimpleForwardingServerCall<Object, A> {
        private boolean over;

        EndedOnce(ServerCall<Object, A> call) {
            super(call);
        }

        @Override
        public void sendMessage(A message) {
            if (!isOver()) {
                super.sendMessage(message);
            }
        }

        @Override
        public void close(Status status, Metadata trailers) {
            synchronized (this) {
                if (over) {
                    return;
                }
                over = true;
            }
            try {
                super.close(status, trailers);
            } catch (IllegalStateException ended) {
                // The transport has answered by itself, such as to a message that is too large.
                LOG.debugf(
                        "a call of %s was over before: %s",
                        getMethodDescriptor().getFullMethodName(), ended);
            }
        }

        synchronized boolean isOver() {
            return over;
        }
    }

    private static final class Reader extends SimpleForwardingServerCallListener<Object> {
        private final EndedOnce<?> call;

        Reader(ServerCall.Listener<Object> listener, EndedOnce<?> call) {
            super(listener);
            this.call = call;
        }

        @Override
        public void onMessage(Object message) {
            if (message instanceof Unreadable(String reason)) {
                String method = call.getMethodDescriptor().getFullMethodName();
                call.close(
                        Status.INVALID_ARGUMENT.withDescription(
                                "a message to " + method + " cannot be read: " + reason),
                        new Metadata());
                super.onCancel();
            } else if (!call.isOver()) {
                super.onMessage(message);
            }
        }

        @Override
        public void onHalfClose() {
            if (!call.isOver()) {
                super.onHalfClose();
            }
        }
    }
}
