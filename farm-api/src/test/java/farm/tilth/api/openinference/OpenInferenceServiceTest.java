package farm.tilth.api.openinference;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.google.protobuf.ByteString;
import farm.tilth.api.FarmTestResource;
import farm.tilth.api.TestKeys;
import farm.tilth.api.inference.FakeModel;
import farm.tilth.api.inference.FakeWorkers;
import farm.tilth.api.inference.FakeWorkersProfile;
import farm.tilth.api.inference.InferenceTestBase;
import farm.tilth.api.openinference.wire.GRPCInferenceServiceGrpc;
import farm.tilth.api.openinference.wire.InferParameter;
import farm.tilth.api.openinference.wire.InferTensorContents;
import farm.tilth.api.openinference.wire.ModelConfig;
import farm.tilth.api.openinference.wire.ModelConfigRequest;
import farm.tilth.api.openinference.wire.ModelInferRequest;
import farm.tilth.api.openinference.wire.ModelInferResponse;
import farm.tilth.api.openinference.wire.ModelMetadataRequest;
import farm.tilth.api.openinference.wire.ModelMetadataResponse;
import farm.tilth.api.openinference.wire.ModelReadyRequest;
import farm.tilth.api.openinference.wire.ModelStatisticsRequest;
import farm.tilth.api.openinference.wire.ModelStreamInferResponse;
import farm.tilth.api.openinference.wire.RepositoryIndexRequest;
import farm.tilth.api.openinference.wire.RepositoryModelLoadRequest;
import farm.tilth.api.openinference.wire.RepositoryModelUnloadRequest;
import farm.tilth.api.openinference.wire.ServerLiveRequest;
import farm.tilth.api.openinference.wire.ServerMetadataRequest;
import farm.tilth.api.openinference.wire.ServerReadyRequest;
import farm.tilth.protocol.wire.InferenceAnswer;
import farm.tilth.protocol.wire.InferenceBatch;
import io.grpc.CallOptions;
import io.grpc.Channel;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.grpc.stub.StreamObserver;
import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.TestProfile;
import io.restassured.RestAssured;
import io.restassured.http.ContentType;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

/** The Open Inference Protocol over gRPC, on the port of everything else. */
@QuarkusTest
@QuarkusTestResource(FarmTestResource.class)
@TestProfile(FakeWorkersProfile.class)
class OpenInferenceServiceTest extends InferenceTestBase {
    private ManagedChannel channel;

    @BeforeEach
    void connect() {
        workers.join(false, FakeWorkers.HONEST);
        workers.join(true, FakeWorkers.HONEST);
        channel = ManagedChannelBuilder.forAddress("127.0.0.1", RestAssured.port)
                .usePlaintext()
                .build();
    }

    @AfterEach
    void disconnect() {
        channel.shutdownNow();
    }

    private GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub client(String apiKey) {
        return GRPCInferenceServiceGrpc.newBlockingStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata(apiKey)));
    }

    private GRPCInferenceServiceGrpc.GRPCInferenceServiceBlockingStub client() {
        return client(key());
    }

    private static Metadata metadata(String apiKey) {
        Metadata metadata = new Metadata();
        metadata.put(Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER), "Bearer " + apiKey);
        return metadata;
    }

    @Test
    void serverDescribesItselfWithoutKey() {
        var open = GRPCInferenceServiceGrpc.newBlockingStub(channel);
        assertTrue(open.serverLive(ServerLiveRequest.getDefaultInstance()).getLive());
        assertTrue(open.serverReady(ServerReadyRequest.getDefaultInstance()).getReady());
        assertEquals(
                "tilth",
                open.serverMetadata(ServerMetadataRequest.getDefaultInstance()).getName());
        fails(
                Status.Code.UNAUTHENTICATED,
                () -> open.modelMetadata(ModelMetadataRequest.newBuilder()
                        .setName("fake-doubler")
                        .build()));
    }

    @Test
    void keyOverItsRateIsToldWhenToComeBack() {
        String limited = limited("{\"callsPerMinute\":6,\"callsAtOnce\":1}");
        ModelMetadataRequest request =
                ModelMetadataRequest.newBuilder().setName("fake-doubler").build();
        assertEquals("fake-doubler", client(limited).modelMetadata(request).getName());
        assertBackAfter(9, 10, "6 calls per minute", () -> client(limited).modelMetadata(request));
    }

    @Test
    void keyOverItsTokensIsToldWhenToComeBack() {
        String limited = limited("{\"tokensPerMinute\":60}");
        assertEquals(1, client(limited).modelInfer(doubled(40)).getRawOutputContentsCount());
        assertBackAfter(15, 20, "60 tokens per minute", () -> client(limited).modelInfer(doubled(40)));
    }

    @Test
    void keyOverItsDaysCallsIsToldWhenTheDayIsOver() {
        String limited = limited("{\"callsPerDay\":1}");
        client(limited).modelInfer(doubled(1));
        assertBackAfter(1, 24 * 3600, "1 calls per day", () -> client(limited).modelInfer(doubled(1)));
    }

    private static String limited(String limits) {
        return TestKeys.asFirst()
                .contentType(ContentType.JSON)
                .body("{\"name\":\"limited\",\"roles\":[\"CUSTOMER\"],\"credit\":1000000,\"limits\":" + limits + "}")
                .post("/api/v1/keys")
                .then()
                .statusCode(201)
                .extract()
                .path("key");
    }

    private static ModelInferRequest doubled(int rows) {
        return ModelInferRequest.newBuilder()
                .setModelName("fake-doubler")
                .addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                        .setName("x")
                        .setDatatype("FP32")
                        .addShape(rows)
                        .addShape(2))
                .addRawInputContents(ByteString.copyFrom(new byte[rows * 2 * Float.BYTES]))
                .build();
    }

    private static void assertBackAfter(long leastSeconds, long mostSeconds, String why, Executable call) {
        StatusRuntimeException e = assertThrows(StatusRuntimeException.class, call);
        assertEquals(Status.Code.RESOURCE_EXHAUSTED, e.getStatus().getCode());
        assertTrue(e.getStatus().getDescription().contains(why), e.getMessage());
        long millis = Long.parseLong(
                e.getTrailers().get(Metadata.Key.of("grpc-retry-pushback-ms", Metadata.ASCII_STRING_MARSHALLER)));
        assertTrue(millis >= leastSeconds * 1000 - 1000 && millis <= mostSeconds * 1000, "in " + millis + " ms");
    }

    @Test
    void modelIsDescribed() {
        ModelMetadataResponse model = client().modelMetadata(ModelMetadataRequest.newBuilder()
                .setName("fake-doubler")
                .build());
        assertEquals(List.of(FakeModel.DOUBLER.version().hex()), model.getVersionsList());
        assertEquals("FP32", model.getInputs(0).getDatatype());
        assertEquals(List.of(-1L, 2L), model.getOutputs(0).getShapeList());
        ModelConfig config = client().modelConfig(
                        ModelConfigRequest.newBuilder().setName("fake-doubler").build())
                .getConfig();
        assertEquals(32, config.getMaxBatchSize());
        assertEquals("TYPE_FP32", config.getInput(0).getDataType().name());
        assertEquals(List.of(2L), config.getOutput(0).getDimsList());
    }

    @Test
    void modelIsReadyUntilItIsUnloaded() {
        var operator = client(TestKeys.first());
        assertTrue(ready());
        operator.repositoryModelUnload(RepositoryModelUnloadRequest.newBuilder()
                .setModelName("fake-doubler")
                .build());
        assertFalse(ready());
        fails(Status.Code.NOT_FOUND, () -> client().modelInfer(listed().build()));
        var index = client().repositoryIndex(RepositoryIndexRequest.getDefaultInstance());
        assertEquals("unloaded", index.getModels(0).getReason());
        operator.repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                .setModelName("fake-doubler")
                .build());
        assertTrue(ready());
        fails(Status.Code.PERMISSION_DENIED, () -> client().repositoryModelLoad(RepositoryModelLoadRequest.newBuilder()
                .setModelName("fake-doubler")
                .build()));
    }

    private boolean ready() {
        return client().modelReady(
                        ModelReadyRequest.newBuilder().setName("fake-doubler").build())
                .getReady();
    }

    @Test
    void listsAreAnsweredInLists() {
        ModelInferResponse answer = client().modelInfer(listed().setId("a").build());
        assertEquals("a", answer.getId());
        assertEquals(0, answer.getRawOutputContentsCount());
        assertEquals(List.of(2f, 4f), answer.getOutputs(0).getContents().getFp32ContentsList());
        assertEquals(
                1,
                client().modelStatistics(ModelStatisticsRequest.newBuilder()
                                .setName("fake-doubler")
                                .build())
                        .getModelStatsCount());
    }

    @Test
    void rawIsAnsweredRaw() {
        ModelInferResponse answer = client().modelInfer(raw(1, 2).build());
        assertEquals(floats(2, 4), answer.getRawOutputContents(0));
        assertFalse(answer.getOutputs(0).hasContents());
    }

    @Test
    void everyDatatypeComesBackRaw() {
        ModelInferRequest.Builder request = ModelInferRequest.newBuilder().setModelName("fake-echo");
        FakeModel.ECHO.inputs().forEach(input -> {
            request.addInputs(ModelInferRequest.InferInputTensor.newBuilder()
                    .setName(input.name())
                    .setDatatype(input.datatype())
                    .addAllShape(List.of(1L, 2L)));
            request.addRawInputContents(ByteString.fromHex(InferRoutesTest.ELEMENTS.get(input.datatype())));
        });
        ModelInferResponse answer = client().modelInfer(request.build());
        assertEquals(request.getRawInputContentsList(), answer.getRawOutputContentsList());
    }

    @Test
    void whatIsWrongIsNamed() {
        assertEquals(
                "tensor 'x' has contents beside raw_input_contents",
                fails(Status.Code.INVALID_ARGUMENT, () -> client().modelInfer(
                                listed().addRawInputContents(floats(1, 2)).build())));
        assertEquals(
                "tensor 'x': its contents have 1 elements; shape [1, 2] needs 2",
                fails(Status.Code.INVALID_ARGUMENT, () -> client().modelInfer(contents(1f))));
        assertEquals(
                "raw_input_contents has 2 elements; there are 1 inputs",
                fails(Status.Code.INVALID_ARGUMENT, () -> client().modelInfer(
                                raw(1, 2).addRawInputContents(floats(1)).build())));
        fails(Status.Code.NOT_FOUND, () -> client().modelInfer(
                        listed().setModelVersion("1").build()));
        fails(Status.Code.INVALID_ARGUMENT, () -> client().modelInfer(ModelInferRequest.newBuilder()
                .setModelName("fake-doubler")
                .build()));
    }

    @Test
    void messagesAreReadUpToTheirLimit() {
        String told = fails(Status.Code.INVALID_ARGUMENT, () -> client().modelInfer(sized(31)));
        assertTrue(told.startsWith("tensor 'x'"), told);
        fails(Status.Code.RESOURCE_EXHAUSTED, () -> client().modelInfer(sized(33)));
    }

    /** A request with so many MiB for two numbers. */
    private static ModelInferRequest sized(int mebibytes) {
        return ModelInferRequest.newBuilder()
                .setModelName("fake-doubler")
                .addInputs(x())
                .addRawInputContents(ByteString.copyFrom(new byte[mebibytes << 20]))
                .build();
    }

    @Test
    void deadlineOfTheCallIsTheFarmsToo() {
        workers.clear();
        workers.join(false, batch -> new CompletableFuture<>());
        fails(Status.Code.DEADLINE_EXCEEDED, () -> client().withDeadlineAfter(200, TimeUnit.MILLISECONDS)
                .modelInfer(listed().build()));
        fails(Status.Code.DEADLINE_EXCEEDED, () -> client().modelInfer(listed().putParameters(
                        "timeout",
                        InferParameter.newBuilder().setInt64Param(100_000).build())
                .build()));
    }

    @Test
    void deadlineBelowAMillisecondIsOneToo() {
        workers.clear();
        workers.join(false, batch -> new CompletableFuture<>());
        fails(Status.Code.DEADLINE_EXCEEDED, () -> client().modelInfer(listed().putParameters(
                        "timeout",
                        InferParameter.newBuilder().setInt64Param(900).build())
                .build()));
    }

    @Test
    void whoCancelsIsForgotten() {
        workers.clear();
        CompletableFuture<List<InferenceAnswer>> never = new CompletableFuture<>();
        FakeWorkers.Worker slow = workers.join(false, batch -> never);
        var patient = GRPCInferenceServiceGrpc.newFutureStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata(key())));
        Future<ModelInferResponse> asked = patient.modelInfer(listed().build());
        await(() -> !slow.asked().isEmpty(), "the worker is asked");
        Future<ModelInferResponse> queued = patient.modelInfer(listed().build());
        queued.cancel(true);
        asked.cancel(true);
        assertTrue(ready(), "what came before it on the connection was heard");
        // What they left behind would be tried again by the next worker.
        FakeWorkers.Worker next = workers.join(false, FakeWorkers.HONEST);
        assertEquals(floats(6, 8), client().modelInfer(raw(3, 4).build()).getRawOutputContents(0));
        never.completeExceptionally(new IllegalStateException("the worker fails"));
        assertEquals(floats(2, 4), client().modelInfer(raw(1, 2).build()).getRawOutputContents(0));
        assertEquals(
                2, next.asked().stream().mapToInt(InferenceBatch::getCallsCount).sum());
    }

    @Test
    void messageThatCannotBeReadEndsItsCallAtOnce() {
        Channel known =
                ClientInterceptors.intercept(channel, MetadataUtils.newAttachHeadersInterceptor(metadata(key())));
        for (String method : List.of("ModelInfer", "ModelStreamInfer")) {
            MethodDescriptor<byte[], byte[]> raw = MethodDescriptor.newBuilder(new Bytes(), new Bytes())
                    .setFullMethodName("inference.GRPCInferenceService/" + method)
                    .setType(MethodDescriptor.MethodType.SERVER_STREAMING)
                    .build();
            CallOptions soon = CallOptions.DEFAULT.withDeadlineAfter(5, TimeUnit.SECONDS);
            byte[] unreadable = {8, -1, -1};
            String told = fails(Status.Code.INVALID_ARGUMENT, () -> ClientCalls.blockingServerStreamingCall(
                            known, raw, soon, unreadable)
                    .next());
            assertTrue(told.contains(method), told);
        }
    }

    private static final class Bytes implements MethodDescriptor.Marshaller<byte[]> {
        @Override
        public InputStream stream(byte[] bytes) {
            return new ByteArrayInputStream(bytes);
        }

        @Override
        public byte[] parse(InputStream stream) {
            try {
                return stream.readAllBytes();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    @Test
    void streamAnswersInOrderAndGoesOnAfterAnError() throws InterruptedException {
        BlockingQueue<ModelStreamInferResponse> answers = new LinkedBlockingQueue<>();
        CompletableFuture<Void> ended = new CompletableFuture<>();
        StreamObserver<ModelInferRequest> requests = GRPCInferenceServiceGrpc.newStub(channel)
                .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(metadata(key())))
                .modelStreamInfer(new StreamObserver<>() {
                    @Override
                    public void onNext(ModelStreamInferResponse answer) {
                        answers.add(answer);
                    }

                    @Override
                    public void onError(Throwable failure) {
                        ended.completeExceptionally(failure);
                    }

                    @Override
                    public void onCompleted() {
                        ended.complete(null);
                    }
                });
        for (int i = 0; i < 100; i++) {
            ModelInferRequest.Builder request = raw(i, i).setId("r" + i);
            requests.onNext((i == 50 ? request.setModelName("none") : request).build());
        }
        requests.onCompleted();
        for (int i = 0; i < 100; i++) {
            ModelStreamInferResponse answer = answers.poll(10, TimeUnit.SECONDS);
            assertEquals("r" + i, answer.getInferResponse().getId());
            if (i == 50) {
                assertTrue(answer.getErrorMessage().contains("'none' does not exist"));
            } else {
                assertEquals(floats(2 * i, 2 * i), answer.getInferResponse().getRawOutputContents(0));
            }
        }
        ended.join();
    }

    private static String fails(Status.Code code, Executable call) {
        Status status = assertThrows(StatusRuntimeException.class, call).getStatus();
        assertEquals(code, status.getCode(), status.toString());
        return status.getDescription();
    }

    private static ModelInferRequest.InferInputTensor.Builder x() {
        return ModelInferRequest.InferInputTensor.newBuilder()
                .setName("x")
                .setDatatype("FP32")
                .addAllShape(List.of(1L, 2L));
    }

    private static ModelInferRequest contents(Float... elements) {
        return ModelInferRequest.newBuilder()
                .setModelName("fake-doubler")
                .addInputs(x().setContents(InferTensorContents.newBuilder().addAllFp32Contents(List.of(elements))))
                .build();
    }

    private static ModelInferRequest.Builder listed() {
        return contents(1f, 2f).toBuilder();
    }

    private static ModelInferRequest.Builder raw(float... elements) {
        return ModelInferRequest.newBuilder()
                .setModelName("fake-doubler")
                .addInputs(x())
                .addRawInputContents(floats(elements));
    }

    private static ByteString floats(float... values) {
        ByteBuffer bytes = ByteBuffer.allocate(values.length * 4).order(ByteOrder.LITTLE_ENDIAN);
        for (float value : values) {
            bytes.putFloat(value);
        }
        return ByteString.copyFrom(bytes.flip());
    }
}
