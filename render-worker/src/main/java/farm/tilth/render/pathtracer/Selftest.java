package farm.tilth.render.pathtracer;

import static java.nio.charset.StandardCharsets.US_ASCII;

import farm.tilth.protocol.Digest;
import farm.tilth.protocol.task.Bounces;
import farm.tilth.protocol.task.Layer;
import farm.tilth.protocol.task.Lens;
import farm.tilth.protocol.task.LightPaths;
import farm.tilth.protocol.task.Optics;
import farm.tilth.protocol.task.PixelFilter;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.render.pathtracer.PathTracer.Film;
import farm.tilth.render.pathtracer.PathTracer.View;
import farm.tilth.render.scene.Scene;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.security.MessageDigest;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/**
 * Renders a tiny built-in scene that uses everything the kernel knows. All devices must give the same digest; one that
 * does not must not work.
 */
public final class Selftest {
    private static final int WIDTH = 48;
    private static final int HEIGHT = 36;
    private static final SampleRange SAMPLES = new SampleRange(0, 4);
    private static final LightPaths PATHS = new LightPaths(4, 7, new Bounces(6, 4, 3, 5), Optional.of(8.0));

    private Selftest() {}

    /** The digest of the selftest's picture on the CPU, by the plainest machine code: what is right. */
    public static Digest expected() throws InterruptedException {
        return run(scene -> new CpuPathTracer(scene, 1, CpuPathTracer.Level.BASELINE));
    }

    /** The digest of the selftest's picture on the device that {@link PathTracers#open} chooses. */
    public static Digest run(int threads) throws InterruptedException {
        return run(scene -> PathTracers.open(scene, threads));
    }

    static Digest run(Function<Scene, PathTracer> open) throws InterruptedException {
        try (PathTracer tracer = open.apply(SelftestScene.create())) {
            Optics optics = new Optics(Optional.of(new Lens(0.02, 4)), Optional.empty(), PixelFilter.TENT);
            View view = new View(WIDTH, HEIGHT, 3, PATHS, optics, List.of(Layer.values()));
            return digest(tracer.render(view, new TileBounds(0, 0, WIDTH, HEIGHT), SAMPLES));
        }
    }

    /** Names a film by its sums and its rays. */
    public static Digest digest(Film film) {
        MessageDigest sha = Digest.sha256();
        sha.update("film\n".getBytes(US_ASCII));
        ByteBuffer bytes = ByteBuffer.allocate(film.sums().length * Long.BYTES + film.rays().length * Integer.BYTES);
        bytes.order(ByteOrder.LITTLE_ENDIAN);
        for (long sum : film.sums()) {
            bytes.putLong(sum);
        }
        for (int rays : film.rays()) {
            bytes.putInt(rays);
        }
        sha.update(bytes.flip());
        return Digest.fromBytes(sha.digest());
    }
}
