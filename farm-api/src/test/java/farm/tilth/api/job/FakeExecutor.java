package farm.tilth.api.job;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.AssemblyManifest;
import farm.tilth.protocol.task.SceneReport;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.worker.TaskContext;
import farm.tilth.protocol.worker.TaskExecutor;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;

/** Executes tasks without a scene or a device; what it says is deterministic. */
public class FakeExecutor implements TaskExecutor {
    /** The engine of fake tiles. */
    public static final String ENGINE = "fake-1";
    /** The name of the only camera that fake scenes have. */
    public static final String CAMERA = "Front";

    private final String engine;
    private final Set<String> types;

    FakeExecutor(String engine, String... types) {
        this.engine = engine;
        this.types = Set.of(types);
    }

    /** Renders tiles. */
    public static FakeExecutor renderer() {
        return new FakeExecutor(ENGINE, "renderTile");
    }

    /** Hands in black tiles and claims the same pay. */
    public static FakeExecutor liar() {
        return new FakeExecutor(ENGINE, "renderTile") {
            @Override
            public ResultFile execute(TaskSpec spec, TaskContext context) {
                return FakeRendering.lie((TaskSpec.RenderTile) spec);
            }
        };
    }

    /** Renders some tiles well, and from then on as {@link #liar} does. */
    public static FakeExecutor turncoat(int honestTiles) {
        AtomicInteger rendered = new AtomicInteger();
        return new FakeExecutor(ENGINE, "renderTile") {
            @Override
            public ResultFile execute(TaskSpec spec, TaskContext context) {
                TaskSpec.RenderTile tile = (TaskSpec.RenderTile) spec;
                return rendered.incrementAndGet() <= honestTiles ? FakeRendering.tile(tile) : FakeRendering.lie(tile);
            }
        };
    }

    /** What a trusted worker has. */
    public static List<TaskExecutor> trusted() {
        return List.of(
                new FakeExecutor(ENGINE, "auditBlock", "inspectScene"),
                new FakeExecutor("assembly-3", "assembleFrame", "finishFrame", "assembleVideo"));
    }

    @Override
    public String engine() {
        return engine;
    }

    @Override
    public String device() {
        return "none";
    }

    @Override
    public Set<String> taskTypes() {
        return types;
    }

    @Override
    public ResultFile execute(TaskSpec spec, TaskContext context) throws InterruptedException {
        return switch (spec) {
            case TaskSpec.RenderTile tile -> FakeRendering.tile(tile);
            case TaskSpec.AuditBlock audit -> FakeRendering.audit(audit);
            case TaskSpec.InspectScene scene -> inspect(scene, context);
            case TaskSpec.AssembleFrame frame -> frame(frame, context);
            case TaskSpec.FinishFrame frame -> finish(frame, context);
            case TaskSpec.AssembleVideo video -> video(video, context);
            default -> throw new FarmException(ErrorCode.INVALID_REQUEST, "not in this farm");
        };
    }

    private static ResultFile inspect(TaskSpec.InspectScene spec, TaskContext context) throws InterruptedException {
        byte[] main =
                context.blobs().bytes(spec.scene().files().get(spec.scene().main()), 1 << 20);
        if (new String(main, StandardCharsets.UTF_8).contains("broken")) {
            throw new FarmException(ErrorCode.INVALID_SCENE, "main.glb: buffer 0 is short");
        }
        return json(new SceneReport(
                ENGINE,
                List.of(CAMERA),
                List.of(),
                List.of("Red"),
                12,
                1,
                0,
                0,
                1000,
                2.5,
                List.of(),
                List.of(0.0, 0.0, 0.0),
                List.of(1.0, 1.0, 1.0)));
    }

    private static ResultFile frame(TaskSpec.AssembleFrame spec, TaskContext context) throws InterruptedException {
        for (TaskSpec.TilePart part : spec.parts()) {
            Path ignored = context.blobs().file(part.result());
        }
        String all = spec.parts().stream().map(p -> p.result().hex()).collect(Collectors.joining("\n"));
        byte[] picture = ("picture of\n" + all).getBytes(StandardCharsets.UTF_8);
        Digest file = context.blobs().put(picture);
        String name = "frame-%04d.png".formatted(spec.frame());
        return json(new AssemblyManifest(
                Digest.ofText(all), List.of(new AssemblyManifest.Output(name, "image/png", file, picture.length))));
    }

    private static ResultFile finish(TaskSpec.FinishFrame spec, TaskContext context) throws InterruptedException {
        Path read = context.blobs().file(spec.picture());
        for (Digest result : spec.results()) {
            read = context.blobs().file(result);
        }
        byte[] picture = ("finished from " + read.getFileName()).getBytes(StandardCharsets.UTF_8);
        Digest file = context.blobs().put(picture);
        String name = "frame-%04d.png".formatted(spec.frame());
        return json(new AssemblyManifest(
                file, List.of(new AssemblyManifest.Output(name, "image/png", file, picture.length))));
    }

    private static ResultFile video(TaskSpec.AssembleVideo spec, TaskContext context) throws InterruptedException {
        byte[] video = ("video of " + spec.frames()).getBytes(StandardCharsets.UTF_8);
        Digest file = context.blobs().put(video);
        return json(new AssemblyManifest(
                file, List.of(new AssemblyManifest.Output("video.mp4", "video/mp4", file, video.length))));
    }

    private static ResultFile json(Object value) {
        return ResultFile.ofOne(Json.write(value).getBytes(StandardCharsets.UTF_8), 0);
    }

    @Override
    public void close() {}
}
