package farm.tilth.api.openinference;

import farm.tilth.api.access.Needs;
import farm.tilth.api.access.Role;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.util.Set;

/** Triton's extensions that make no sense here: tracing, logging, shared memory. Its clients are told so with 501. */
@Path("/v2")
@Needs(Role.CUSTOMER)
@Consumes(MediaType.WILDCARD)
@Produces(MediaType.APPLICATION_JSON)
public class UnsupportedResource {
    private static final int NOT_IMPLEMENTED = 501;
    private static final Set<String> EXTENSIONS = Set.of("trace", "logging", "systemsharedmemory", "cudasharedmemory");

    /** Answers a look at such an extension. */
    @GET
    @Path("/{extension}")
    public Response whole(@PathParam("extension") String extension) {
        if (!EXTENSIONS.contains(extension)) {
            throw new FarmException(ErrorCode.NOT_FOUND, "there is nothing at this path of /v2");
        }
        return Response.status(NOT_IMPLEMENTED)
                .entity(new OpenInferenceErrors.Body("this server has no extension " + extension))
                .build();
    }

    /** Answers a change of it. */
    @POST
    @Path("/{extension}")
    public Response changeWhole(@PathParam("extension") String extension) {
        return whole(extension);
    }

    /** Answers a look at a part of it. */
    @GET
    @Path("/{extension}/{part: .+}")
    public Response part(@PathParam("extension") String extension) {
        return whole(extension);
    }

    /** Answers a change of a part of it. */
    @POST
    @Path("/{extension}/{part: .+}")
    public Response changePart(@PathParam("extension") String extension) {
        return whole(extension);
    }

    /** Answers a look at a model's trace. */
    @GET
    @Path("/models/{model}/trace/setting")
    public Response trace() {
        return whole("trace");
    }

    /** Answers a change of a model's trace. */
    @POST
    @Path("/models/{model}/trace/setting")
    public Response changeTrace() {
        return whole("trace");
    }
}
