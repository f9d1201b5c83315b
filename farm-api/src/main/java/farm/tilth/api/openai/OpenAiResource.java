package farm.tilth.api.openai;

import com.fasterxml.jackson.annotation.JsonProperty;
import farm.tilth.api.access.CurrentCaller;
import farm.tilth.api.access.Needs;
import farm.tilth.api.access.Role;
import farm.tilth.api.inference.BodyBudget;
import farm.tilth.api.inference.CallTerms;
import farm.tilth.api.inference.InferenceConfig;
import farm.tilth.api.inference.ModelCatalog;
import farm.tilth.api.inference.OnlineInference;
import farm.tilth.api.inference.RequestBody;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.InferenceCall;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.List;
import org.jboss.resteasy.reactive.RestResponse;

/** OpenAI's API for models and embeddings, for its unmodified clients. */
@Path("/v1")
@Needs(Role.CUSTOMER)
@Produces(MediaType.APPLICATION_JSON)
public class OpenAiResource {
    private final CurrentCaller caller;
    private final ModelCatalog catalog;
    private final OnlineInference inference;
    private final BodyBudget budget;
    private final InferenceConfig config;

    OpenAiResource(
            CurrentCaller caller,
            ModelCatalog catalog,
            OnlineInference inference,
            BodyBudget budget,
            InferenceConfig config) {
        this.caller = caller;
        this.catalog = catalog;
        this.inference = inference;
        this.budget = budget;
        this.config = config;
    }

    /** A model as OpenAI lists it; {@code created} in seconds since 1970. */
    public record Model(
            String id,
            String object,
            long created,
            @JsonProperty("owned_by") String ownedBy) {
        static Model of(ModelCatalog.Known known) {
            return new Model(known.model().name(), "model", known.since().getEpochSecond(), "tilth");
        }
    }

    /** All models, on one page. */
    public record ModelList(String object, List<Model> data) {}

    /** Lists the models. */
    @GET
    @Path("/models")
    public ModelList models() {
        return new ModelList("list", catalog.all().stream().map(Model::of).toList());
    }

    /** Describes one model. */
    @GET
    @Path("/models/{id}")
    public Model model(@PathParam("id") String id) {
        String name = catalog.get(id).name();
        return catalog.all().stream()
                .filter(known -> known.model().name().equals(name))
                .map(Model::of)
                .findFirst()
                .orElseThrow();
    }

    /** Embeds texts. */
    @POST
    @Path("/embeddings")
    @Consumes(MediaType.WILDCARD)
    @Blocking
    public Uni<RestResponse<EmbeddingsResponse>> embeddings(InputStream body) {
        BodyBudget.Share share = budget.open();
        try {
            return embeddings(body, share).onTermination().invoke(share::close);
        } catch (RuntimeException refused) {
            share.close();
            throw refused;
        }
    }

    /** The request's id is that of the call, by which its receipt has it. */
    private Uni<RestResponse<EmbeddingsResponse>> embeddings(InputStream body, BodyBudget.Share share) {
        EmbeddingsRequest request =
                EmbeddingsRequest.parse(RequestBody.object(body, config.maxBodyBytes(), share), config);
        ModelDescription model = catalog.get(request.model());
        request.check(model);
        return inference
                .infer(caller.get(), model, InferenceCall.newBuilder().setTexts(request.input()), CallTerms.USUAL)
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .map(answer -> RestResponse.ResponseBuilder.ok(EmbeddingsResponse.of(request, answer))
                        .header(
                                OpenAiHeaders.REQUEST_ID,
                                "req_" + answer.getCallId().replace("-", ""))
                        .build());
    }

    /** No model of this farm talks: what these endpoints are asked for is not there. */
    @POST
    @Path("/{endpoint: chat/completions|completions|responses}")
    @Consumes(MediaType.WILDCARD)
    @Blocking
    public Response talk(InputStream body) {
        String name;
        try (BodyBudget.Share share = budget.open()) {
            name = RequestBody.text(RequestBody.object(body, config.maxBodyBytes(), share), "model");
        }
        catalog.get(name);
        throw new FarmException(
                ErrorCode.MODEL_NOT_FOUND, "the model '" + name + "' does not talk; it embeds texts at /v1/embeddings");
    }
}
