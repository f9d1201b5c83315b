package farm.tilth.api.inference;

import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assertions.fail;

import com.google.protobuf.InvalidProtocolBufferException;
import farm.tilth.api.openai.BatchRequest;
import farm.tilth.api.openai.EmbeddingsRequest;
import farm.tilth.api.openai.JsonLines;
import farm.tilth.api.openinference.GrpcRequests;
import farm.tilth.api.openinference.InferRequest;
import farm.tilth.api.openinference.InferRequestReader;
import farm.tilth.api.openinference.RawInput;
import farm.tilth.api.openinference.wire.ModelInferRequest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.CallCheck;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Whatever a request's bytes are, they are understood or refused with a code that is the caller's to mend. */
class RequestFuzzTest {
    private static final InferenceConfig CONFIG = Configs.of(InferenceConfig.class);

    @Test
    void thousandsOfBrokenRequestsAreRefusedOrUnderstood() {
        fuzz(System.nanoTime(), 30_000);
    }

    @Tag("long")
    @Test
    void aMillionBrokenRequestsAreRefusedOrUnderstood() {
        fuzz(System.nanoTime(), 1_000_000);
    }

    private static void fuzz(long seed, int cases) {
        Random random = new Random(seed);
        FuzzedBytes fuzzed = new FuzzedBytes(random);
        int refused = 0;
        for (int i = 0; i < cases; i++) {
            byte[] body = fuzzed.next();
            try {
                read(i % 7, body, random);
            } catch (FarmException e) {
                refused++;
                assertTrue(
                        e.code().httpStatus() < ErrorCode.INTERNAL.httpStatus(),
                        () -> e.code() + " for case with seed " + seed);
            } catch (IOException | RuntimeException | StackOverflowError e) {
                fail("seed " + seed + ", case " + i + ": " + new String(body, StandardCharsets.ISO_8859_1), e);
            }
        }
        assertTrue(refused > cases / 10, "the fuzzing is too tame: " + refused + " of " + cases + " were refused");
    }

    private static void read(int way, byte[] body, Random random) throws IOException {
        switch (way) {
            case 0 -> check(InferRequestReader.read(body, body.length));
            case 1 -> check(InferRequestReader.read(body, random.nextInt(body.length + 1)));
            case 2 -> check(RawInput.request(FakeModel.DOUBLER, body));
            case 3 -> EmbeddingsRequest.parse(RequestBody.object(body), CONFIG).check(FakeModel.EMBEDDER);
            case 4 ->
                BatchRequest.read(new JsonLines.Line(1, body, false), CONFIG).checked(FakeModel.EMBEDDER);
            case 5 -> grpc(body);
            default ->
                (random.nextBoolean() ? ContentCoding.GZIP : ContentCoding.DEFLATE)
                        .decode(new ByteArrayInputStream(body), 1 << 20, new BodyBudget(CONFIG).open());
        }
    }

    private static void check(InferRequest request) {
        request.check(FakeModel.DOUBLER);
        CallCheck.check(FakeModel.DOUBLER, request.inputs());
    }

    private static void grpc(byte[] body) {
        try {
            check(GrpcRequests.read(ModelInferRequest.parseFrom(body), Optional.empty()));
        } catch (InvalidProtocolBufferException broken) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "gRPC refuses it before the farm sees it", broken);
        }
    }
}
