package farm.tilth.api.lease;

import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.Metadata;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptor;
import jakarta.enterprise.context.ApplicationScoped;

/** Keeps a call's authorization metadata where the service can read it. */
@ApplicationScoped
public class LinkAuthorization implements ServerInterceptor {
    static final Context.Key<String> AUTHORIZATION = Context.key("authorization");

    private static final Metadata.Key<String> HEADER =
            Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

    @Override
    public <Q, A> ServerCall.Listener<Q> interceptCall(
            ServerCall<Q, A> call, Metadata headers, ServerCallHandler<Q, A> next) {
        return Contexts.interceptCall(
                Context.current().withValue(AUTHORIZATION, headers.get(HEADER)), call, headers, next);
    }
}
