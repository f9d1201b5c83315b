package farm.tilth.api.inference;

import com.fasterxml.jackson.annotation.JsonProperty;
import farm.tilth.protocol.task.Datatype;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelDescription.TensorDescription;
import jakarta.enterprise.context.ApplicationScoped;
import java.util.List;
import java.util.stream.Stream;

/** The models as the Open Inference Protocol's extensions show them: their states and their configuration. */
@ApplicationScoped
public class ModelRepository {
    /** What the protocol calls a model that ONNX Runtime runs. */
    public static final String PLATFORM = "onnxruntime_onnx";

    private static final String READY = "READY";
    private static final String UNAVAILABLE = "UNAVAILABLE";

    private final ModelCatalog catalog;
    private final ModelPlacement placement;
    private final Withdrawals withdrawals;
    private final InferenceConfig config;

    ModelRepository(ModelCatalog catalog, ModelPlacement placement, Withdrawals withdrawals, InferenceConfig config) {
        this.catalog = catalog;
        this.placement = placement;
        this.withdrawals = withdrawals;
        this.config = config;
    }

    /** A model in the index; {@code reason} is empty when it is ready. */
    public record Entry(String name, String version, String state, String reason) {
        public boolean isReady() {
            return state.equals(READY);
        }
    }

    /** A model's configuration; shapes are without the batch's dimension where {@code maxBatchSize} is not 0. */
    public record Configuration(
            String name,
            String platform,
            String backend,
            @JsonProperty("max_batch_size") int maxBatchSize,
            List<TensorConfiguration> input,
            List<TensorConfiguration> output,
            @JsonProperty("dynamic_batching") Batching batching) {}

    /** A tensor's configuration. */
    public record TensorConfiguration(
            String name, @JsonProperty("data_type") String dataType, List<Long> dims) {}

    /** How long a call waits for others. */
    public record Batching(
            @JsonProperty("max_queue_delay_microseconds") long maxQueueDelayMicros) {}

    public List<Entry> index(boolean readyOnly) {
        return catalog.all().stream()
                .map(known -> entry(known.model()))
                .filter(entry -> !readyOnly || entry.isReady())
                .toList();
    }

    public Entry entry(ModelDescription model) {
        String reason = withdrawals.contains(model.name())
                ? "unloaded"
                : catalog.isServed(model) ? "" : "no worker that runs it is connected";
        return new Entry(model.name(), model.version().hex(), reason.isEmpty() ? READY : UNAVAILABLE, reason);
    }

    /** Puts a model that is known back into service. Blocks. */
    public void load(String name) {
        withdrawals.restore(catalog.get(name).name());
    }

    /** Takes a model that is known out of service; workers give the memory of an uploaded one back. Blocks. */
    public void unload(String name) {
        ModelDescription model = catalog.get(name);
        withdrawals.withdraw(model.name());
        placement.unload(model);
    }

    public Configuration configuration(ModelDescription model) {
        boolean batches = model.batchInvariant()
                && Stream.concat(model.inputs().stream(), model.outputs().stream())
                        .allMatch(tensor ->
                                tensor.shape().size() > 1 && tensor.shape().getFirst() < 0);
        return new Configuration(
                model.name(),
                PLATFORM,
                "onnxruntime",
                batches ? config.maxBatchRows() : 0,
                tensors(model.inputs(), batches),
                tensors(model.outputs(), batches),
                new Batching(config.queueDelay().toNanos() / 1000));
    }

    private static List<TensorConfiguration> tensors(List<TensorDescription> tensors, boolean batches) {
        return tensors.stream()
                .map(tensor -> new TensorConfiguration(
                        tensor.name(),
                        dataType(tensor.datatype()),
                        tensor.shape().subList(batches ? 1 : 0, tensor.shape().size())))
                .toList();
    }

    private static String dataType(String datatype) {
        return "TYPE_" + (datatype.equals(Datatype.BYTES.name()) ? "STRING" : datatype);
    }
}
