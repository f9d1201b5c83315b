package farm.tilth.api.openinference;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import jakarta.enterprise.context.ApplicationScoped;

/** Keeps the key of a gRPC call where the service can read it. */
@ApplicationScoped
public class CallMetadata implements ServerInterceptor {
    static final Context.Key<String> AUTHORIZATION = Context.key("inference authorization");

    private static final Metadata.Key<String> KEY_HEADER =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        Context context = Context.current().withValue(AUTHORIZATION, headers.get(KEY_HEADER));
        return Contexts.interceptCall(context, call, headers, next);
    }
}
