package farm.tilth.api.openinference;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.api.access.Needs;
import farm.tilth.api.access.Role;
import farm.tilth.api.inference.BodyBudget;
import farm.tilth.api.inference.ModelRepository;
import farm.tilth.api.inference.RequestBody;
import farm.tilth.protocol.Json;
import io.smallrye.common.annotation.Blocking;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.util.List;

/** The model repository extension of the Open Inference Protocol, over REST. */
@Path("/v2/repository")
@Needs(Role.CUSTOMER)
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class RepositoryResource {
    private static final int MAX_BODY_BYTES = 1 << 20;

    private final ModelRepository repository;
    private final BodyBudget budget;

    RepositoryResource(ModelRepository repository, BodyBudget budget) {
        this.repository = repository;
        this.budget = budget;
    }

    /** Lists the models; with {@code {"ready": true}} only those that can be asked now. */
    @POST
    @Path("/index")
    public List<ModelRepository.Entry> index(InputStream body) {
        return repository.index(parse(body).path("ready").asBoolean());
    }

    /** Puts a model back into service. */
    @POST
    @Path("/models/{model}/load")
    @Needs(Role.OPERATOR)
    public Response load(@PathParam("model") String model, InputStream body) {
        parse(body);
        repository.load(model);
        return Response.ok("{}").build();
    }

    /** Takes a model out of service: calls for it are refused until it is loaded again. */
    @POST
    @Path("/models/{model}/unload")
    @Needs(Role.OPERATOR)
    public Response unload(@PathParam("model") String model, InputStream body) {
        parse(body);
        repository.unload(model);
        return Response.ok("{}").build();
    }

    /** The body, which may be absent. */
    private JsonNode parse(InputStream body) {
        try (BodyBudget.Share share = budget.open()) {
            byte[] content = RequestBody.bytes(body, null, MAX_BODY_BYTES, share);
            return content.length == 0 ? Json.MAPPER.createObjectNode() : RequestBody.object(content);
        }
    }
}
