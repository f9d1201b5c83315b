package farm.tilth.render;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.AssemblyManifest;
import farm.tilth.protocol.task.AssemblyManifest.Output;
import farm.tilth.protocol.task.Denoiser;
import farm.tilth.protocol.task.RenderPlan;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.worker.TaskContext;
import farm.tilth.protocol.worker.TaskExecutor;
import farm.tilth.render.video.VideoEncoder;
import farm.tilth.splitter.assemble.ExrEncoder;
import farm.tilth.splitter.assemble.FilmLayers;
import farm.tilth.splitter.assemble.FrameFilm;
import farm.tilth.splitter.assemble.GuidedDenoiser;
import farm.tilth.splitter.assemble.PngEncoder;
import farm.tilth.splitter.assemble.ToneMapper;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import javax.imageio.ImageIO;

/**
 * Turns accepted tiles into pictures and videos, on a trusted worker: tiles merge into a film, the film becomes PNG
 * and EXR, the frames' PNGs become MP4.
 */
final class AssemblyExecutor implements TaskExecutor {
    /** The name and version of the file formats that it writes. */
    static final String ENGINE = "assembly-3";

    private static final long MAX_PLAN_BYTES = 16 << 20;
    private static final long MAX_TILE_BYTES = 256 << 20;

    @Override
    public String engine() {
        return ENGINE;
    }

    @Override
    public String device() {
        return "cpu";
    }

    @Override
    public Set<String> taskTypes() {
        return Set.of("assembleFrame", "finishFrame", "assembleVideo");
    }

    @Override
    public ResultFile execute(TaskSpec spec, TaskContext context) throws InterruptedException {
        AssemblyManifest manifest =
                switch (spec) {
                    case TaskSpec.AssembleFrame frame -> frame(frame, context);
                    case TaskSpec.FinishFrame frame -> finish(frame, context);
                    case TaskSpec.AssembleVideo video -> video(video, context);
                    default -> throw new FarmException(ErrorCode.INVALID_REQUEST, ENGINE + " cannot do " + spec.type());
                };
        return ResultFile.ofOne(Json.write(manifest).getBytes(StandardCharsets.UTF_8), 0);
    }

    private static AssemblyManifest frame(TaskSpec.AssembleFrame spec, TaskContext context)
            throws InterruptedException {
        RenderPlan plan = plan(spec.plan(), context);
        FrameFilm film = merge(plan, spec.parts(), context);
        float[] color = color(plan, film);
        return plan.picture().steps().isEmpty()
                ? files(plan, spec.frame(), film, color, context)
                : SteppedFrame.begin(film, color, plan.picture(), context);
    }

    private static AssemblyManifest finish(TaskSpec.FinishFrame spec, TaskContext context) throws InterruptedException {
        RenderPlan plan = plan(spec.plan(), context);
        Optional<FrameFilm> film =
                plan.picture().layers().isEmpty() ? Optional.empty() : Optional.of(merge(plan, spec.parts(), context));
        return SteppedFrame.finish(plan, spec, film, context);
    }

    private static RenderPlan plan(Digest plan, TaskContext context) throws InterruptedException {
        return Json.read(
                new String(context.blobs().bytes(plan, MAX_PLAN_BYTES), StandardCharsets.UTF_8), RenderPlan.class);
    }

    private static FrameFilm merge(RenderPlan plan, List<TaskSpec.TilePart> parts, TaskContext context)
            throws InterruptedException {
        FrameFilm film = new FrameFilm(
                plan.picture().width(),
                plan.picture().height(),
                plan.paths().samples(),
                plan.picture().filmLayers());
        for (TaskSpec.TilePart part : parts) {
            film.merge(
                    part.tile(),
                    part.samples(),
                    ResultFile.parse(context.blobs().bytes(part.result(), MAX_TILE_BYTES)));
        }
        return film;
    }

    private static AssemblyManifest files(
            RenderPlan plan, int frame, FrameFilm film, float[] color, TaskContext context)
            throws InterruptedException {
        String name = "frame-%04d".formatted(frame);
        byte[] png = png(plan, color);
        byte[] exr = ExrEncoder.encode(
                plan.picture().width(),
                plan.picture().height(),
                FilmLayers.channels(film, color, plan.picture().layers()));
        return new AssemblyManifest(
                film.digest(),
                List.of(
                        new Output(name + ".png", "image/png", context.blobs().put(png), png.length),
                        new Output(name + ".exr", "image/x-exr", context.blobs().put(exr), exr.length)));
    }

    private static float[] color(RenderPlan plan, FrameFilm film) {
        return switch (plan.picture().denoiser().orElse(null)) {
            case null -> film.mean();
            case Denoiser.Guided guided -> GuidedDenoiser.denoise(film);
            case Denoiser.Model model ->
                throw new FarmException(
                        ErrorCode.MODEL_NOT_FOUND, "no worker runs the denoiser's model '" + model.name() + "'");
        };
    }

    private static byte[] png(RenderPlan plan, float[] color) {
        ToneMapper toneMapper = new ToneMapper(plan.picture().toneMap());
        return plan.picture().toneMap().bits().orElse(8) == 16
                ? PngEncoder.encode16(plan.picture().width(), plan.picture().height(), toneMapper.map16(color))
                : PngEncoder.encode(plan.picture().width(), plan.picture().height(), toneMapper.map(color));
    }

    private static AssemblyManifest video(TaskSpec.AssembleVideo spec, TaskContext context)
            throws InterruptedException {
        Path file = context.scratch().resolve("video.mp4");
        List<Path> frames = new ArrayList<>();
        for (Digest frame : spec.frames()) {
            frames.add(context.blobs().file(frame));
        }
        try {
            BufferedImage first = picture(frames.getFirst());
            try (VideoEncoder video =
                    new VideoEncoder(file, first.getWidth(), first.getHeight(), spec.framesPerSecond())) {
                for (Path frame : frames) {
                    video.add(pixels(picture(frame), first.getWidth(), first.getHeight()));
                    if (Thread.interrupted()) {
                        throw new InterruptedException();
                    }
                }
                video.finish();
            }
            Digest digest = context.blobs().put(file);
            return new AssemblyManifest(
                    digest, List.of(new Output("video.mp4", "video/mp4", digest, Files.size(file))));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static BufferedImage picture(Path png) throws IOException {
        BufferedImage picture = ImageIO.read(png.toFile());
        if (picture == null) {
            throw new FarmException(ErrorCode.RESULT_REJECTED, "frame " + png.getFileName() + " is not a picture");
        }
        return picture;
    }

    private static int[] pixels(BufferedImage picture, int width, int height) {
        if (picture.getWidth() != width || picture.getHeight() != height) {
            throw new FarmException(ErrorCode.RESULT_REJECTED, "the frames of a video differ in size");
        }
        return picture.getRGB(0, 0, width, height, null, 0, width);
    }

    @Override
    public void close() {
        // nothing is held between tasks
    }
}
