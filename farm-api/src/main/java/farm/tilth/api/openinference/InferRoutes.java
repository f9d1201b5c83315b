package farm.tilth.api.openinference;

import farm.tilth.api.access.Caller;
import farm.tilth.api.inference.BodyBudget;
import farm.tilth.api.inference.CallAnswer;
import farm.tilth.api.inference.CallRoutes;
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
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.context.ApplicationScoped;
import jakarta.enterprise.event.Observes;
import java.util.OptionalInt;

/**
 * Inference by the Open Inference Protocol, version 2, over REST: tensors as JSON or in binary, packed or not, as the
 * headers say.
 */
@ApplicationScoped
class InferRoutes implements CallRoutes.Endpoint {
    /** How much longer a tensor is as text, about. */
    private static final int BYTES_AS_TEXT = 4;

    private static final int MAX_DIGITS = 9;

    private final CallRoutes routes;
    private final ModelCatalog catalog;
    private final OnlineInference inference;
    private final InferenceConfig config;

    InferRoutes(CallRoutes routes, ModelCatalog catalog, OnlineInference inference, InferenceConfig config) {
        this.routes = routes;
        this.catalog = catalog;
        this.inference = inference;
        this.config = config;
    }

    void register(@Observes Router router) {
        routes.post(router, "/v2/models/:model/infer", this);
        routes.post(router, "/v2/models/:model/versions/:version/infer", this);
    }

    /** The headers that say how bodies are to be read and written; null for those that are not there. */
    private record Forms(String coding, String headerLength, String accepted) {
        /** How much of a body is JSON, if the header that says so is good. */
        OptionalInt jsonLength() {
            boolean number = !headerLength.isEmpty()
                    && headerLength.length() <= MAX_DIGITS
                    && headerLength.chars().allMatch(c -> c >= '0' && c <= '9');
            return number ? OptionalInt.of(Integer.parseInt(headerLength)) : OptionalInt.empty();
        }

        int jsonBytes(byte[] body) {
            return coding != null
                    ? Integer.MAX_VALUE
                    : headerLength == null ? body.length : jsonLength().orElse(body.length);
        }
    }

    @Override
    public Uni<CallAnswer> answer(Caller caller, RoutingContext call, BodyBudget.Share share) {
        String version = call.pathParam("version");
        String name = call.pathParam("model");
        ModelDescription model = version == null ? catalog.get(name) : catalog.get(name, version);
        Forms forms = new Forms(
                call.request().getHeader("Content-Encoding"),
                call.request().getHeader(InferAnswer.HEADER_LENGTH),
                call.request().getHeader("Accept-Encoding"));
        return routes.body(call, share)
                .chain(sent -> CallRoutes.here(sent, forms.jsonBytes(sent)))
                .map(sent ->
                        request(model, RequestBody.unpacked(sent, forms.coding, config.maxBodyBytes(), share), forms))
                .chain(request -> answer(caller, model, request, forms.accepted));
    }

    private Uni<CallAnswer> answer(Caller caller, ModelDescription model, InferRequest request, String accepted) {
        request.check(model);
        InferenceCall.Builder call =
                InferenceCall.newBuilder().setTensors(TensorList.newBuilder().addAllTensors(request.inputs()));
        return inference
                .infer(caller, model, call, request.terms())
                .chain(answer -> CallRoutes.here(answer, textBytes(request, answer, accepted)))
                .map(answer -> InferAnswer.of(model, request, answer, accepted));
    }

    /** How much text an answer takes, about; packing it takes longer still. */
    private static long textBytes(InferRequest request, InferenceAnswer answer, String accepted) {
        boolean binary = request.binaryOutputs()
                && request.outputs().stream().allMatch(output -> output.classes() == 0 && request.isBinary(output));
        return accepted != null && answer.getSerializedSize() >= InferAnswer.WORTH_PACKING
                ? Long.MAX_VALUE
                : binary ? 0 : (long) BYTES_AS_TEXT * answer.getSerializedSize();
    }

    private static InferRequest request(ModelDescription model, byte[] content, Forms forms) {
        if (forms.headerLength == null) {
            return InferRequestReader.read(content, content.length);
        }
        int jsonLength = forms.jsonLength().orElse(Integer.MAX_VALUE);
        if (jsonLength > content.length) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    InferAnswer.HEADER_LENGTH + " must be the length of the JSON; the body has " + content.length
                            + " bytes");
        }
        return jsonLength == 0 ? RawInput.request(model, content) : InferRequestReader.read(content, jsonLength);
    }
}
