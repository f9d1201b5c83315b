package farm.tilth.render;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.Json;
import farm.tilth.protocol.task.Denoiser;
import farm.tilth.protocol.task.Layer;
import farm.tilth.protocol.task.LightPaths;
import farm.tilth.protocol.task.Optics;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.render.pathtracer.KernelIdentity;
import farm.tilth.render.pathtracer.PathTracer;
import farm.tilth.render.pathtracer.PathTracer.Film;
import farm.tilth.render.pathtracer.PathTracer.View;
import farm.tilth.render.pathtracer.PathTracers;
import farm.tilth.render.scene.Scene;
import farm.tilth.splitter.assemble.FrameFilm;
import farm.tilth.splitter.assemble.GuidedDenoiser;
import farm.tilth.splitter.assemble.ToneMapper;
import java.io.IOException;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Renders every scene of a list straight through the engine, without a farm: for each one OUT/NAME.png, OUT/NAME.exr,
 * its times in OUT/times.json and its place in OUT/conformance.md. A scene that cannot be rendered is named there with
 * its cause; the others still render, and the exit status is 1.
 */
final class RenderBenchmark {
    private static final int THREADS = Runtime.getRuntime().availableProcessors();

    private final RenderBenchmarkOptions options;
    private final ObjectNode report = Json.MAPPER.createObjectNode();
    private final ArrayNode times;
    private final Conformance conformance = new Conformance();
    private final SceneLoader loader = new SceneLoader();

    private RenderBenchmark(RenderBenchmarkOptions options) {
        this.options = options;
        report.put("engine", KernelIdentity.engine());
        report.put("device", PathTracers.device(THREADS));
        report.put("denoised", options.denoise());
        this.times = report.putArray("scenes");
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        int status;
        try {
            RenderBenchmarkOptions options = RenderBenchmarkOptions.parse(args);
            List<SceneList.Entry> scenes = options.chosen(SceneList.read(options.scenes()));
            status = new RenderBenchmark(options).run(scenes);
        } catch (IllegalArgumentException e) {
            System.err.println(e.getMessage());
            status = 2;
        }
        System.exit(status);
    }

    private int run(List<SceneList.Entry> scenes) throws IOException, InterruptedException {
        Files.createDirectories(options.out());
        int failed = 0;
        for (SceneList.Entry entry : scenes) {
            ObjectNode row = times.addObject().put("name", entry.name());
            try {
                render(entry, row);
            } catch (FarmException e) {
                failed++;
                failed(row, e.code().name(), e.getMessage());
            } catch (RuntimeException | OutOfMemoryError e) {
                failed++;
                e.printStackTrace();
                failed(row, "INTERNAL", e.toString());
            }
            Optional<String> failure =
                    Optional.ofNullable(row.get("error")).map(e -> e.get("code").asText());
            conformance.add(entry, options.out().resolve(entry.name() + ".png"), failure);
            Files.writeString(
                    options.out().resolve("conformance.md"),
                    conformance.page(KernelIdentity.engine(), options.recipe()));
            Files.writeString(options.out().resolve("times.json"), report.toPrettyString() + "\n");
        }
        return failed == 0 ? 0 : 1;
    }

    private static void failed(ObjectNode row, String code, String detail) {
        row.putObject("error").put("code", code).put("detail", detail);
        System.out.printf("%-28s %s: %s%n", row.get("name").asText(), code, detail);
    }

    private void render(SceneList.Entry entry, ObjectNode row) throws IOException, InterruptedException {
        long start = System.nanoTime();
        Scene scene = loader.load(entry);
        long loaded = System.nanoTime();
        int factor = options.factor();
        int samples = options.samplesPerRenderedPixel();
        int width = entry.width() * factor;
        int height = entry.height() * factor;
        try (PathTracer tracer = PathTracers.open(scene, THREADS)) {
            long built = System.nanoTime();
            List<Layer> layers = options.denoise() ? new Denoiser.Guided().reads() : List.of();
            View view = new View(
                    width,
                    height,
                    0,
                    new LightPaths(samples, options.seed(), options.bounces()),
                    Optics.DEFAULT,
                    layers);
            TileBounds frame = new TileBounds(0, 0, width, height);
            Film film = tracer.render(view, frame, new SampleRange(0, samples));
            long rendered = System.nanoTime();
            FrameFilm merged = new FrameFilm(width, height, samples, layers);
            merged.add(frame, new SampleRange(0, samples), LongBuffer.wrap(film.sums()));
            float[] mean = options.denoise() ? GuidedDenoiser.denoise(merged) : merged.mean();
            long denoised = System.nanoTime();
            putBehind(mean, entry.background());
            write(entry, new SupersampledPicture(entry.width(), entry.height(), factor, mean));
            long rays = Arrays.stream(film.rays()).asLongStream().sum();
            row.put("width", entry.width()).put("height", entry.height());
            row.put("triangles", scene.placedTriangles());
            row.put("samples", samples * factor * factor).put("supersampling", factor);
            row.put("loadSeconds", seconds(loaded - start)).put("buildSeconds", seconds(built - loaded));
            row.put("renderSeconds", seconds(rendered - built)).put("rays", rays);
            row.put("denoiseSeconds", seconds(denoised - rendered));
            row.put("mraysPerSecond", Math.round(rays * 1e5 / (rendered - built)) / 1e2);
            System.out.printf(
                    "%-28s load %6.2f s, build %6.2f s, render %7.2f s, %6.2f rays a sample, %6.2f Mrays/s%n",
                    entry.name(),
                    (loaded - start) * 1e-9,
                    (built - loaded) * 1e-9,
                    (rendered - built) * 1e-9,
                    rays / ((double) width * height * samples),
                    rays * 1e3 / (rendered - built));
        }
    }

    private static void putBehind(float[] mean, Optional<double[]> background) {
        for (int i = 0; i < mean.length && background.isPresent(); i += 4) {
            double uncovered = 1 - mean[i + 3];
            for (int c = 0; c < 3; c++) {
                mean[i + c] += (float) (background.get()[c] * uncovered);
            }
            mean[i + 3] = 1;
        }
    }

    private void write(SceneList.Entry entry, SupersampledPicture picture) throws IOException {
        Path out = options.out();
        Files.write(out.resolve(entry.name() + ".png"), picture.png(new ToneMapper(entry.toneMap())));
        Files.write(out.resolve(entry.name() + ".exr"), picture.exr());
    }

    /** In seconds, to the millisecond. */
    private static double seconds(long nanos) {
        return Math.round(nanos * 1e-6) / 1e3;
    }
}
