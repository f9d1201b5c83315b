package farm.tilth.api.openai;

import com.fasterxml.jackson.annotation.JsonProperty;
import farm.tilth.api.access.Needs;
import farm.tilth.api.access.Role;
import farm.tilth.api.inference.BodyBudget;
import farm.tilth.api.inference.InferenceConfig;
import farm.tilth.api.inference.ModelCatalog;
import farm.tilth.api.inference.RequestBody;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.smallrye.common.annotation.Blocking;
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

/** OpenAI's API for models, and what it says where there is none. */
@Path("/v1")
@Needs(Role.CUSTOMER)
@Produces(MediaType.APPLICATION_JSON)
public class OpenAiResource {
    private final ModelCatalog catalog;
    private final BodyBudget budget;
    private final InferenceConfig config;

    OpenAiResource(ModelCatalog catalog, BodyBudget budget, InferenceConfig config) {
        this.catalog = catalog;
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
