package farm.tilth.api.openinference;

import farm.tilth.api.inference.ModelRepository;
import farm.tilth.api.inference.ModelStatistics;
import farm.tilth.api.openinference.wire.DataType;
import farm.tilth.api.openinference.wire.InferStatistics;
import farm.tilth.api.openinference.wire.ModelConfig;
import farm.tilth.api.openinference.wire.ModelDynamicBatching;
import farm.tilth.api.openinference.wire.ModelInput;
import farm.tilth.api.openinference.wire.ModelMetadataResponse;
import farm.tilth.api.openinference.wire.ModelOutput;
import farm.tilth.api.openinference.wire.RepositoryIndexResponse;
import farm.tilth.api.openinference.wire.StatisticDuration;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.task.ModelDescription.TensorDescription;
import java.util.List;

/** What is said of models, in gRPC's form. */
final class GrpcModels {
    private GrpcModels() {}

    static ModelMetadataResponse metadata(ModelDescription model) {
        ModelMetadataResponse.Builder metadata = ModelMetadataResponse.newBuilder()
                .setName(model.name())
                .addVersions(model.version().hex())
                .setPlatform(ModelRepository.PLATFORM);
        model.inputs().forEach(input -> metadata.addInputs(tensor(input)));
        model.outputs().forEach(output -> metadata.addOutputs(tensor(output)));
        return metadata.build();
    }

    private static ModelMetadataResponse.TensorMetadata tensor(TensorDescription tensor) {
        return ModelMetadataResponse.TensorMetadata.newBuilder()
                .setName(tensor.name())
                .setDatatype(tensor.datatype())
                .addAllShape(tensor.shape())
                .build();
    }

    static ModelConfig configuration(ModelRepository.Configuration known) {
        ModelConfig.Builder config = ModelConfig.newBuilder()
                .setName(known.name())
                .setPlatform(known.platform())
                .setBackend(known.backend())
                .setMaxBatchSize(known.maxBatchSize())
                .setDynamicBatching(ModelDynamicBatching.newBuilder()
                        .setMaxQueueDelayMicroseconds(known.batching().maxQueueDelayMicros()));
        known.input()
                .forEach(input -> config.addInput(ModelInput.newBuilder()
                        .setName(input.name())
                        .setDataType(DataType.valueOf(input.dataType()))
                        .addAllDims(input.dims())));
        known.output()
                .forEach(output -> config.addOutput(ModelOutput.newBuilder()
                        .setName(output.name())
                        .setDataType(DataType.valueOf(output.dataType()))
                        .addAllDims(output.dims())));
        return config.build();
    }

    static farm.tilth.api.openinference.wire.ModelStatistics statistics(
            ModelDescription model, ModelStatistics.Counts counts) {
        StatisticDuration none = StatisticDuration.getDefaultInstance();
        return farm.tilth.api.openinference.wire.ModelStatistics.newBuilder()
                .setName(model.name())
                .setVersion(model.version().hex())
                .setLastInference(counts.lastMillis())
                .setInferenceCount(counts.rows())
                .setExecutionCount(counts.executions())
                .setInferenceStats(InferStatistics.newBuilder()
                        .setSuccess(duration(counts.success()))
                        .setFail(duration(counts.fail()))
                        .setQueue(duration(counts.queue()))
                        .setComputeInput(none)
                        .setComputeInfer(duration(counts.compute()))
                        .setComputeOutput(none)
                        .setCacheHit(none)
                        .setCacheMiss(none))
                .build();
    }

    private static StatisticDuration duration(ModelStatistics.Total total) {
        return StatisticDuration.newBuilder()
                .setCount(total.count())
                .setNs(total.nanos())
                .build();
    }

    static RepositoryIndexResponse index(List<ModelRepository.Entry> entries) {
        RepositoryIndexResponse.Builder index = RepositoryIndexResponse.newBuilder();
        entries.forEach(entry -> index.addModels(RepositoryIndexResponse.ModelIndex.newBuilder()
                .setName(entry.name())
                .setVersion(entry.version())
                .setState(entry.state())
                .setReason(entry.reason())));
        return index.build();
    }
}
