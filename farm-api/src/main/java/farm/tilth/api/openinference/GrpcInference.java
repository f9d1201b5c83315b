package farm.tilth.api.openinference;

import farm.tilth.api.access.Caller;
import farm.tilth.api.inference.CallRoutes;
import farm.tilth.api.inference.ModelCatalog;
import farm.tilth.api.inference.OnlineInference;
import farm.tilth.api.openinference.wire.ModelInferRequest;
import farm.tilth.api.openinference.wire.ModelInferResponse;
import farm.tilth.protocol.task.ModelDescription;
import farm.tilth.protocol.wire.InferenceCall;
import farm.tilth.protocol.wire.TensorList;
import io.smallrye.mutiny.Uni;
import jakarta.enterprise.context.ApplicationScoped;
import java.time.Duration;
import java.util.Optional;

/** Answers gRPC's inference requests, whether they come alone or in a stream. */
@ApplicationScoped
class GrpcInference {
    private final ModelCatalog catalog;
    private final OnlineInference inference;

    GrpcInference(ModelCatalog catalog, OnlineInference inference) {
        this.catalog = catalog;
        this.inference = inference;
    }

    /**
     * Has a request answered.
     *
     * @param deadline of the gRPC call
     * @throws farm.tilth.protocol.FarmException at once for a request that is wrong, and as a failure for one that
     *     cannot be answered
     */
    Uni<ModelInferResponse> answer(Caller caller, ModelInferRequest request, Optional<Duration> deadline) {
        String version = request.getModelVersion();
        ModelDescription model =
                version.isEmpty() ? catalog.get(request.getModelName()) : catalog.get(request.getModelName(), version);
        InferRequest read = GrpcRequests.read(request, deadline);
        read.check(model);
        InferenceCall.Builder call =
                InferenceCall.newBuilder().setTensors(TensorList.newBuilder().addAllTensors(read.inputs()));
        return inference
                .infer(caller, model, call, read.terms())
                .chain(answer -> CallRoutes.here(answer, read.binaryOutputs() ? 0 : answer.getSerializedSize()))
                .map(answer -> GrpcRequests.write(model, read, request, answer));
    }

    /**
     * Finds a model as gRPC's messages name it.
     *
     * @param version empty for the newest
     * @throws farm.tilth.protocol.FarmException with MODEL_NOT_FOUND
     */
    ModelDescription model(String name, String version) {
        return version.isEmpty() ? catalog.get(name) : catalog.get(name, version);
    }
}
