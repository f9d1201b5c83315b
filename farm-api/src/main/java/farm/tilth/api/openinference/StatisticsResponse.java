package farm.tilth.api.openinference;

import com.fasterxml.jackson.annotation.JsonProperty;
import farm.tilth.api.inference.ModelStatistics;
import farm.tilth.protocol.task.ModelDescription;
import java.util.List;

/** The statistics extension's form of {@link ModelStatistics}. */
record StatisticsResponse(@JsonProperty("model_stats") List<Model> models) {
    record Model(
            String name,
            String version,
            @JsonProperty("last_inference") long lastMillis,
            @JsonProperty("inference_count") long rows,
            @JsonProperty("execution_count") long executions,
            @JsonProperty("inference_stats") Durations durations,
            @JsonProperty("batch_stats") List<Object> batches) {}

    record Durations(
            Sum success,
            Sum fail,
            Sum queue,
            @JsonProperty("compute_input") Sum computeInput,
            @JsonProperty("compute_infer") Sum computeInfer,
            @JsonProperty("compute_output") Sum computeOutput,
            @JsonProperty("cache_hit") Sum cacheHit,
            @JsonProperty("cache_miss") Sum cacheMiss) {}

    record Sum(long count, long ns) {
        static Sum of(ModelStatistics.Total total) {
            return new Sum(total.count(), total.nanos());
        }
    }

    static StatisticsResponse of(List<ModelDescription> models, ModelStatistics statistics) {
        return new StatisticsResponse(models.stream()
                .map(model -> model(model, statistics.counts(model)))
                .toList());
    }

    private static Model model(ModelDescription model, ModelStatistics.Counts counts) {
        Sum none = new Sum(0, 0);
        Durations durations = new Durations(
                Sum.of(counts.success()),
                Sum.of(counts.fail()),
                Sum.of(counts.queue()),
                none,
                Sum.of(counts.compute()),
                none,
                none,
                none);
        return new Model(
                model.name(),
                model.version().hex(),
                counts.lastMillis(),
                counts.rows(),
                counts.executions(),
                durations,
                List.of());
    }
}
