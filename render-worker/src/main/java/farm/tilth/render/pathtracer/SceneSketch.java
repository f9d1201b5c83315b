package farm.tilth.render.pathtracer;

import farm.tilth.render.scene.Camera;
import farm.tilth.render.scene.Environment;
import farm.tilth.render.scene.Instance;
import farm.tilth.render.scene.Light;
import farm.tilth.render.scene.Material;
import farm.tilth.render.scene.Mesh;
import farm.tilth.render.scene.Placement;
import farm.tilth.render.scene.Scene;
import farm.tilth.render.scene.Texture;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Puts small scenes together from code: quads, spheres, materials and lights. All numbers are the same everywhere. */
final class SceneSketch {
    private final FloatList positions = new FloatList();
    private final FloatList normals = new FloatList();
    private final FloatList tangents = new FloatList();
    private final FloatList uvs = new FloatList();
    private final FloatList colors = new FloatList();
    private final List<Integer> indices = new ArrayList<>();
    private final List<Integer> triangleMaterials = new ArrayList<>();
    private final List<Material> materials = new ArrayList<>();
    private final List<Texture> textures = new ArrayList<>();
    private final List<Light> lights = new ArrayList<>();
    private final List<Instance> instances = new ArrayList<>();
    private final List<Placement.Part> parts = new ArrayList<>();
    private Optional<Environment> environment = Optional.empty();
    private Camera camera = camera(new double[] {0, 0, 4}, new double[] {0, 0, 0}, 45);

    /** Grows as floats are added. */
    private static final class FloatList {
        private final List<Float> values = new ArrayList<>();

        void add(double... more) {
            for (double v : more) {
                values.add((float) v);
            }
        }

        float[] array() {
            float[] array = new float[values.size()];
            for (int i = 0; i < array.length; i++) {
                array[i] = values.get(i);
            }
            return array;
        }
    }

    int material(Material material) {
        materials.add(material);
        return materials.size() - 1;
    }

    int texture(Texture texture) {
        textures.add(texture);
        return textures.size() - 1;
    }

    /** What is added to the world from now on belongs to an object. */
    void object(int number) {
        parts.add(new Placement.Part(triangles(), number));
    }

    void light(Light light) {
        lights.add(light);
    }

    /** How many triangles there are so far. */
    int triangles() {
        return triangleMaterials.size();
    }

    /** Places the triangles from a number to another; they must come after all that lie in the world. */
    void instance(int first, int end, double[] toWorld, double[] toWorldAtClose) {
        instances.add(new Instance(first, end - first, 0, toWorld, toWorldAtClose));
    }

    /** Places triangles that stay, as an object. */
    void instance(int first, int end, int object, double[] toWorld) {
        instances.add(new Instance(first, end - first, object, toWorld, toWorld));
    }

    /** A matrix by columns: scales along the axes, then turns about (1, 1, 1), then moves. */
    static double[] transform(double[] scale, double turns, double[] offset) {
        double cosine = StrictMath.cos(2 * Math.PI * turns);
        double mean = (1 - cosine) / 3;
        double across = StrictMath.sin(2 * Math.PI * turns) / StrictMath.sqrt(3);
        double[] rotation = {cosine + mean, mean + across, mean - across};
        double[] matrix = new double[16];
        for (int column = 0; column < 3; column++) {
            for (int row = 0; row < 3; row++) {
                matrix[4 * column + row] = scale[column] * rotation[(row - column + 3) % 3];
            }
            matrix[12 + column] = offset[column];
        }
        matrix[15] = 1;
        return matrix;
    }

    void environment(Environment map) {
        environment = Optional.of(map);
    }

    void camera(Camera newCamera) {
        camera = newCamera;
    }

    /** A pinhole whose up is +Y. */
    static Camera camera(double[] position, double[] target, double vfovDegrees) {
        double[] forward = unit(minus(target, position));
        double[] right = unit(cross(forward, new double[] {0, 1, 0}));
        double[] up = cross(right, forward);
        float tan = (float) StrictMath.tan(Math.PI / 360 * vfovDegrees);
        return new Camera(floats(position), floats(right), floats(up), floats(forward), tan, 0);
    }

    /** A parallelogram with a corner and two edges; its front is the side of a × b. Texture coordinates are 0 … 1. */
    void quad(double[] corner, double[] a, double[] b, int material) {
        int first = positions.values.size() / 3;
        double[] n = unit(cross(a, b));
        double[] t = unit(a);
        for (int i = 0; i < 4; i++) {
            double u = i == 1 || i == 2 ? 1 : 0;
            double v = i >= 2 ? 1 : 0;
            positions.add(
                    corner[0] + u * a[0] + v * b[0], corner[1] + u * a[1] + v * b[1], corner[2] + u * a[2] + v * b[2]);
            vertex(n, t, u, v);
        }
        triangle(first, first + 1, first + 2, material);
        triangle(first, first + 2, first + 3, material);
    }

    /** A sphere of {@code 2 · parts²} triangles, or rather its polyhedron, with smooth normals that point outwards. */
    void sphere(double[] centre, double radius, int parts, int material) {
        int first = positions.values.size() / 3;
        for (int j = 0; j <= parts; j++) {
            double polar = Math.PI * j / parts;
            for (int i = 0; i <= parts; i++) {
                double azimuth = 2 * Math.PI * i / parts;
                double sine = StrictMath.sin(polar);
                double[] n = {sine * StrictMath.cos(azimuth), StrictMath.cos(polar), -sine * StrictMath.sin(azimuth)};
                positions.add(centre[0] + radius * n[0], centre[1] + radius * n[1], centre[2] + radius * n[2]);
                double[] t = {-StrictMath.sin(azimuth), 0, -StrictMath.cos(azimuth)};
                vertex(n, t, (double) i / parts, (double) j / parts);
            }
        }
        for (int j = 0; j < parts; j++) {
            for (int i = 0; i < parts; i++) {
                int a = first + j * (parts + 1) + i;
                int b = a + parts + 1;
                triangle(a, b, b + 1, material);
                triangle(a, b + 1, a + 1, material);
            }
        }
    }

    private void vertex(double[] n, double[] t, double u, double v) {
        normals.add(n);
        tangents.add(t[0], t[1], t[2], 1);
        uvs.add(u, v);
        colors.add(1, 1, 1, 1);
    }

    /** Colours the last vertices. */
    void tint(int vertices, double r, double g, double b, double a) {
        double[] color = {r, g, b, a};
        for (int i = colors.values.size() - 4 * vertices; i < colors.values.size(); i++) {
            colors.values.set(i, (float) color[i & 3]);
        }
    }

    private void triangle(int a, int b, int c, int material) {
        indices.addAll(List.of(a, b, c));
        triangleMaterials.add(material);
    }

    Scene scene() {
        Mesh mesh = new Mesh(
                positions.array(),
                normals.array(),
                tangents.array(),
                uvs.array(),
                uvs.array(),
                colors.array(),
                indices.stream().mapToInt(Integer::intValue).toArray(),
                triangleMaterials.stream().mapToInt(Integer::intValue).toArray());
        return new Scene(mesh, new Placement(parts, instances), materials, textures, lights, camera, environment);
    }

    /** An environment of one colour. */
    static Environment uniform(double radiance, boolean visible) {
        float[] rgb = new float[3 * 8 * 4];
        java.util.Arrays.fill(rgb, (float) radiance);
        return new Environment(8, 4, rgb, 0, visible);
    }

    /** An opaque material without textures. */
    static Material plain(double[] color, double metallic, double roughness) {
        return textured(color, metallic, roughness, Material.TextureSlot.NONE);
    }

    static Material textured(double[] color, double metallic, double roughness, Material.TextureSlot baseColor) {
        float[] rgba = {(float) color[0], (float) color[1], (float) color[2], 1};
        return Material.DEFAULT.with(
                new Material.Base(rgba, baseColor, (float) metallic, (float) roughness, Material.TextureSlot.NONE));
    }

    static Material shining(double[] radiance) {
        return plain(new double[3], 0, 1).with(new Material.Emission(floats(radiance), 1, Material.TextureSlot.NONE));
    }

    private static float[] floats(double[] v) {
        return new float[] {(float) v[0], (float) v[1], (float) v[2]};
    }

    private static double[] minus(double[] a, double[] b) {
        return new double[] {a[0] - b[0], a[1] - b[1], a[2] - b[2]};
    }

    private static double[] cross(double[] a, double[] b) {
        return new double[] {a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]};
    }

    private static double[] unit(double[] v) {
        double length = Math.sqrt(v[0] * v[0] + v[1] * v[1] + v[2] * v[2]);
        return new double[] {v[0] / length, v[1] / length, v[2] / length};
    }
}
