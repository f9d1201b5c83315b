package farm.tilth.render.pathtracer;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.Bounces;
import farm.tilth.protocol.task.Layer;
import farm.tilth.protocol.task.Lens;
import farm.tilth.protocol.task.LightPaths;
import farm.tilth.protocol.task.Optics;
import farm.tilth.protocol.task.PixelFilter;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.render.bvh.NodeLayout;
import farm.tilth.render.cuda.Toolchain;
import farm.tilth.render.pathtracer.PathTracer.Film;
import farm.tilth.render.pathtracer.PathTracer.View;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** A small picture by the product's kernel, and the same picture by render_file.cpp, built in whatever way. */
public final class ExternalKernel {
    private static final int SAMPLES = 3;
    private static final View VIEW = new View(
            24,
            16,
            1,
            new LightPaths(SAMPLES, 11, new Bounces(5, 3, 4, 2), Optional.of(4.0)),
            new Optics(Optional.of(new Lens(0.05, 4)), Optional.empty(), PixelFilter.GAUSSIAN),
            List.of(Layer.values()));
    private static final TileBounds FRAME = new TileBounds(0, 0, 24, 16);

    private ExternalKernel() {}

    public static Digest expected() throws InterruptedException {
        return digestOf(scene -> new CpuPathTracer(scene, 1));
    }

    /** The small picture by any path tracer. */
    public static Digest digestOf(java.util.function.Function<farm.tilth.render.scene.Scene, PathTracer> open)
            throws InterruptedException {
        try (PathTracer tracer = open.apply(SelftestScene.create())) {
            return Selftest.digest(tracer.render(VIEW, FRAME, new SampleRange(0, SAMPLES)));
        }
    }

    /** The picture by a build of render_file.cpp. */
    public static Digest render(Path program, Path folder, NodeLayout layout) throws IOException, InterruptedException {
        Path scene = folder.resolve("selftest.scene");
        Path film = folder.resolve("selftest.film");
        Path view = folder.resolve("selftest.view");
        try (Arena arena = Arena.ofConfined()) {
            Files.write(view, KernelCall.encode(VIEW, arena).toArray(JAVA_BYTE));
        }
        try (SceneBuffer buffer = SceneEncoder.encode(SelftestScene.create(), layout)) {
            Files.write(scene, buffer.bytes().toArray(JAVA_BYTE));
        }
        Toolchain.run(List.of(
                program.toString(), scene.toString(), film.toString(), view.toString(), Integer.toString(SAMPLES)));
        return Selftest.digest(read(film));
    }

    private static Film read(Path file) throws IOException {
        ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(file)).order(ByteOrder.LITTLE_ENDIAN);
        long[] sums = new long[VIEW.channels() * FRAME.area()];
        int[] rays = new int[FRAME.area()];
        for (int i = 0; i < sums.length; i++) {
            sums[i] = bytes.getLong();
        }
        for (int i = 0; i < rays.length; i++) {
            rays[i] = bytes.getInt();
        }
        return new Film(FRAME, sums, rays);
    }
}
