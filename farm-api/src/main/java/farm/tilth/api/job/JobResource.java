package farm.tilth.api.job;

import farm.tilth.api.access.CurrentCaller;
import farm.tilth.api.access.Needs;
import farm.tilth.api.access.Role;
import farm.tilth.api.upload.Blobs;
import farm.tilth.api.upload.Download;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.AssemblyManifest;
import farm.tilth.protocol.task.JobId;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Multi;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.Produces;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.sse.OutboundSseEvent;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jboss.resteasy.reactive.ResponseStatus;

/** Jobs over REST: order, follow, call off, download. */
@Path("/api/v1")
@Needs(Role.CUSTOMER)
@RunOnVirtualThread
public class JobResource {
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);
    private static final int MAX_PAGE = 1000;
    private static final int MAX_IDEMPOTENCY_KEY = 200;
    private static final int CREATED = 201;

    private final CurrentCaller caller;
    private final Admission admission;
    private final JobService jobs;
    private final PostgresViews views;
    private final JobStream stream;
    private final Blobs blobs;

    JobResource(
            CurrentCaller caller,
            Admission admission,
            JobService jobs,
            PostgresViews views,
            JobStream stream,
            Blobs blobs) {
        this.caller = caller;
        this.admission = admission;
        this.jobs = jobs;
        this.views = views;
        this.stream = stream;
        this.blobs = blobs;
    }

    /** What an order of frames would cost. Nothing is held. */
    @POST
    @Path("quotes")
    public Quote quote(RenderRequest request) {
        return admission.quote(account(), present(request));
    }

    /**
     * Orders a job; its ceiling is held. The same Idempotency-Key again answers with the same job. A quote's text in the
     * header Tilth-Quote gives the price that was quoted.
     */
    @POST
    @Path("jobs")
    @ResponseStatus(CREATED)
    public JobView order(
            @HeaderParam("Idempotency-Key") Optional<String> idempotencyKey,
            @HeaderParam("Tilth-Quote") Optional<String> quote,
            JobRequest request) {
        idempotencyKey
                .filter(key -> key.isBlank() || key.length() > MAX_IDEMPOTENCY_KEY)
                .ifPresent(key -> {
                    throw new FarmException(
                            ErrorCode.INVALID_REQUEST,
                            "Idempotency-Key: it needs 1 to " + MAX_IDEMPOTENCY_KEY + " characters");
                });
        return jobs.view(jobs.order(caller.get(), present(request), idempotencyKey, quote));
    }

    /** The account's jobs, the newest first. */
    @GET
    @Path("jobs")
    public List<JobView> list(
            @QueryParam("after") Optional<UUID> after, @QueryParam("limit") @DefaultValue("20") int limit) {
        return jobs.list(account(), after, page(limit));
    }

    /** One job. */
    @GET
    @Path("jobs/{id}")
    public JobView job(@PathParam("id") String id) {
        return jobs.view(find(id));
    }

    /** Calls a job off: what was accepted is paid, the rest refunded. */
    @POST
    @Path("jobs/{id}/cancel")
    public JobView cancel(@PathParam("id") String id) {
        return jobs.view(jobs.cancel(account(), JobId.parse(id)));
    }

    /** The computations of a job, in their order. */
    @GET
    @Path("jobs/{id}/tasks")
    public List<TaskView> tasks(
            @PathParam("id") String id,
            @QueryParam("after") @DefaultValue("-1") int after,
            @QueryParam("limit") @DefaultValue("100") int limit) {
        return views.tasks(find(id), after, page(limit)).await().atMost(DATABASE_TIMEOUT);
    }

    /** The result file of a computation, once it was reported. */
    @GET
    @Path("jobs/{id}/tasks/{index}/result")
    public Response result(
            @PathParam("id") String id,
            @PathParam("index") int index,
            @HeaderParam("Range") String range,
            @HeaderParam("If-None-Match") String ifNoneMatch)
            throws IOException {
        Digest digest = views.result(find(id).id(), index)
                .await()
                .atMost(DATABASE_TIMEOUT)
                .orElseThrow(() -> new FarmException(ErrorCode.NOT_FOUND, "task " + index + " has no result now"));
        return download(digest, MediaType.APPLICATION_OCTET_STREAM, Optional.empty())
                .answer(range, ifNoneMatch);
    }

    /** A file that came of the job. */
    @GET
    @Path("jobs/{id}/outputs/{name}")
    public Response output(
            @PathParam("id") String id,
            @PathParam("name") String name,
            @HeaderParam("Range") String range,
            @HeaderParam("If-None-Match") String ifNoneMatch)
            throws IOException {
        AssemblyManifest.Output output = views.outputs(find(id).id()).await().atMost(DATABASE_TIMEOUT).stream()
                .filter(file -> file.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new FarmException(ErrorCode.NOT_FOUND, "the job has no output '" + name + "'"));
        return download(output.digest(), output.mediaType(), Optional.of(name)).answer(range, ifNoneMatch);
    }

    /** Follows a job until it is over: "job", "task" and "output" events. */
    @GET
    @Path("jobs/{id}/events")
    @Produces(MediaType.SERVER_SENT_EVENTS)
    @Blocking
    public Multi<OutboundSseEvent> events(@PathParam("id") String id) {
        return stream.of(find(id));
    }

    private Download download(Digest digest, String mediaType, Optional<String> name) throws IOException {
        java.nio.file.Path file = blobs.file(digest).orElseThrow(() -> Download.missing(digest));
        return new Download(digest, file, mediaType, name);
    }

    private Job find(String id) {
        return jobs.find(account(), JobId.parse(id));
    }

    private UUID account() {
        return caller.get().account();
    }

    private static int page(int limit) {
        if (limit < 1 || limit > MAX_PAGE) {
            throw new FarmException(
                    ErrorCode.INVALID_REQUEST, "limit is " + limit + "; it must be from 1 to " + MAX_PAGE);
        }
        return limit;
    }

    private static <T> T present(T body) {
        if (body == null) {
            throw new FarmException(ErrorCode.INVALID_REQUEST, "the request has no body; it needs a JSON object");
        }
        return body;
    }
}
