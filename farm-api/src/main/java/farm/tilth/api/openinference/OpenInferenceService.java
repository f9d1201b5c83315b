package farm.tilth.api.openinference;

import farm.tilth.api.access.Authenticator;
import farm.tilth.api.access.Caller;
import farm.tilth.api.access.RateLimiter;
import farm.tilth.api.access.Role;
import farm.tilth.api.inference.BodyBudget;
import farm.tilth.api.inference.InferenceConfig;
import farm.tilth.api.inference.ModelCatalog;
import farm.tilth.api.inference.ModelRepository;
import farm.tilth.api.inference.ModelStatistics;
import farm.tilth.api.openinference.wire.ModelConfigRequest;
import farm.tilth.api.openinference.wire.ModelConfigResponse;
import farm.tilth.api.openinference.wire.ModelInferRequest;
import farm.tilth.api.openinference.wire.ModelInferResponse;
import farm.tilth.api.openinference.wire.ModelMetadataRequest;
import farm.tilth.api.openinference.wire.ModelMetadataResponse;
import farm.tilth.api.openinference.wire.ModelReadyRequest;
import farm.tilth.api.openinference.wire.ModelReadyResponse;
import farm.tilth.api.openinference.wire.ModelStatisticsRequest;
import farm.tilth.api.openinference.wire.ModelStatisticsResponse;
import farm.tilth.api.openinference.wire.ModelStreamInferResponse;
import farm.tilth.api.openinference.wire.MutinyGRPCInferenceServiceGrpc.GRPCInferenceServiceImplBase;
import farm.tilth.api.openinference.wire.RepositoryIndexRequest;
import farm.tilth.api.openinference.wire.RepositoryIndexResponse;
import farm.tilth.api.openinference.wire.RepositoryModelLoadRequest;
import farm.tilth.api.openinference.wire.RepositoryModelLoadResponse;
import farm.tilth.api.openinference.wire.RepositoryModelUnloadRequest;
import farm.tilth.api.openinference.wire.RepositoryModelUnloadResponse;
import farm.tilth.api.openinference.wire.ServerLiveRequest;
import farm.tilth.api.openinference.wire.ServerLiveResponse;
import farm.tilth.api.openinference.wire.ServerMetadataRequest;
import farm.tilth.api.openinference.wire.ServerMetadataResponse;
import farm.tilth.api.openinference.wire.ServerReadyRequest;
import farm.tilth.api.openinference.wire.ServerReadyResponse;
import farm.tilth.protocol.task.ModelDescription;
import io.grpc.ServerServiceDefinition;
import io.quarkus.grpc.GrpcService;
import io.quarkus.grpc.RegisterInterceptor;
import io.smallrye.mutiny.Multi;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.eclipse.microprofile.config.inject.ConfigProperty;

/**
 * The Open Inference Protocol, version 2, over gRPC, but for ModelInfer, which {@link GrpcInferRoute} answers. Keys come
 * as metadata: "authorization: Bearer KEY".
 */
@GrpcService
@RegisterInterceptor(CallMetadata.class)
public class OpenInferenceService extends GRPCInferenceServiceImplBase {
    private final Authenticator authenticator;
    private final RateLimiter rates;
    private final ModelCatalog catalog;
    private final ModelRepository repository;
    private final ModelStatistics statistics;
    private final GrpcInference inference;
    private final BodyBudget budget;
    private final InferenceConfig config;
    private final String version;

    OpenInferenceService(
            Authenticator authenticator,
            RateLimiter rates,
            ModelCatalog catalog,
            ModelRepository repository,
            ModelStatistics statistics,
            GrpcInference inference,
            BodyBudget budget,
            InferenceConfig config,
            @ConfigProperty(name = "quarkus.application.version") String version) {
        this.authenticator = authenticator;
        this.rates = rates;
        this.catalog = catalog;
        this.repository = repository;
        this.statistics = statistics;
        this.inference = inference;
        this.budget = budget;
        this.config = config;
        this.version = version;
    }

    @Override
    public ServerServiceDefinition bindService() {
        return ReadableMessages.guard(super.bindService());
    }

    @Override
    public Uni<ServerLiveResponse> serverLive(ServerLiveRequest request) {
        return Uni.createFrom()
                .item(ServerLiveResponse.newBuilder().setLive(true).build());
    }

    @Override
    public Uni<ServerReadyResponse> serverReady(ServerReadyRequest request) {
        return Uni.createFrom()
                .item(ServerReadyResponse.newBuilder().setReady(true).build());
    }

    @Override
    public Uni<ServerMetadataResponse> serverMetadata(ServerMetadataRequest request) {
        return Uni.createFrom()
                .item(ServerMetadataResponse.newBuilder()
                        .setName(OpenInferenceResource.NAME)
                        .setVersion(version)
                        .addAllExtensions(OpenInferenceResource.EXTENSIONS)
                        .build());
    }

    @Override
    public Uni<ModelReadyResponse> modelReady(ModelReadyRequest request) {
        return as(Role.CUSTOMER, caller -> ModelReadyResponse.newBuilder()
                .setReady(repository
                        .entry(inference.model(request.getName(), request.getVersion()))
                        .isReady())
                .build());
    }

    @Override
    public Uni<ModelMetadataResponse> modelMetadata(ModelMetadataRequest request) {
        return as(
                Role.CUSTOMER, caller -> GrpcModels.metadata(inference.model(request.getName(), request.getVersion())));
    }

    @Override
    public Uni<ModelConfigResponse> modelConfig(ModelConfigRequest request) {
        return as(Role.CUSTOMER, caller -> ModelConfigResponse.newBuilder()
                .setConfig(GrpcModels.configuration(
                        repository.configuration(inference.model(request.getName(), request.getVersion()))))
                .build());
    }

    @Override
    public Uni<ModelStatisticsResponse> modelStatistics(ModelStatisticsRequest request) {
        return as(Role.CUSTOMER, caller -> {
            List<ModelDescription> models = request.getName().isEmpty()
                    ? catalog.all().stream().map(ModelCatalog.Known::model).toList()
                    : List.of(inference.model(request.getName(), request.getVersion()));
            ModelStatisticsResponse.Builder response = ModelStatisticsResponse.newBuilder();
            models.forEach(model -> response.addModelStats(GrpcModels.statistics(model, statistics.counts(model))));
            return response.build();
        });
    }

    @Override
    public Uni<RepositoryIndexResponse> repositoryIndex(RepositoryIndexRequest request) {
        return as(Role.CUSTOMER, caller -> GrpcModels.index(repository.index(request.getReady())));
    }

    @Override
    public Uni<RepositoryModelLoadResponse> repositoryModelLoad(RepositoryModelLoadRequest request) {
        return as(Role.OPERATOR, caller -> {
            repository.load(request.getModelName());
            return RepositoryModelLoadResponse.getDefaultInstance();
        });
    }

    @Override
    public Uni<RepositoryModelUnloadResponse> repositoryModelUnload(RepositoryModelUnloadRequest request) {
        return as(Role.OPERATOR, caller -> {
            repository.unload(request.getModelName());
            return RepositoryModelUnloadResponse.getDefaultInstance();
        });
    }

    @Override
    public Multi<ModelStreamInferResponse> modelStreamInfer(Multi<ModelInferRequest> requests) {
        Uni<Caller> authenticated = caller(Role.CUSTOMER).memoize().indefinitely();
        return requests.onItem()
                .transform(request -> begun(authenticated, request))
                .emitOn(Infrastructure.getDefaultWorkerPool(), config.streamCalls())
                .onItem()
                .transformToUniAndConcatenate(Function.identity())
                .onFailure()
                .transform(GrpcErrors::status);
    }

    /** The answer to a request of a stream, which is worked on before anybody asks for it; a failure is an answer. */
    private Uni<ModelStreamInferResponse> begun(Uni<Caller> authenticated, ModelInferRequest request) {
        Uni<ModelStreamInferResponse> answer = authenticated
                .flatMap(caller -> {
                    rates.count(caller);
                    return answer(caller, request);
                })
                .map(response -> ModelStreamInferResponse.newBuilder()
                        .setInferResponse(response)
                        .build())
                .onFailure()
                .recoverWithItem(failure -> ModelStreamInferResponse.newBuilder()
                        .setErrorMessage(GrpcErrors.known(failure).getMessage())
                        .setInferResponse(ModelInferResponse.newBuilder().setId(request.getId()))
                        .build())
                .memoize()
                .indefinitely();
        answer.subscribe().with(done -> {});
        return answer;
    }

    private Uni<ModelInferResponse> answer(Caller caller, ModelInferRequest request) {
        BodyBudget.Share share = budget.open();
        try {
            share.take(request.getSerializedSize());
            return inference
                    .answer(caller, request, Optional.empty())
                    .onTermination()
                    .invoke(share::close);
        } catch (RuntimeException refused) {
            share.close();
            throw refused;
        }
    }

    /** Answers a caller that has the role, on a thread that may block. */
    private <A> Uni<A> as(Role role, Function<Caller, A> answer) {
        return caller(role).map(answer).onFailure().transform(GrpcErrors::status);
    }

    /** The caller, on a thread that may block. */
    private Uni<Caller> caller(Role role) {
        return authenticated(role).emitOn(Infrastructure.getDefaultWorkerPool());
    }

    private Uni<Caller> authenticated(Role role) {
        String authorization = CallMetadata.AUTHORIZATION.get();
        return authenticator.authenticate(authorization).invoke(rates::count).map(caller -> caller.require(role));
    }
}
