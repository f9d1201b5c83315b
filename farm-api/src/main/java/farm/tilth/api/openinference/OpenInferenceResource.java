package farm.tilth.api.openinference;

import com.fasterxml.jackson.annotation.JsonInclude;
import farm.tilth.api.access.Needs;
import farm.tilth.api.access.Public;
import farm.tilth.api.access.Role;
import farm.tilth.api.inference.ModelCatalog;
import farm.tilth.api.inference.ModelRepository;
import farm.tilth.api.inference.ModelStatistics;
import farm.tilth.api.inference.Withdrawals;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.core.MediaType;
import java.util.List;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/** What the Open Inference Protocol, version 2, says of the server and its models, over REST. */
@Path("/v2")
@Needs(Role.CUSTOMER)
@Produces(MediaType.APPLICATION_JSON)
public class OpenInferenceResource {
    static final String NAME = "tilth";
    static final List<String> EXTENSIONS = List.of(
            "binary_tensor_data",
            "classification",
            "model_configuration",
            "model_repository",
            "parameters",
            "schedule_policy",
            "statistics");

    private final ModelCatalog catalog;
    private final ModelRepository repository;
    private final Withdrawals withdrawals;
    private final ModelStatistics statistics;
    private final String version;

    OpenInferenceResource(
            ModelCatalog catalog,
            ModelRepository repository,
            Withdrawals withdrawals,
            ModelStatistics statistics,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.catalog = catalog;
        this.repository = repository;
        this.withdrawals = withdrawals;
        this.statistics = statistics;
        this.version = version;
    }

    /** The server. */
    public record Server(String name, String version, List<String> extensions) {}

    /** The server lives. */
    public record Live(boolean live) {}

    /** The server, or a model, can be asked. */
    public record Ready(
            @JsonInclude(JsonInclude.Include.NON_NULL) String name, boolean ready) {}

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

    /** Describes the server. */
    @GET
    @Public
    public Server server() {
        return new Server(NAME, version, EXTENSIONS);
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
                ModelRepository.PLATFORM,
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

    /** How a model is run. */
    @GET
    @Path("/models/{model}/config")
    public ModelRepository.Configuration configuration(@PathParam("model") String name) {
        return repository.configuration(catalog.get(name));
    }

    /** How a version of a model is run. */
    @GET
    @Path("/models/{model}/versions/{version}/config")
    public ModelRepository.Configuration configuration(
            @PathParam("model") String name, @PathParam("version") String modelVersion) {
        return repository.configuration(catalog.get(name, modelVersion));
    }

    /** What all models have answered. */
    @GET
    @Path("/models/stats")
    public StatisticsResponse statistics() {
        return StatisticsResponse.of(
                catalog.all().stream().map(ModelCatalog.Known::model).toList(), statistics);
    }

    /** What a model has answered. */
    @GET
    @Path("/models/{model}/stats")
    public StatisticsResponse statistics(@PathParam("model") String name) {
        return StatisticsResponse.of(List.of(catalog.get(name)), statistics);
    }

    /** What a version of a model has answered. */
    @GET
    @Path("/models/{model}/versions/{version}/stats")
    public StatisticsResponse statistics(@PathParam("model") String name, @PathParam("version") String modelVersion) {
        return StatisticsResponse.of(List.of(catalog.get(name, modelVersion)), statistics);
    }

    /** Says whether a worker can answer for the model now. */
    @GET
    @Path("/models/{model}/ready")
    public Ready ready(@PathParam("model") String name) {
        ModelDescription model = catalog.get(name);
        withdrawals.check(name);
        if (!catalog.isServed(model)) {
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

    private ModelDescription find(String name, String modelVersion) {
        return catalog.get(name, modelVersion);
    }
}
