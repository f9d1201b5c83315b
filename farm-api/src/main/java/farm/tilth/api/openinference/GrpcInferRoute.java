package farm.tilth.api.openinference;

import com.google.protobuf.ByteString;
import com.google.protobuf.CodedInputStream;
import farm.tilth.api.access.Caller;
import farm.tilth.api.inference.BodyBudget;
import farm.tilth.api.inference.CallAnswer;
import farm.tilth.api.inference.CallRoutes;
import farm.tilth.api.openinference.wire.ModelInferRequest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.grpc.Status;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import java.io.IOException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * ModelInfer over gRPC, by the way that inference takes over REST: past the framework's gRPC server, whose contexts,
 * interceptors and streams cost a small call more than all that the farm does for it. The other methods are the
 * service's.
 */
@ApplicationScoped
class GrpcInferRoute implements CallRoutes.Endpoint {
    private static final String METHOD = "inference.GRPCInferenceService/ModelInfer";
    private static final String PATH = "/" + METHOD;
    private static final Map<String, String> OK = Map.of("grpc-status", "0");

    private final CallRoutes routes;
    private final GrpcInference inference;
    private final int maxMessageBytes;

    GrpcInferRoute(
            CallRoutes routes,
            GrpcInference inference,
            @ConfigProperty(name = "quarkus.grpc.server.max-inbound-message-size") int maxMessageBytes) {
        this.routes = routes;
        this.inference = inference;
        this.maxMessageBytes = maxMessageBytes;
    }

    boolean isFor(RoutingContext call) {
        HttpServerRequest request = call.request();
        return PATH.equals(request.path())
                && request.method() == HttpMethod.POST
                && request.version() == HttpVersion.HTTP_2
                && isProtobuf(request.getHeader("content-type"));
    }

    private static boolean isProtobuf(String type) {
        String known = type == null ? "" : type.toLowerCase(Locale.ROOT);
        return known.equals(GrpcFrame.CONTENT_TYPE) || known.startsWith(GrpcFrame.CONTENT_TYPE + "+proto");
    }

    void take(RoutingContext call) {
        routes.take(call, this);
    }

    @Override
    public Uni<CallAnswer> answer(Caller caller, RoutingContext call, BodyBudget.Share share) {
        Optional<Duration> deadline = GrpcTimeout.of(call.request().getHeader(GrpcTimeout.HEADER));
        String encoding = call.request().getHeader("grpc-encoding");
        return CallRoutes.body(call, GrpcFrame.HEADER_BYTES + maxMessageBytes, share)
                .chain(sent -> CallRoutes.here(sent, sent.length))
                .map(sent -> read(GrpcFrame.message(sent, encoding, maxMessageBytes, share)))
                .onFailure(GrpcInferRoute::isTooLarge)
                .transform(large -> Status.RESOURCE_EXHAUSTED
                        .withDescription(large.getMessage())
                        .asRuntimeException())
                .chain(request -> inference.answer(caller, request, deadline))
                .map(response -> new CallAnswer(GrpcFrame.CONTENT_TYPE, Map.of(), GrpcFrame.body(response), OK));
    }

    private static boolean isTooLarge(Throwable failure) {
        return failure instanceof FarmException known && known.code() == ErrorCode.TOO_LARGE;
    }

    /** Its tensors stay where they came. */
    private static ModelInferRequest read(ByteString message) {
        CodedInputStream in = message.newCodedInput();
        in.enableAliasing(true);
        try {
            return ModelInferRequest.parseFrom(in);
        } catch (IOException e) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST, "a message to " + METHOD + " cannot be read: " + e.getMessage(), e);
        }
    }

    @Override
    public Optional<CallAnswer> refusal(Throwable failure) {
        return Optional.of(new CallAnswer(GrpcFrame.CONTENT_TYPE, GrpcErrors.headers(failure), new byte[0]));
    }
}
