package farm.tilth.render.pathtracer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.result.FilmFormat;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.render.pathtracer.PathTracer.Film;
import farm.tilth.render.pathtracer.PathTracer.View;
import farm.tilth.render.scene.Camera;
import farm.tilth.render.scene.Finish;
import farm.tilth.render.scene.Light;
import farm.tilth.render.scene.Material;
import farm.tilth.render.scene.Material.TextureSlot;
import farm.tilth.render.scene.Texture;
import farm.tilth.render.scene.Texture.Wrap;
import farm.tilth.render.scene.UvTransform;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A diffuse plane whose normal map leans it towards +X everywhere, under a distant light. */
class BumpTest {
    private static final int SIDE = 4;
    private static final int SAMPLES = 16;
    /** The lean's components in the map's bytes, and as it reads them. */
    private static final int[] MAP = {191, 128, 237};

    private static final double X = MAP[0] / 127.5 - 1;
    private static final double Y = MAP[1] / 127.5 - 1;
    private static final double Z = MAP[2] / 127.5 - 1;

    @ParameterizedTest
    @CsvSource({"2", "10", "30", "60", "90", "120", "140", "149"})
    void bumpsShadowOneAnotherWhereLightIsLow(double degrees) throws InterruptedException {
        double length = Math.sqrt(X * X + Y * Y + Z * Z);
        double x = Math.cos(Math.toRadians(degrees));
        double z = Math.sin(Math.toRadians(degrees));
        double bent = Math.max(0, (X * x + Z * z) / length);
        double g = bent > 0 ? Math.min(1, z / (bent * Z / length)) : 0;
        assertEquals(bent * g * (1 + g - g * g) / Math.PI, radiance(x, z, true), 0.003);
    }

    @Test
    void lightFromBehindTheSurfaceNeverShows() throws InterruptedException {
        assertEquals(0, radiance(Math.cos(-0.05), Math.sin(-0.05), true));
    }

    @Test
    void aFlatSurfaceLosesNothing() throws InterruptedException {
        for (double degrees : new double[] {1, 45, 90}) {
            double z = Math.sin(Math.toRadians(degrees));
            double radiance = radiance(Math.cos(Math.toRadians(degrees)), z, false);
            assertEquals(z / Math.PI, radiance, 0.003);
        }
        assertTrue(radiance(1, 0.02, true) < radiance(0.6, 0.8, true) / 4);
    }

    /** What the plane shows to a camera above it, of a light of 1 lux. */
    private static double radiance(double lightX, double lightZ, boolean bent) throws InterruptedException {
        SceneSketch sketch = new SceneSketch();
        int rgba = 0xff000000 | MAP[2] << 16 | MAP[1] << 8 | MAP[0];
        int map = sketch.texture(new Texture(1, 1, new int[] {rgba}, false, Wrap.REPEAT, Wrap.REPEAT, true));
        TextureSlot slot = bent ? new TextureSlot(map, 0, UvTransform.IDENTITY) : TextureSlot.NONE;
        sketch.quad(
                new double[] {-9, -9, 0},
                new double[] {18, 0, 0},
                new double[] {0, 18, 0},
                sketch.material(white(slot)));
        float[] travel = {(float) -lightX, 0, (float) -lightZ};
        sketch.light(new Light(
                Light.Kind.DIRECTIONAL, new float[3], travel, new float[] {1, 1, 1}, Float.POSITIVE_INFINITY, 0, 0));
        sketch.camera(new Camera(
                new float[] {0, 0, 1}, new float[] {1, 0, 0}, new float[] {0, 1, 0}, new float[] {0, 0, -1}, 1e-3f, 0));
        try (PathTracer tracer = new CpuPathTracer(sketch.scene(), 1)) {
            Film film = tracer.render(
                    new View(SIDE, SIDE, 0, 1, 1), new TileBounds(0, 0, SIDE, SIDE), new SampleRange(0, SAMPLES));
            double sum = 0;
            for (int i = 0; i < SIDE * SIDE; i++) {
                sum += film.sums()[4 * i + 1];
            }
            return sum / FilmFormat.ONE / SIDE / SIDE / SAMPLES;
        }
    }

    /** White, diffuse, without a highlight. */
    private static Material white(TextureSlot normals) {
        Finish plain = Finish.PLAIN;
        Finish.Specular none = new Finish.Specular(0, TextureSlot.NONE, new float[] {1, 1, 1}, TextureSlot.NONE, 1.5f);
        return SceneSketch.plain(new double[] {1, 1, 1}, 0, 1)
                .with(new Material.NormalMap(normals, 1))
                .with(new Finish(
                        plain.kind(),
                        none,
                        plain.coat(),
                        plain.sheen(),
                        plain.transmission(),
                        plain.translucency(),
                        plain.iridescence(),
                        plain.anisotropy()));
    }
}
