package farm.tilth.render.loader;

import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.SceneReport;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.render.pathtracer.PathTracer;
import farm.tilth.render.pathtracer.PathTracer.Film;
import farm.tilth.render.pathtracer.PathTracer.View;
import farm.tilth.render.scene.Scene;
import farm.tilth.render.scene.StudioSky;
import farm.tilth.render.scene.Texels;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/** Says what is in a scene and what it will cost: the small picture that measures it also proves that it renders. */
public final class SceneInspection {
    private static final int SIDE = 32;
    private static final int SAMPLES = 4;
    private static final int BOUNCES = 8;
    private static final long VERTEX_BYTES = 72;
    /** Indices, material, and a triangle's share of the BVH. */
    private static final long TRIANGLE_BYTES = 96;

    private SceneInspection() {}

    /**
     * Inspects a scene with the light that it has by itself.
     *
     * @param engine the kernel's name, for the report
     * @param device opens a scene
     */
    public static SceneReport of(SceneFile file, String engine, Function<Scene, PathTracer> device)
            throws InterruptedException {
        Scene posed = file.pose(new CameraChoice.First(), 1, Optional.empty(), 0);
        Scene scene = StudioSky.light(posed, Optional.empty());
        Bounds bounds = file.bounds();
        return new SceneReport(
                engine,
                file.cameras(),
                file.animations(),
                file.variants(),
                scene.placedTriangles(),
                file.materialCount(),
                scene.textures().size(),
                scene.lights().size(),
                deviceBytes(scene),
                raysPerSample(scene, device),
                file.notices(),
                list(bounds.min()),
                list(bounds.max()));
    }

    private static double raysPerSample(Scene scene, Function<Scene, PathTracer> device) throws InterruptedException {
        try (PathTracer tracer = device.apply(scene)) {
            View view = new View(SIDE, SIDE, 0, 0, BOUNCES);
            Film film = tracer.render(view, new TileBounds(0, 0, SIDE, SIDE), new SampleRange(0, SAMPLES));
            return Arrays.stream(film.rays()).asLongStream().sum() / (double) (SIDE * SIDE * SAMPLES);
        }
    }

    private static long deviceBytes(Scene scene) {
        Map<Texels, Long> pictures = new IdentityHashMap<>();
        scene.textures()
                .forEach(texture -> pictures.merge(
                        texture.texels(),
                        texture.pixelsOfAllLevels() * texture.texels().pixelBytes(),
                        Math::max));
        long environment = scene.environment().map(e -> 4L * e.rgb().length).orElse(0L);
        return VERTEX_BYTES * scene.mesh().vertexCount()
                + TRIANGLE_BYTES * scene.mesh().triangleCount()
                + pictures.values().stream().mapToLong(Long::longValue).sum()
                + environment;
    }

    private static List<Double> list(double[] v) {
        return List.of(v[0], v[1], v[2]);
    }
}
