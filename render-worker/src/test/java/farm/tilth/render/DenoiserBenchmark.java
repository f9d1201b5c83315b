package farm.tilth.render;

import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.task.Denoiser;
import farm.tilth.protocol.task.Layer;
import farm.tilth.protocol.task.LightPaths;
import farm.tilth.protocol.task.Optics;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.protocol.task.ToneMap;
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
import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the denoiser gains: the error of a picture of few samples against a converged one, with and without it.
 *
 * <p>{@code DenoiserBenchmark SCENES.json FOLDER NAME,NAME [SAMPLES,SAMPLES [REFERENCE_SAMPLES]]}; the folder keeps the
 * converged films.
 */
final class DenoiserBenchmark {
    private static final int THREADS = Runtime.getRuntime().availableProcessors();
    /** Pictures are rendered at this share of their size. */
    private static final int REDUCTION = 2;

    private static final int BOUNCES = 8;
    private static final List<Layer> LAYERS = new Denoiser.Guided().reads();

    private final SceneLoader loader = new SceneLoader();
    private final Path folder;
    private final int[] samples;
    private final int referenceSamples;

    private DenoiserBenchmark(Path folder, int[] samples, int referenceSamples) {
        this.folder = folder;
        this.samples = samples;
        this.referenceSamples = referenceSamples;
    }

    public static void main(String[] args) throws IOException, InterruptedException {
        String[] counts = (args.length > 3 ? args[3] : "16,64").split(",");
        int[] samples = new int[counts.length];
        for (int i = 0; i < counts.length; i++) {
            samples[i] = Integer.parseInt(counts[i]);
        }
        int reference = args.length > 4 ? Integer.parseInt(args[4]) : 1024;
        Path folder = Files.createDirectories(Path.of(args[1]));
        DenoiserBenchmark benchmark = new DenoiserBenchmark(folder, samples, reference);
        List<String> names = List.of(args[2].split(","));
        System.out.println("PSNR against " + reference + " samples, tone-mapped; the seconds are the denoiser's");
        for (SceneList.Entry entry : SceneList.read(Path.of(args[0])).scenes()) {
            if (names.contains(entry.name())) {
                benchmark.measure(entry);
            }
        }
    }

    private void measure(SceneList.Entry entry) throws IOException, InterruptedException {
        Scene scene = loader.load(entry);
        int width = entry.width() / REDUCTION;
        int height = entry.height() / REDUCTION;
        try (PathTracer tracer = PathTracers.open(scene, THREADS)) {
            float[] reference = film(tracer, entry.name(), width, height, referenceSamples, 1)
                    .mean();
            for (int count : samples) {
                FrameFilm film = film(tracer, entry.name(), width, height, count, 0);
                long start = System.nanoTime();
                float[] denoised = GuidedDenoiser.denoise(film);
                double seconds = (System.nanoTime() - start) * 1e-9;
                double before = psnr(film.mean(), reference, entry.toneMap());
                double after = psnr(denoised, reference, entry.toneMap());
                System.out.printf(
                        "%-20s %4d samples: %6.2f dB noisy, %6.2f dB denoised, %+6.2f dB, %5.2f s%n",
                        entry.name(), count, before, after, after - before, seconds);
            }
        }
    }

    private FrameFilm film(PathTracer tracer, String name, int width, int height, int count, long seed)
            throws IOException, InterruptedException {
        Path kept = folder.resolve(KernelIdentity.engine() + "-" + name + "-" + count + ".film");
        TileBounds frame = new TileBounds(0, 0, width, height);
        SampleRange range = new SampleRange(0, count);
        FrameFilm merged = new FrameFilm(width, height, count, LAYERS);
        if (Files.exists(kept)) {
            merged.add(frame, range, ByteBuffer.wrap(Files.readAllBytes(kept)).asLongBuffer());
            return merged;
        }
        View view = new View(width, height, 0, new LightPaths(count, seed, BOUNCES), Optics.DEFAULT, LAYERS);
        Film film = tracer.render(view, frame, range);
        merged.add(frame, range, LongBuffer.wrap(film.sums()));
        ByteBuffer bytes = ByteBuffer.allocate(frame.area() * FilmFormat.bytesPerPixel(LAYERS));
        bytes.asLongBuffer().put(film.sums());
        Files.write(kept, bytes.array());
        return merged;
    }

    /** Of the tone-mapped pictures over white. */
    private static double psnr(float[] picture, float[] reference, ToneMap toneMap) {
        ToneMapper mapper = new ToneMapper(toneMap);
        double[] a = new double[4];
        double[] b = new double[4];
        double sum = 0;
        for (int i = 0; i < picture.length / 4; i++) {
            mapper.display(picture, i, a);
            mapper.display(reference, i, b);
            for (int c = 0; c < 3; c++) {
                double d = a[c] * a[3] + 1 - a[3] - (b[c] * b[3] + 1 - b[3]);
                sum += d * d;
            }
        }
        return -10 * Math.log10(sum / (picture.length / 4 * 3.0));
    }
}
