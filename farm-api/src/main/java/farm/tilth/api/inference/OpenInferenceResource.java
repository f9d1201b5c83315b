package farm.tilth.api.inference;

import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.node.ArrayNode;
import farm.tilth.api.access.CurrentCaller;
import farm.tilth.api.access.Needs;
import farm.tilth.api.access.Public;
import farm.tilth.api.access.Role;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceCall;
import farm.tilth.protocol.wire.Tensor;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** The Open Inference Protocol, version 2, over REST with JSON tensors. */
@Path("/v2")
@Needs(Role.CUSTOMER)
@Produces(MediaType.APPLICATION_JSON)
public class OpenInferenceResource {
    private static final String PLATFORM = "onnxruntime_onnx";

    private final CurrentCaller caller;
    private final ModelCatalog catalog;
    private final OnlineInference inference;
    private final InferenceConfig config;
    private final String version;

    OpenInferenceResource(
            CurrentCaller caller,
            ModelCatalog catalog,
            OnlineInference inference,
            InferenceConfig config,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.caller = caller;
        this.catalog = catalog;
        this.inference = inference;
        this.config = config;
        this.version = version;
    }

    /** The server. */
    public record Server(String name, String version, List<String> extensions) {}

    /** The server lives. */
    public record Live(boolean live) {}

    /** The server, or a model, can be asked. */
    public record Ready(
            @com.fasterxml.jackson.annotation.JsonInclude(com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL)
            String name,

            boolean ready) {}

    /** A model and its tensors. */
    public record Metadata(
            String name,
            List<String> versions,
            String platform,
            List<TensorMetadata> inputs,
            List<TensorMetadata> outputs) {}

    /** A tensor; −1 is a dimension that each request chooses. */
    public record TensorMetadata(String name, String datatype, List<Long> shape) {
        static TensorMetadata of(ModelDescription.TensorDescription tensor) {
            return new TensorMetadata(tensor.name(), tensor.datatype(), tensor.shape());
        }
    }

    /** A model's answer. */
    public record InferResponse(
            @JsonProperty("model_name") String modelName,
            @JsonProperty("model_version") String modelVersion,
            Optional<String> id,
            List<Output> outputs) {}

    /** A tensor with its elements. */
    public record Output(String name, String datatype, List<Long> shape, ArrayNode data) {
        static Output of(Tensor tensor) {
            return new Output(tensor.getName(), tensor.getDatatype(), tensor.getShapeList(), TensorJson.data(tensor));
        }
    }

    /** Describes the server. */
    @GET
    @Public
    public Server server() {
        return new Server("tilth", version, List.of());
    }

    /** Says that the server lives. */
    @GET
    @Public
    @Path("/health/live")
    public Live live() {
        return new Live(true);
    }

    /** Says that the server takes requests. */
    @GET
    @Public
    @Path("/health/ready")
    public Ready ready() {
        return new Ready(null, true);
    }

    /** Describes a model. */
    @GET
    @Path("/models/{model}")
    public Metadata model(@PathParam("model") String name) {
        ModelDescription model = catalog.get(name);
        return new Metadata(
                model.name(),
                List.of(model.version().hex()),
                PLATFORM,
                model.inputs().stream().map(TensorMetadata::of).toList(),
                model.outputs().stream().map(TensorMetadata::of).toList());
    }

    /** Describes a version of a model. */
    @GET
    @Path("/models/{model}/versions/{version}")
    public Metadata model(@PathParam("model") String name, @PathParam("version") String modelVersion) {
        find(name, modelVersion);
        return model(name);
    }

    /** Says whether a worker can answer for the model now. */
    @GET
    @Path("/models/{model}/ready")
    public Ready ready(@PathParam("model") String name) {
        ModelDescription model = catalog.get(name);
        if (catalog.workers(model, false).isEmpty()) {
            throw new FarmException(
                    ErrorCode.NO_WORKER, "no worker that runs model '" + name + "' is connected at present");
        }
        return new Ready(name, true);
    }

    /** Says whether a worker can answer for this version of the model now. */
    @GET
    @Path("/models/{model}/versions/{version}/ready")
    public Ready ready(@PathParam("model") String name, @PathParam("version") String modelVersion) {
        find(name, modelVersion);
        return ready(name);
    }

    /** Runs a model. */
    @POST
    @Path("/models/{model}/infer")
    @Consumes(MediaType.WILDCARD)
    @Blocking
    public Uni<InferResponse> infer(
            @PathParam("model") String name,
            @HeaderParam("Inference-Header-Content-Length") String headerLength,
            InputStream body) {
        return infer(catalog.get(name), headerLength, body);
    }

    /** Runs a version of a model. */
    @POST
    @Path("/models/{model}/versions/{version}/infer")
    @Consumes(MediaType.WILDCARD)
    @Blocking
    public Uni<InferResponse> infer(
            @PathParam("model") String name,
            @PathParam("version") String modelVersion,
            @HeaderParam("Inference-Header-Content-Length") String headerLength,
            InputStream body) {
        return infer(find(name, modelVersion), headerLength, body);
    }

    private Uni<InferResponse> infer(ModelDescription model, String headerLength, InputStream body) {
        if (headerLength != null) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST,
                    "this server takes tensors as JSON: leave out Inference-Header-Content-Length and send 'data'");
        }
        InferRequest request = InferRequest.parse(RequestBody.object(body, config.maxBodyBytes()));
        request.check(model);
        return inference
                .infer(caller.get(), model, InferenceCall.newBuilder().setTensors(request.inputs()), request.timeout())
                .emitOn(Infrastructure.getDefaultWorkerPool())
                .map(answer -> response(model, request, answer));
    }

    private static InferResponse response(ModelDescription model, InferRequest request, InferenceAnswer answer) {
        return new InferResponse(
                model.name(),
                model.version().hex(),
                request.id(),
                answer.getTensors().getTensorsList().stream()
                        .filter(request::wants)
                        .map(Output::of)
                        .toList());
    }

    private ModelDescription find(String name, String modelVersion) {
        ModelDescription model = catalog.get(name);
        if (!model.version().hex().equals(modelVersion)) {
            throw new FarmException(
                    ErrorCode.MODEL_NOT_FOUND,
                    "model '" + name + "' has no version '" + modelVersion + "'; its version is " + model.version());
        }
        return model;
    }
}
