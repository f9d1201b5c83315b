package farm.tilth.api.openai;

import com.fasterxml.jackson.databind.JsonNode;
import farm.tilth.api.access.CurrentCaller;
import farm.tilth.api.access.Needs;
import farm.tilth.api.access.Role;
import farm.tilth.api.inference.BodyBudget;
import farm.tilth.api.inference.InferenceConfig;
import farm.tilth.api.inference.RequestBody;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.InputStream;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** OpenAI's batches: a file of requests, carried out as one job. */
@Path("/v1/batches")
@Needs(Role.CUSTOMER)
@Produces(MediaType.APPLICATION_JSON)
@Consumes(MediaType.WILDCARD)
@Blocking
public class BatchResource {
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);
    private static final int USUAL_PAGE = 20;
    private static final int MAX_PAGE = 100;
    private static final int MAX_BODY_BYTES = 1 << 20;
    private static final int MAX_PAIRS = 16;
    private static final int MAX_NAME = 64;
    private static final int MAX_VALUE = 512;

    private final CurrentCaller caller;
    private final PostgresBatches batches;
    private final PostgresFiles files;
    private final BatchWork work;
    private final BodyBudget budget;
    private final InferenceConfig config;
    private final InstantSource clock;

    BatchResource(
            CurrentCaller caller,
            PostgresBatches batches,
            PostgresFiles files,
            BatchWork work,
            BodyBudget budget,
            InferenceConfig config,
            InstantSource clock) {
        this.caller = caller;
        this.batches = batches;
        this.files = files;
        this.work = work;
        this.budget = budget;
        this.config = config;
        this.clock = clock;
    }

    /** Makes a batch of a file. */
    @POST
    public Response create(InputStream body) {
        JsonNode request;
        try (BodyBudget.Share share = budget.open()) {
            request = RequestBody.object(body, MAX_BODY_BYTES, share);
        }
        if (!request.path("endpoint").asText().equals(OpenAiBatch.ENDPOINT)) {
            throw invalid("endpoint must be '" + OpenAiBatch.ENDPOINT + "'");
        }
        if (!request.path("completion_window").asText().equals("24h")) {
            throw invalid("completion_window must be '24h'");
        }
        String inputId = RequestBody.text(request, "input_file_id");
        OpenAiFile input =
                await(files.find(account(), OpenAiFile.parse(inputId))).orElseThrow(() -> OpenAiFile.missing(inputId));
        if (!input.purpose().equals("batch")) {
            throw invalid("input_file_id must name a file with the purpose 'batch'; this one is for '" + input.purpose()
                    + "'");
        }
        if (await(batches.openOf(account())) >= config.batchesPerAccount()) {
            throw new FarmException(
                    ErrorCode.TOO_MANY_REQUESTS,
                    "this account has " + config.batchesPerAccount() + " open batches; wait until one has ended");
        }
        OpenAiBatch batch = batch(input, metadata(request.path("metadata")), expiry(request));
        await(batches.insert(batch));
        work.wake();
        return OpenAiForms.answer(BatchView.of(batch));
    }

    private OpenAiBatch batch(OpenAiFile input, Optional<String> metadata, Optional<Long> outputSeconds) {
        Instant now = clock.instant();
        return new OpenAiBatch(
                UUID.randomUUID(),
                account(),
                Optional.of(caller.get().key()),
                OpenAiBatch.State.VALIDATING,
                OpenAiBatch.State.COMPLETED,
                input.id(),
                input.digest(),
                metadata,
                outputSeconds,
                Optional.empty(),
                Optional.empty(),
                new OpenAiBatch.Counts(0, 0, 0, 0),
                Optional.empty(),
                new OpenAiBatch.Files(Optional.empty(), Optional.empty()),
                new OpenAiBatch.Times(
                        now,
                        now.plus(config.batchWindow()),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.empty()));
    }

    private static Optional<Long> expiry(JsonNode request) {
        JsonNode kept = request.path("output_expires_after");
        return kept.isMissingNode() || kept.isNull()
                ? Optional.empty()
                : OpenAiForms.expiry(
                        kept.path("anchor").asText(), kept.path("seconds").asText(), "output_expires_after");
    }

    private static Optional<String> metadata(JsonNode metadata) {
        if (metadata.isMissingNode() || metadata.isNull()) {
            return Optional.empty();
        }
        boolean good = metadata.isObject() && metadata.size() <= MAX_PAIRS;
        for (Map.Entry<String, JsonNode> pair : metadata.properties()) {
            good &= pair.getKey().length() <= MAX_NAME
                    && pair.getValue().isTextual()
                    && pair.getValue().textValue().length() <= MAX_VALUE;
        }
        if (!good) {
            throw invalid("metadata must be an object of at most " + MAX_PAIRS + " strings of " + MAX_VALUE
                    + " characters, with names of " + MAX_NAME);
        }
        return Optional.of(Json.write(metadata));
    }

    /** Lists batches, the newest first. */
    @GET
    public Response list(@QueryParam("limit") String limit, @QueryParam("after") String after) {
        int count = OpenAiForms.limit(limit, USUAL_PAGE, MAX_PAGE);
        List<OpenAiBatch> found = await(batches.list(
                account(),
                Optional.ofNullable(after).filter(text -> !text.isEmpty()).map(OpenAiBatch::parse),
                count + 1));
        return OpenAiForms.answer(OpenAiForms.page(found, count, BatchView::of));
    }

    /** Describes a batch. */
    @GET
    @Path("/{id}")
    public Response batch(@PathParam("id") String id) {
        return OpenAiForms.answer(BatchView.of(find(id)));
    }

    /** Calls a batch off; what was computed before is delivered and paid. */
    @POST
    @Path("/{id}/cancel")
    public Response cancel(@PathParam("id") String id) {
        OpenAiBatch batch = find(id);
        if (!await(batches.cancel(account(), batch.id())) && batch.state() != OpenAiBatch.State.CANCELLING) {
            throw new FarmException(
                    ErrorCode.CONFLICT,
                    "Cannot cancel a batch with status '" + find(id).state().text() + "'.");
        }
        work.wake();
        return OpenAiForms.answer(BatchView.of(find(id)));
    }

    private OpenAiBatch find(String id) {
        return await(batches.find(account(), OpenAiBatch.parse(id))).orElseThrow(() -> OpenAiBatch.missing(id));
    }

    private UUID account() {
        return caller.get().account();
    }

    private static FarmException invalid(String message) {
        return new FarmException(ErrorCode.INVALID_REQUEST, message);
    }

    private static <T> T await(Uni<T> answer) {
        return answer.await().atMost(DATABASE_TIMEOUT);
    }
}
