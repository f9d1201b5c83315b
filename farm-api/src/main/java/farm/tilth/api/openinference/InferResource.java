package farm.tilth.api.openinference;

import farm.tilth.api.access.Caller;
import farm.tilth.api.access.CurrentCaller;
import farm.tilth.api.access.Needs;
import farm.tilth.api.access.Role;
import farm.tilth.api.inference.BodyBudget;
import farm.tilth.api.inference.IncomingBody;
import farm.tilth.api.inference.InferenceConfig;
import farm.tilth.api.inference.ModelCatalog;
import farm.tilth.api.inference.OnlineInference;
import farm.tilth.api.inference.RequestBody;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceCall;
import farm.tilth.protocol.wire.TensorList;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.http.HttpServerRequest;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;

/**
 * Inference by the Open Inference Protocol, version 2, over REST: tensors as JSON or in binary, packed or not, as the
 * headers say.
 */
@Path("/v2")
@Needs(Role.CUSTOMER)
public class InferResource {
    /** JSON that is read or written within some tenths of a millisecond. */
    private static final int QUICK_BYTES = 1 << 15;
    /** How much longer a tensor is as text, about. */
    private static final int BYTES_AS_TEXT = 4;

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
    public Uni<Response> infer(
            @PathParam("model") String name, @Context HttpHeaders headers, @Context HttpServerRequest body) {
        return infer(catalog.get(name), headers, body);
    }

    /** Runs a version of a model. */
    @POST
    @Path("/models/{model}/versions/{version}/infer")
    @Consumes(MediaType.WILDCARD)
    public Uni<Response> infer(
            @PathParam("model") String name,
            @PathParam("version") String version,
            @Context HttpHeaders headers,
            @Context HttpServerRequest body) {
        return infer(catalog.get(name, version), headers, body);
    }

    private Uni<Response> infer(ModelDescription model, HttpHeaders headers, HttpServerRequest body) {
        Caller asking = caller.get();
        String coding = headers.getHeaderString(HttpHeaders.CONTENT_ENCODING);
        String headerLength = headers.getHeaderString(InferAnswer.HEADER_LENGTH);
        String accepted = headers.getHeaderString(HttpHeaders.ACCEPT_ENCODING);
        BodyBudget.Share share = budget.open();
        return IncomingBody.read(body, config.maxBodyBytes(), share)
                .chain(sent -> here(sent, coding == null && jsonBytes(sent, headerLength) <= QUICK_BYTES))
                .map(sent ->
                        request(model, RequestBody.unpacked(sent, coding, config.maxBodyBytes(), share), headerLength))
                .chain(request -> answer(asking, model, request, accepted))
                .onTermination()
                .invoke(share::close);
    }

    private Uni<Response> answer(Caller asking, ModelDescription model, InferRequest request, String accepted) {
        request.check(model);
        InferenceCall.Builder call =
                InferenceCall.newBuilder().setTensors(TensorList.newBuilder().addAllTensors(request.inputs()));
        return inference
                .infer(asking, model, call, request.terms())
                .chain(answer -> here(answer, accepted == null && isQuick(request, answer)))
                .map(answer -> InferAnswer.response(model, request, answer, accepted));
    }

    /** What takes next to no time is done on the network's thread, and the rest elsewhere. */
    private static <T> Uni<T> here(T item, boolean quick) {
        Uni<T> same = Uni.createFrom().item(item);
        return quick ? same : same.emitOn(Infrastructure.getDefaultWorkerPool());
    }

    private static long jsonBytes(byte[] body, String headerLength) {
        return headerLength == null || !headerLength.matches("\\d{1,9}") ? body.length : Long.parseLong(headerLength);
    }

    private static boolean isQuick(InferRequest request, InferenceAnswer answer) {
        boolean binary = request.binaryOutputs()
                && request.outputs().stream().allMatch(output -> output.classes() == 0 && request.isBinary(output));
        return binary || answer.getSerializedSize() <= QUICK_BYTES / BYTES_AS_TEXT;
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
