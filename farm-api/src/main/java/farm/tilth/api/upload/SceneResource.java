package farm.tilth.api.upload;

import static farm.tilth.api.access.Requests.check;

import farm.tilth.api.access.CurrentCaller;
import farm.tilth.api.access.Needs;
import farm.tilth.api.access.Requests;
import farm.tilth.api.access.Role;
import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.SceneFiles;
import farm.tilth.protocol.task.SceneReport;
import io.smallrye.common.annotation.RunOnVirtualThread;
import io.smallrye.mutiny.Uni;
import jakarta.ws.rs.DefaultValue;
import jakarta.ws.rs.GET;
import jakarta.ws.rs.HeaderParam;
import jakarta.ws.rs.POST;
import jakarta.ws.rs.Path;
import jakarta.ws.rs.PathParam;
import jakarta.ws.rs.QueryParam;
import jakarta.ws.rs.core.Response;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.SortedMap;
import java.util.UUID;
import org.jboss.resteasy.reactive.ResponseStatus;

/** Scenes over REST. */
@Path("/api/v1/scenes")
@Needs(Role.CUSTOMER)
public class SceneResource {
    private static final int ACCEPTED = 202;
    private static final int MAX_NAME = 200;
    private static final int MAX_LIMIT = 200;
    private static final Duration DATABASE_PATIENCE = Duration.ofSeconds(30);

    private final CurrentCaller caller;
    private final SceneService scenes;
    private final Blobs blobs;

    SceneResource(CurrentCaller caller, SceneService scenes, Blobs blobs) {
        this.caller = caller;
        this.scenes = scenes;
        this.blobs = blobs;
    }

    /** Asks for a scene of files that were uploaded before. */
    public record SceneRequest(String name, String main, SortedMap<String, Digest> files) {
        public SceneRequest {
            check(name != null && !name.isBlank() && name.length() <= MAX_NAME, "'name' needs 1 to 200 characters");
            check(main != null, "'main' is missing: the path of the .glb or .gltf among the files");
            check(files != null && !files.isEmpty(), "'files' is missing: the digest of each file by its path");
            files.forEach((path, digest) -> check(digest != null, "the file '" + path + "' has no digest"));
        }

        SceneFiles sceneFiles() {
            return new SceneFiles(main, files);
        }
    }

    /** A scene as its owner sees it. */
    public record SceneView(
            UUID id,
            String name,
            SceneState state,
            String main,
            SortedMap<String, Digest> files,
            Optional<SceneReport> report,
            Optional<Scene.Refusal> error,
            Instant createdAt) {
        static SceneView of(Scene scene) {
            return new SceneView(
                    scene.id(),
                    scene.name(),
                    scene.state(),
                    scene.files().main(),
                    scene.files().files(),
                    scene.report(),
                    scene.error(),
                    scene.createdAt());
        }
    }

    /** Makes a scene; a trusted worker then inspects it. */
    @POST
    @ResponseStatus(ACCEPTED)
    public Uni<SceneView> create(SceneRequest request) {
        SceneRequest asked = Requests.present(request);
        return scenes.create(caller.get().account(), asked.name(), asked.sceneFiles())
                .map(SceneView::of);
    }

    /** The caller's scenes, the newest first. */
    @GET
    public Uni<List<SceneView>> list(
            @QueryParam("after") Optional<UUID> after, @QueryParam("limit") @DefaultValue("50") int limit) {
        check(limit >= 1 && limit <= MAX_LIMIT, "'limit' is " + limit + "; it must be from 1 to " + MAX_LIMIT);
        return scenes.list(caller.get().account(), after, limit)
                .map(found -> found.stream().map(SceneView::of).toList());
    }

    /** One scene. */
    @GET
    @Path("{id}")
    public Uni<SceneView> find(@PathParam("id") UUID id) {
        return scene(id).map(SceneView::of);
    }

    /** A file of a scene, as it was uploaded. */
    @GET
    @Path("{id}/files/{path: .+}")
    @RunOnVirtualThread
    public Response file(
            @PathParam("id") UUID id,
            @PathParam("path") String path,
            @HeaderParam("Range") String range,
            @HeaderParam("If-None-Match") String ifNoneMatch)
            throws IOException {
        Scene scene = scene(id).await().atMost(DATABASE_PATIENCE);
        Digest digest = scene.files().files().get(path);
        if (digest == null) {
            throw new FarmException(ErrorCode.NOT_FOUND, "the scene has no file '" + path + "'");
        }
        java.nio.file.Path file = blobs.file(digest).orElseThrow(() -> Download.missing(digest));
        return new Download(digest, file, mediaType(path), Optional.empty()).answer(range, ifNoneMatch);
    }

    private Uni<Scene> scene(UUID id) {
        return scenes.find(caller.get().account(), id).map(found -> found.orElseThrow(() -> SceneService.missing(id)));
    }

    private static String mediaType(String path) {
        String suffix = path.substring(path.lastIndexOf('.') + 1).toLowerCase(Locale.ROOT);
        return switch (suffix) {
            case "glb" -> "model/gltf-binary";
            case "gltf" -> "model/gltf+json";
            case "png" -> "image/png";
            case "jpg", "jpeg" -> "image/jpeg";
            default -> "application/octet-stream";
        };
    }
}
