package farm.tilth.api.upload;

import static farm.tilth.api.access.Requests.check;

import farm.tilth.api.access.CurrentCaller;
import farm.tilth.api.access.Needs;
import farm.tilth.api.access.Role;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PUT;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;

/** Content for workers and from them. A worker reads what its leased tasks need, and stores what they result in. */
@Path("/api/v1/worker/blobs/{digest}")
@Needs({Role.OWNER, Role.OPERATOR})
@RunOnVirtualThread
public class WorkerBlobResource {
    private static final String WORKER = "Tilth-Worker";
    private static final Duration DATABASE_PATIENCE = Duration.ofSeconds(30);

    private final CurrentCaller caller;
    private final WorkerAccess access;
    private final Blobs blobs;
    private final UploadLimits limits;

    WorkerBlobResource(CurrentCaller caller, WorkerAccess access, Blobs blobs, UploadLimits limits) {
        this.caller = caller;
        this.access = access;
        this.blobs = blobs;
        this.limits = limits;
    }

    /** A blob of a task that is leased to the worker. */
    @GET
    public Response read(
            @PathParam("digest") Digest digest,
            @HeaderParam(WORKER) String worker,
            @HeaderParam("Range") String range,
            @HeaderParam("If-None-Match") String ifNoneMatch)
            throws IOException {
        UUID account = caller.get().account();
        Boolean allowed =
                access.mayRead(worker(worker), account, digest).await().atMost(DATABASE_PATIENCE);
        java.nio.file.Path file = (allowed ? blobs.file(digest) : Optional.<java.nio.file.Path>empty())
                .orElseThrow(() -> new FarmException(
                        ErrorCode.NOT_FOUND, "no task that this worker holds needs the content " + digest));
        return new Download(digest, file, MediaType.APPLICATION_OCTET_STREAM, Optional.empty())
                .answer(range, ifNoneMatch);
    }

    /** Stores a result. Safe to repeat. */
    @PUT
    @Consumes(MediaType.WILDCARD)
    public void write(@PathParam("digest") Digest digest, @HeaderParam(WORKER) String worker, InputStream content)
            throws IOException {
        worker(worker);
        blobs.put(digest, content, limits.maxResultBytes());
    }

    private static Digest worker(String header) {
        check(header != null, "the header " + WORKER + " is missing: the worker's id");
        return Digest.parse(header);
    }
}
