package farm.tilth.api.inference;

import static farm.tilth.api.access.Requests.check;

import farm.tilth.api.access.CurrentCaller;
import farm.tilth.api.access.Needs;
import farm.tilth.api.access.Requests;
import farm.tilth.api.access.Role;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelPackage;
import farm.tilth.protocol.task.ModelReport;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.stream.Stream;
import org.jboss.resteasy.reactive.ResponseStatus;

/** Models over REST: those that the farm's workers bring along, and those that customers upload. */
@Path("/api/v1/models")
@Needs(Role.CUSTOMER)
public class ModelResource {
    private static final int ACCEPTED = 202;

    private final CurrentCaller caller;
    private final ModelCatalog catalog;
    private final ModelRegister register;

    ModelResource(CurrentCaller caller, ModelCatalog catalog, ModelRegister register) {
        this.caller = caller;
        this.catalog = catalog;
        this.register = register;
    }

    /** Asks for a model of files that were uploaded before. */
    public record ModelRequest(
            String name,
            String main,
            SortedMap<String, Digest> files,
            Optional<String> tokenizer,
            Optional<Integer> maxTokens,
            List<String> labels,
            Optional<String> sample) {
        public ModelRequest {
            check(main != null, "'main' is missing: the path of the .onnx file among the files");
            check(files != null && !files.isEmpty(), "'files' is missing: the digest of each file by its path");
            files.forEach((path, digest) -> check(digest != null, "the file '" + path + "' has no digest"));
        }

        ModelPackage modelPackage() {
            return new ModelPackage(
                    name, main, files, tokenizer, maxTokens == null ? 0 : maxTokens.orElse(0), labels, sample);
        }
    }

    /**
     * A version of a model.
     *
     * @param description by which it is served; absent while it is not
     * @param inspection what was measured; absent for a model that came with the workers
     */
    public record ModelView(
            String name,
            Digest version,
            String state,
            Optional<ModelDescription> description,
            Optional<Inspection> inspection,
            Optional<RegisteredModel.Refusal> error,
            Instant createdAt) {
        static ModelView of(RegisteredModel model) {
            return new ModelView(
                    model.name(),
                    model.version(),
                    model.state().name(),
                    model.description(),
                    model.report().map(Inspection::of),
                    model.refusal(),
                    model.createdAt());
        }

        static ModelView of(ModelCatalog.Known known) {
            ModelDescription model = known.model();
            return new ModelView(
                    model.name(),
                    model.version(),
                    RegisteredModel.State.READY.name(),
                    Optional.of(model),
                    Optional.empty(),
                    Optional.empty(),
                    known.since());
        }
    }

    /** What the inspection measured beside the calibration. */
    public record Inspection(double batchDifference, long runMicros, String sandbox, List<String> notes) {
        static Inspection of(ModelReport report) {
            return new Inspection(report.batchDifference(), report.runMicros(), report.sandbox(), report.notes());
        }
    }

    /** Takes in a model; a trusted worker then inspects it. The same files again are the same version. */
    @POST
    @ResponseStatus(ACCEPTED)
    public Uni<ModelView> register(ModelRequest request) {
        ModelPackage model = Requests.present(request).modelPackage();
        if (register.newest(model.name()).isEmpty()
                && catalog.find(model.name()).isPresent()) {
            throw new FarmException(
                    ErrorCode.CONFLICT,
                    "the farm's workers bring a model '" + model.name() + "' along; choose another name");
        }
        return register.register(caller.get().account(), model).map(ModelView::of);
    }

    /** Everything that the farm serves, and what the caller uploaded besides. */
    @GET
    public List<ModelView> list() {
        Stream<ModelView> bundled = catalog.all().stream()
                .filter(known -> register.newest(known.model().name()).isEmpty())
                .map(ModelView::of);
        return Stream.concat(
                        bundled, register.all().stream().filter(this::isVisible).map(ModelView::of))
                .toList();
    }

    /** A version of a model. */
    @GET
    @Path("{version}")
    public ModelView find(@PathParam("version") String version) {
        return list().stream()
                .filter(model -> model.version().hex().equals(version))
                .findFirst()
                .orElseThrow(() ->
                        new FarmException(ErrorCode.MODEL_NOT_FOUND, "there is no model of the version " + version));
    }

    private boolean isVisible(RegisteredModel model) {
        return model.state() == RegisteredModel.State.READY
                || model.account().equals(caller.get().account());
    }
}
