package farm.tilth.render;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.result.ResultFile;
import farm.tilth.protocol.task.AssemblyManifest;
import farm.tilth.protocol.task.AssemblyManifest.Output;
import farm.tilth.protocol.task.Layer;
import farm.tilth.protocol.task.ModelStep;
import farm.tilth.protocol.task.Picture;
import farm.tilth.protocol.task.RenderPlan;
import farm.tilth.protocol.task.TaskSpec;
import farm.tilth.protocol.worker.TaskContext;
import farm.tilth.splitter.assemble.ExrEncoder;
import farm.tilth.splitter.assemble.ExrEncoder.Channel;
import farm.tilth.splitter.assemble.FilmLayers;
import farm.tilth.splitter.assemble.FrameFilm;
import farm.tilth.splitter.assemble.FramePicture;
import farm.tilth.splitter.assemble.StagedPicture;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A frame on its way through models: what they read, and the files of what they made of it. */
final class SteppedFrame {
    private static final long MAX_PICTURE_BYTES = Integer.MAX_VALUE;

    private SteppedFrame() {}

    /** The merged frame as a blob for the first model. */
    static AssemblyManifest begin(FrameFilm film, float[] color, Picture plan, TaskContext context)
            throws InterruptedException {
        List<Layer> read = Layer.ordered(
                plan.steps().stream().flatMap(step -> step.reads().stream()).toList());
        byte[] picture = new FramePicture(
                        film.width(),
                        film.height(),
                        color,
                        layer(film, Layer.ALBEDO, read),
                        layer(film, Layer.NORMAL, read))
                .toBytes();
        Output output = new Output(
                "frame.tlp", "application/octet-stream", context.blobs().put(picture), picture.length);
        return new AssemblyManifest(film.digest(), List.of(output));
    }

    private static Optional<float[]> layer(FrameFilm film, Layer layer, List<Layer> read) {
        return read.contains(layer) ? Optional.of(film.layer(layer)) : Optional.empty();
    }

    /**
     * Writes the PNG of the last step and the EXR of the last one in linear colours, which is smaller where a step for
     * display colours enlarges. Other layers are enlarged by repetition.
     *
     * @param film merged again, where the EXR has layers
     */
    static AssemblyManifest finish(
            RenderPlan plan, TaskSpec.FinishFrame spec, Optional<FrameFilm> film, TaskContext context)
            throws InterruptedException {
        FramePicture frame =
                FramePicture.parse(ByteBuffer.wrap(context.blobs().bytes(spec.picture(), MAX_PICTURE_BYTES)));
        List<ModelStep> steps = plan.picture().steps();
        int linearSteps = (int) steps.stream()
                .filter(step -> step.space() == ModelStep.Space.LINEAR)
                .count();
        StagedPicture last = after(plan, spec, frame, steps.size(), context);
        StagedPicture linear = linearSteps == steps.size() ? last : after(plan, spec, frame, linearSteps, context);
        List<Channel> channels = new ArrayList<>(ExrEncoder.rgba(linear.rgba()));
        film.ifPresent(merged -> channels.addAll(
                layers(merged, plan.picture().layers(), plan.picture().scaleBefore(linearSteps))));
        byte[] png = last.png(plan.picture().toneMap());
        byte[] exr = ExrEncoder.encode(linear.width(), linear.height(), channels);
        String name = "frame-%04d".formatted(spec.frame());
        return new AssemblyManifest(
                last.digest(),
                List.of(
                        new Output(name + ".png", "image/png", context.blobs().put(png), png.length),
                        new Output(name + ".exr", "image/x-exr", context.blobs().put(exr), exr.length)));
    }

    private static StagedPicture after(
            RenderPlan plan, TaskSpec.FinishFrame spec, FramePicture frame, int steps, TaskContext context)
            throws InterruptedException {
        if (steps == 0) {
            return StagedPicture.of(frame);
        }
        Digest result = spec.results().get(steps - 1);
        return StagedPicture.after(
                plan.picture(),
                frame,
                steps - 1,
                ResultFile.parse(context.blobs().bytes(result, MAX_PICTURE_BYTES)));
    }

    private static List<Channel> layers(FrameFilm film, List<Layer> layers, int scale) {
        List<Channel> all = FilmLayers.channels(film, film.mean(), layers);
        return all.subList(4, all.size()).stream()
                .map(channel -> scale == 1 ? channel : enlarged(channel, film.width(), film.height(), scale))
                .toList();
    }

    private static Channel enlarged(Channel channel, int width, int height, int scale) {
        float[] values = new float[width * scale * height * scale];
        for (int i = 0; i < values.length; i++) {
            int x = i % (width * scale) / scale;
            int y = i / (width * scale) / scale;
            values[i] = channel.values()[channel.offset() + (y * width + x) * channel.stride()];
        }
        return new Channel(channel.name(), values, 0, 1);
    }
}
