package farm.tilth.api.openai;

import farm.tilth.api.access.CurrentCaller;
import farm.tilth.api.access.Needs;
import farm.tilth.api.access.Role;
import farm.tilth.api.server.DataFolder;
import farm.tilth.api.server.HttpLimits;
import farm.tilth.api.upload.Blobs;
import farm.tilth.api.upload.Download;
import farm.tilth.api.upload.Uploads;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import io.smallrye.common.annotation.Blocking;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.Consumes;
import jakarta.ws.rs.DELETE;
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
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jboss.resteasy.reactive.RestForm;
import org.jboss.resteasy.reactive.multipart.FileUpload;

/** OpenAI's files: what batches are made of, and what comes of them. */
@Path("/v1/files")
@Needs(Role.CUSTOMER)
@Produces(MediaType.APPLICATION_JSON)
@Blocking
public class FileResource {
    private static final Duration DATABASE_TIMEOUT = Duration.ofSeconds(30);
    private static final Set<String> PURPOSES =
            Set.of("batch", "assistants", "fine-tune", "vision", "user_data", "evals");
    private static final int MAX_PAGE = 10_000;
    private static final int MAX_NAME = 255;

    private final CurrentCaller caller;
    private final PostgresFiles files;
    private final Uploads uploads;
    private final Blobs blobs;
    private final HttpLimits limits;
    private final InstantSource clock;
    private final java.nio.file.Path folder;

    FileResource(
            CurrentCaller caller,
            PostgresFiles files,
            Uploads uploads,
            Blobs blobs,
            HttpLimits limits,
            InstantSource clock,
            DataFolder data) {
        this.caller = caller;
        this.files = files;
        this.uploads = uploads;
        this.blobs = blobs;
        this.limits = limits;
        this.clock = clock;
        this.folder = data.root().resolve("batches");
    }

    /** Stores a file. */
    @POST
    @Consumes(MediaType.MULTIPART_FORM_DATA)
    public Response create(
            @RestForm("file") FileUpload file,
            @RestForm("purpose") String purpose,
            @RestForm("expires_after[anchor]") String anchor,
            @RestForm("expires_after[seconds]") String seconds)
            throws IOException {
        if (purpose == null || !PURPOSES.contains(purpose)) {
            throw invalid("purpose must be one of " + PURPOSES.stream().sorted().toList());
        }
        if (file == null) {
            throw invalid("file is missing");
        }
        if (file.size() == 0 || file.size() > limits.maxFileBytes()) {
            throw invalid("file has " + file.size() + " bytes; it must have 1 to " + limits.maxFileBytes());
        }
        Optional<Long> kept = OpenAiForms.expiry(anchor, seconds, "expires_after");
        Instant now = clock.instant();
        String name = file.fileName() == null || file.fileName().isBlank() ? "upload" : file.fileName();
        java.nio.file.Path copy = Files.createTempFile(folder, "file", ".new");
        try {
            Files.copy(file.uploadedFile(), copy, StandardCopyOption.REPLACE_EXISTING);
            OpenAiFile stored = new OpenAiFile(
                    UUID.randomUUID(),
                    account(),
                    purpose,
                    name.length() > MAX_NAME ? name.substring(name.length() - MAX_NAME) : name,
                    file.size(),
                    uploads.keep(account(), copy),
                    now,
                    kept.map(now::plusSeconds));
            await(files.insert(stored));
            return OpenAiForms.answer(stored.view());
        } finally {
            Files.deleteIfExists(copy);
        }
    }

    /** Lists files, the newest first unless {@code order=asc}. */
    @GET
    public Response list(
            @QueryParam("purpose") String purpose,
            @QueryParam("limit") String limit,
            @QueryParam("order") @DefaultValue("desc") String order,
            @QueryParam("after") String after) {
        if (!order.equals("asc") && !order.equals("desc")) {
            throw invalid("order must be 'asc' or 'desc'");
        }
        int count = OpenAiForms.limit(limit, MAX_PAGE, MAX_PAGE);
        List<OpenAiFile> found = await(files.list(
                account(),
                Optional.ofNullable(purpose).filter(text -> !text.isEmpty()),
                Optional.ofNullable(after).filter(text -> !text.isEmpty()).map(OpenAiFile::parse),
                order.equals("desc"),
                count + 1));
        return OpenAiForms.answer(OpenAiForms.page(found, count, OpenAiFile::view));
    }

    /** Describes a file. */
    @GET
    @Path("/{id}")
    public Response file(@PathParam("id") String id) {
        return OpenAiForms.answer(find(id).view());
    }

    /** A file's bytes. */
    @GET
    @Path("/{id}/content")
    @Produces(MediaType.WILDCARD)
    public Response content(
            @PathParam("id") String id,
            @HeaderParam("Range") String range,
            @HeaderParam("If-None-Match") String ifNoneMatch)
            throws IOException {
        OpenAiFile file = find(id);
        java.nio.file.Path path = blobs.file(file.digest()).orElseThrow(() -> Download.missing(file.digest()));
        return new Download(file.digest(), path, MediaType.APPLICATION_OCTET_STREAM, Optional.of(file.filename()))
                .answer(range, ifNoneMatch);
    }

    /** Deletes a file, which does not count against the account any more. A batch that was made of it goes on. */
    @DELETE
    @Path("/{id}")
    public Response delete(@PathParam("id") String id) {
        PostgresFiles.Deleted deleted =
                await(files.delete(account(), OpenAiFile.parse(id))).orElseThrow(() -> OpenAiFile.missing(id));
        uploads.release(deleted.account(), deleted.digest());
        return OpenAiForms.answer(Map.of("id", id, "object", "file", "deleted", true));
    }

    private OpenAiFile find(String id) {
        return await(files.find(account(), OpenAiFile.parse(id))).orElseThrow(() -> OpenAiFile.missing(id));
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
