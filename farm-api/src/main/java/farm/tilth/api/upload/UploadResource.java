package farm.tilth.api.upload;

import static farm.tilth.api.access.Requests.check;

import farm.tilth.api.access.CurrentCaller;
import farm.tilth.api.access.Needs;
import farm.tilth.api.access.Requests;
import farm.tilth.api.access.Role;
import farm.tilth.api.server.Problem;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import io.smallrye.common.annotation.RunOnVirtualThread;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.PATCH;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.io.InputStream;
import java.util.UUID;
import org.jboss.resteasy.reactive.ResponseStatus;

/** Resumable uploads over REST. */
@Path("/api/v1/uploads")
@Needs(Role.CUSTOMER)
@RunOnVirtualThread
public class UploadResource {
    private static final String OFFSET = "Upload-Offset";
    private static final int CREATED = 201;

    private final CurrentCaller caller;
    private final Uploads uploads;
    private final UploadLimits limits;

    UploadResource(CurrentCaller caller, Uploads uploads, UploadLimits limits) {
        this.caller = caller;
        this.uploads = uploads;
        this.limits = limits;
    }

    /** Asks for an upload. */
    public record UploadRequest(Digest digest, Long bytes) {
        public UploadRequest {
            check(digest != null, "'digest' is missing: the SHA-256 of the file, in hexadecimal");
            check(bytes != null, "'bytes' is missing: the size of the file");
        }
    }

    /**
     * Where an upload stands.
     *
     * @param offset where the next chunk begins
     * @param chunkBytes the size of chunk that suits the farm
     */
    public record UploadView(UUID id, Digest digest, long bytes, long offset, boolean complete, int chunkBytes) {}

    /** Begins an upload, or goes on with an earlier one of the same content. */
    @POST
    @ResponseStatus(CREATED)
    public UploadView open(UploadRequest request) throws IOException {
        UploadRequest asked = Requests.present(request);
        return view(uploads.open(caller.get().account(), asked.digest(), asked.bytes()));
    }

    /** Where the upload stands. */
    @GET
    @Path("{id}")
    public UploadView find(@PathParam("id") UUID id) throws IOException {
        return view(uploads.find(caller.get().account(), id));
    }

    /** Takes a chunk that begins at the offset. */
    @PATCH
    @Path("{id}")
    @Consumes(MediaType.APPLICATION_OCTET_STREAM)
    public Response append(@PathParam("id") UUID id, @HeaderParam(OFFSET) String offset, InputStream body)
            throws IOException {
        check(
                offset != null && offset.matches("\\d{1,18}"),
                "the header " + OFFSET + " is missing or no number: the place in the file where the chunk begins");
        return switch (uploads.append(caller.get().account(), id, Long.parseLong(offset), body)) {
            case Append.Done done ->
                Response.ok(view(done.upload()))
                        .header(OFFSET, done.upload().received())
                        .build();
            case Append.Elsewhere elsewhere ->
                conflict(
                        elsewhere.upload(),
                        "the chunk begins at " + offset + ", the upload stands at "
                                + elsewhere.upload().received());
            case Append.Busy other ->
                conflict(other.upload(), "another request is writing to this upload; ask again where it stands");
        };
    }

    private static Response conflict(Upload upload, String detail) {
        return Response.status(ErrorCode.CONFLICT.httpStatus())
                .header(OFFSET, upload.received())
                .type(Problem.MEDIA_TYPE)
                .entity(Problem.of(ErrorCode.CONFLICT, detail))
                .build();
    }

    private UploadView view(Upload upload) {
        return new UploadView(
                upload.id(),
                upload.digest(),
                upload.bytes(),
                upload.received(),
                upload.complete(),
                limits.chunkBytes());
    }
}
