package farm.tilth.render.pathtracer;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.render.pathtracer.PathTracer.Film;
import farm.tilth.render.pathtracer.PathTracer.View;
import farm.tilth.render.scene.Instance;
import farm.tilth.render.scene.Material;
import farm.tilth.render.scene.Mesh;
import farm.tilth.render.scene.Placement;
import farm.tilth.render.scene.Scene;
import farm.tilth.render.scene.Texture;
import java.util.List;
import org.junit.jupiter.api.Test;

/** An instance looks as if its triangles lay in the world. */
class InstanceTest {
    private static final int SIDE = 48;
    private static final SampleRange SAMPLES = new SampleRange(0, 16);

    @Test
    void turnedInstanceLooksLikeItsTrianglesInTheWorld() throws InterruptedException {
        looksTheSame(SceneSketch.transform(new double[] {1, 1, 1}, 0.21, new double[] {0.2, -0.1, 0.3}));
    }

    @Test
    void stretchedInstanceLooksLikeItsTrianglesInTheWorld() throws InterruptedException {
        looksTheSame(SceneSketch.transform(new double[] {0.5, 2, 1.2}, 0.4, new double[] {0, 0.3, 0}));
    }

    @Test
    void mirroredInstanceLooksLikeItsTrianglesInTheWorld() throws InterruptedException {
        looksTheSame(SceneSketch.transform(new double[] {-1, 1, 1}, 0.1, new double[] {0.4, 0, 0}));
    }

    @Test
    void instanceFarFromItsOwnOriginDoesNotShadowItself() throws InterruptedException {
        double[] far = SceneSketch.transform(new double[] {1, 1, 1}, 0, new double[] {-500, 0, 0});
        looksTheSame(shape(500), far);
    }

    @Test
    void tinyTrianglesAreMagnified() throws InterruptedException {
        double[] larger = SceneSketch.transform(new double[] {1e3, 1e3, 1e3}, 0.3, new double[3]);
        looksTheSame(scaled(shape(0), 1e-3f), larger);
    }

    @Test
    void movingInstanceCoversAPixelForTheTimeThatItIsThere() throws InterruptedException {
        SceneSketch sketch = new SceneSketch();
        int white = sketch.material(SceneSketch.plain(new double[] {1, 1, 1}, 0, 1));
        sketch.quad(new double[] {-0.5, -0.5, 0}, new double[] {1, 0, 0}, new double[] {0, 1, 0}, white);
        Scene quad = sketch.scene();
        double[] left = SceneSketch.transform(new double[] {1, 1, 1}, 0, new double[] {-1, 0, 0});
        double[] right = SceneSketch.transform(new double[] {1, 1, 1}, 0, new double[] {1, 0, 0});
        Film film = film(with(quad, quad.mesh(), List.of(new Instance(0, 2, 0, left, right))), new SampleRange(0, 256));
        int middle = 4 * (SIDE / 2 * SIDE + SIDE / 2) + 3;
        int corner = 4 * (2 * SIDE + 2) + 3;
        assertEquals(0.5, film.sums()[middle] / (256.0 * (1 << 24)), 0.02, "it passes the middle half of the time");
        assertEquals(0, film.sums()[corner], "it never comes to the corner");
    }

    @Test
    void lightOfAnInstanceIsFoundByThePathsAlone() throws InterruptedException {
        SceneSketch sketch = new SceneSketch();
        int grey = sketch.material(SceneSketch.plain(new double[] {0.5, 0.5, 0.5}, 0, 1));
        int lamp = sketch.material(SceneSketch.shining(new double[] {3, 3, 3}));
        sketch.quad(new double[] {-3, -1, 3}, new double[] {6, 0, 0}, new double[] {0, 0, -6}, grey);
        sketch.quad(new double[] {-1, 1.5, 1}, new double[] {2, 0, 0}, new double[] {0, 0, -2}, lamp);
        Scene world = sketch.scene();
        double[] identity = SceneSketch.transform(new double[] {1, 1, 1}, 0, new double[3]);
        Scene instanced = with(world, world.mesh(), List.of(new Instance(2, 2, 0, identity, identity)));
        double sampled = mean(film(world, new SampleRange(0, 32)));
        double found = mean(film(instanced, new SampleRange(0, 32)));
        assertEquals(sampled, found, 0.06 * sampled);
    }

    private static void looksTheSame(double[] toWorld) throws InterruptedException {
        looksTheSame(shape(0), toWorld);
    }

    private static void looksTheSame(Scene shape, double[] toWorld) throws InterruptedException {
        int all = shape.mesh().triangleCount();
        Film instanced = film(with(shape, shape.mesh(), List.of(new Instance(0, all, 0, toWorld, toWorld))), SAMPLES);
        Film flat = film(with(shape, placed(shape.mesh(), toWorld), List.of()), SAMPLES);
        long differing = 0;
        for (int i = 0; i < flat.sums().length; i++) {
            if (Math.abs(flat.sums()[i] - instanced.sums()[i]) > 0.02 * (1 << 24) * SAMPLES.count()) {
                differing++;
            }
        }
        assertTrue(mean(flat) > 0.05, "the picture is black");
        assertEquals(mean(flat), mean(instanced), 0.002 * mean(flat));
        assertTrue(differing < flat.sums().length / 100, differing + " of " + flat.sums().length + " sums differ");
    }

    private static Film film(Scene scene, SampleRange samples) throws InterruptedException {
        try (PathTracer tracer = new CpuPathTracer(scene, 2)) {
            return tracer.render(new View(SIDE, SIDE, 0, 5, 3), new TileBounds(0, 0, SIDE, SIDE), samples);
        }
    }

    private static double mean(Film film) {
        double sum = 0;
        for (int i = 0; i < film.sums().length; i += 4) {
            sum += film.sums()[i] + film.sums()[i + 1] + film.sums()[i + 2];
        }
        return sum / (3.0 * SIDE * SIDE * (1 << 24) * SAMPLES.count());
    }

    /** A sphere with a normal map on a quad, under a sky that tells directions apart. */
    private static Scene shape(double x) {
        SceneSketch sketch = new SceneSketch();
        int[] texels = new int[64];
        for (int i = 0; i < texels.length; i++) {
            texels[i] = 0xffff0000 | (128 + i % 8 * 9 - 36) << 8 | (128 + i / 8 * 7 - 24);
        }
        int bumps = sketch.texture(
                new Texture(8, 8, texels, false, Texture.Wrap.REPEAT, Texture.Wrap.CLAMP_TO_EDGE, false));
        int bumpy = sketch.material(SceneSketch.plain(new double[] {0.8, 0.5, 0.3}, 0, 0.5)
                .with(new Material.NormalMap(new Material.TextureSlot(bumps, 0), 1)));
        sketch.sphere(new double[] {x, 0, 0}, 0.6, 24, bumpy);
        sketch.quad(new double[] {x - 1, -0.6, 1}, new double[] {2, 0, 0}, new double[] {0, 0, -2}, bumpy);
        sketch.environment(SelftestScene.sky());
        return sketch.scene();
    }

    private static Scene scaled(Scene scene, float factor) {
        Mesh m = scene.mesh();
        float[] positions = m.positions().clone();
        for (int i = 0; i < positions.length; i++) {
            positions[i] *= factor;
        }
        Mesh mesh = new Mesh(
                positions, m.normals(), m.tangents(), m.uv0(), m.uv1(), m.colors(), m.indices(), m.materials());
        return with(scene, mesh, List.of());
    }

    private static Scene with(Scene s, Mesh mesh, List<Instance> instances) {
        return new Scene(
                mesh,
                new Placement(List.of(), instances),
                s.materials(),
                s.textures(),
                s.lights(),
                s.camera(),
                s.environment());
    }

    /** The mesh moved in double precision, as the loader does it. */
    private static Mesh placed(Mesh m, double[] matrix) {
        float[] positions = m.positions().clone();
        float[] normals = m.normals().clone();
        float[] tangents = m.tangents().clone();
        double[] cofactors = cofactors(matrix);
        double side = Math.signum(matrix[0] * cofactors[0] + matrix[1] * cofactors[1] + matrix[2] * cofactors[2]);
        for (int v = 0; v < m.vertexCount(); v++) {
            for (int row = 0; row < 3; row++) {
                double position = matrix[12 + row];
                double normal = 0;
                double tangent = 0;
                for (int k = 0; k < 3; k++) {
                    position += matrix[4 * k + row] * m.positions()[3 * v + k];
                    normal += side * cofactors[3 * k + row] * m.normals()[3 * v + k];
                    tangent += matrix[4 * k + row] * m.tangents()[4 * v + k];
                }
                positions[3 * v + row] = (float) position;
                normals[3 * v + row] = (float) normal;
                tangents[4 * v + row] = (float) tangent;
            }
            tangents[4 * v + 3] *= (float) side;
        }
        int[] indices = m.indices().clone();
        for (int i = 0; side < 0 && i < indices.length; i += 3) {
            indices[i + 1] = m.indices()[i + 2];
            indices[i + 2] = m.indices()[i + 1];
        }
        return new Mesh(positions, normals, tangents, m.uv0(), m.uv1(), m.colors(), indices, m.materials());
    }

    /** By columns. */
    private static double[] cofactors(double[] m) {
        double[] out = new double[9];
        for (int column = 0; column < 3; column++) {
            int a = 4 * ((column + 1) % 3);
            int b = 4 * ((column + 2) % 3);
            for (int row = 0; row < 3; row++) {
                int r = (row + 1) % 3;
                int s = (row + 2) % 3;
                out[3 * column + row] = m[a + r] * m[b + s] - m[a + s] * m[b + r];
            }
        }
        return out;
    }
}
