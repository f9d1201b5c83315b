package farm.tilth.api.openinference;

import farm.tilth.api.access.CurrentCaller;
import farm.tilth.api.access.Needs;
import farm.tilth.api.access.Role;
import farm.tilth.api.inference.BodyBudget;
import farm.tilth.api.inference.InferenceConfig;
import farm.tilth.api.inference.ModelCatalog;
import farm.tilth.api.inference.OnlineInference;
import farm.tilth.api.inference.RequestBody;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.InferenceCall;
import farm.tilth.protocol.wire.TensorList;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;

/**
 * Inference by the Open Inference Protocol, version 2, over REST: tensors as JSON or in binary, packed or not, as the
 * headers say.
 */
@Path("/v2")
@Needs(Role.CUSTOMER)
public class InferResource {
    private final CurrentCaller caller;
    private final ModelCatalog catalog;
    private final OnlineInference inference;
    private final BodyBudget budget;
    private final InferenceConfig config;

    InferResource(
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

    /** Runs a model. */
    @POST
    @Path("/models/{model}/infer")
    @Consumes(MediaType.WILDCARD)
    @Blocking
    public Uni<Response> infer(@PathParam("model") String name, @Context HttpHeaders headers, InputStream body) {
        return infer(catalog.get(name), headers, body);
    }

    /** Runs a version of a model. */
    @POST
    @Path("/models/{model}/versions/{version}/infer")
    @Consumes(MediaType.WILDCARD)
    @Blocking
    public Uni<Response> infer(
            @PathParam("model") String name,
            @PathParam("version") String version,
            @Context HttpHeaders headers,
            InputStream body) {
        return infer(catalog.get(name, version), headers, body);
    }

    private Uni<Response> infer(ModelDescription model, HttpHeaders headers, InputStream body) {
        BodyBudget.Share share = budget.open();
        try {
            return infer(model, headers, body, share).onTermination().invoke(share::close);
        } catch (RuntimeException refused) {
            share.close();
            throw refused;
        }
    }

    private Uni<Response> infer(ModelDescription model, HttpHeaders headers, InputStream body, BodyBudget.Share share) {
        byte[] content = RequestBody.bytes(
                body, headers.getHeaderString(HttpHeaders.CONTENT_ENCODING), config.maxBodyBytes(), share);
        InferRequest request = request(model, content, headers.getHeaderString(InferAnswer.HEADER_LENGTH));
        request.check(model);
        String accepted = headers.getHeaderString(HttpHeaders.ACCEPT_ENCODING);
        InferenceCall.Builder call =
                InferenceCall.newBuilder().setTensors(TensorList.newBuilder().addAllTensors(request.inputs()));
        return inference
                .infer(caller.get(), model, call, request.terms())
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .map(answer -> InferAnswer.response(model, request, answer, accepted));
    }

    private static InferRequest request(ModelDescription model, byte[] content, String headerLength) {
        if (headerLength == null) {
            return InferRequestReader.read(content, content.length);
        }
        if (!headerLength.matches("\\d{1,9}") || Integer.parseInt(headerLength) > content.length) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    InferAnswer.HEADER_LENGTH + " must be the length of the JSON; the body has " + content.length
                            + " bytes");
        }
        int jsonLength = Integer.parseInt(headerLength);
        return jsonLength == 0 ? RawInput.request(model, content) : InferRequestReader.read(content, jsonLength);
    }
}
