package farm.tilth.api.openai;

import farm.tilth.api.access.Caller;
import farm.tilth.api.inference.BodyBudget;
import farm.tilth.api.inference.CallAnswer;
import farm.tilth.api.inference.CallRoutes;
import farm.tilth.api.inference.CallTerms;
import farm.tilth.api.inference.InferenceConfig;
import farm.tilth.api.inference.ModelCatalog;
import farm.tilth.api.inference.OnlineInference;
import farm.tilth.api.inference.RequestBody;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceCall;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.Map;
import java.util.Optional;

/** OpenAI's API for embeddings, for its unmodified clients. */
@ApplicationScoped
class EmbeddingsRoute implements CallRoutes.Endpoint {
    /** How much longer an embedding is as a list of numbers, about. */
    private static final int BYTES_AS_TEXT = 3;

    private final CallRoutes routes;
    private final ModelCatalog catalog;
    private final OnlineInference inference;
    private final OpenAiHeaders headers;
    private final InferenceConfig config;

    EmbeddingsRoute(
            CallRoutes routes,
            ModelCatalog catalog,
            OnlineInference inference,
            OpenAiHeaders headers,
            InferenceConfig config) {
        this.routes = routes;
        this.catalog = catalog;
        this.inference = inference;
        this.headers = headers;
        this.config = config;
    }

    void register(@Observes Router router) {
        routes.post(router, "/v1/embeddings", this);
    }

    @Override
    public Uni<CallAnswer> answer(Caller caller, RoutingContext call, BodyBudget.Share share) {
        return routes.body(call, share)
                .chain(sent -> CallRoutes.here(sent, sent.length))
                .map(sent -> EmbeddingsRequest.parse(RequestBody.object(sent), config))
                .chain(request -> answer(caller, request));
    }

    private Uni<CallAnswer> answer(Caller caller, EmbeddingsRequest request) {
        ModelDescription model = catalog.get(request.model());
        request.check(model);
        return inference
                .infer(caller, model, InferenceCall.newBuilder().setTexts(request.input()), CallTerms.USUAL)
                .chain(answer -> CallRoutes.here(answer, textBytes(request, answer)))
                .map(answer -> written(request, answer));
    }

    private static long textBytes(EmbeddingsRequest request, InferenceAnswer answer) {
        return (request.base64() ? 1L : BYTES_AS_TEXT) * answer.getSerializedSize();
    }

    /** The request's id is that of the call, by which its receipt has it. */
    private static CallAnswer written(EmbeddingsRequest request, InferenceAnswer answer) {
        return new CallAnswer(
                "application/json",
                Map.of(OpenAiHeaders.REQUEST_ID, OpenAiHeaders.id(answer.getCallId())),
                EmbeddingsResponse.of(request, answer).bytes());
    }

    @Override
    public void addHeaders(HttpServerResponse response, Optional<Caller> caller) {
        headers.add(response, caller);
    }
}
