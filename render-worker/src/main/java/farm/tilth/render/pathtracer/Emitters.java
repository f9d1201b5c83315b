package farm.tilth.render.pathtracer;

import farm.tilth.render.scene.Material;
import farm.tilth.render.scene.Material.TextureSlot;
import farm.tilth.render.scene.Mesh;
import farm.tilth.render.scene.Scene;
import farm.tilth.render.scene.Texture;
import farm.tilth.render.scene.UvTransform;
import java.util.Arrays;
import java.util.stream.IntStream;

/**
 * The triangles that shine, and how the kernel chooses among them: by area times luminance.
 *
 * @param triangles their numbers, rising
 * @param cumulated one entry more
 */
record Emitters(int[] triangles, int[] cumulated) {
    /** Corners, middles of the sides, centre: where a texture is looked up to guess a triangle's luminance. */
    private static final double[][] PROBES = {
        {0.9, 0.05, 0.05}, {0.05, 0.9, 0.05}, {0.05, 0.05, 0.9},
        {0.45, 0.45, 0.1}, {0.1, 0.45, 0.45}, {0.45, 0.1, 0.45},
        {1 / 3.0, 1 / 3.0, 1 / 3.0}
    };

    /** A textured triangle's luminance is taken as at least this share of the whole texture's. */
    private static final double LEAST_SHARE = 0.1;

    static Emitters of(Scene scene, float[] srgbTable) {
        Mesh mesh = scene.mesh();
        boolean[] shines = new boolean[scene.materials().size()];
        double[] textureMean = new double[shines.length];
        for (int i = 0; i < shines.length; i++) {
            Material material = scene.materials().get(i);
            shines[i] = luminance(material) > 0;
            int texture = material.emission().texture().texture();
            textureMean[i] = shines[i] && texture >= 0 ? mean(scene.textures().get(texture), srgbTable) : 1;
        }
        int[] triangles = IntStream.range(0, scene.worldTriangles())
                .filter(t -> shines[mesh.materials()[t]])
                .toArray();
        double[] weights = Arrays.stream(triangles)
                .mapToDouble(t -> weight(scene, t, textureMean[mesh.materials()[t]], srgbTable))
                .toArray();
        return new Emitters(triangles, Probabilities.cumulated(weights));
    }

    private static double weight(Scene scene, int triangle, double textureMean, float[] srgbTable) {
        Mesh mesh = scene.mesh();
        Material material = scene.materials().get(mesh.materials()[triangle]);
        double share = 1;
        if (material.emission().texture().texture() >= 0) {
            Texture texture = scene.textures().get(material.emission().texture().texture());
            share = probed(texture, coordinates(scene, triangle), srgbTable) + LEAST_SHARE * textureMean;
        }
        return area(mesh, triangle) * luminance(material) * share;
    }

    private static double luminance(Material material) {
        float[] e = material.emission().color();
        return luminance(e[0], e[1], e[2]) * material.emission().strength();
    }

    private static double luminance(double r, double g, double b) {
        return 0.2126 * r + 0.7152 * g + 0.0722 * b;
    }

    private static double area(Mesh mesh, int triangle) {
        double[] a = edge(mesh, triangle, 1);
        double[] b = edge(mesh, triangle, 2);
        double x = a[1] * b[2] - a[2] * b[1];
        double y = a[2] * b[0] - a[0] * b[2];
        double z = a[0] * b[1] - a[1] * b[0];
        return 0.5 * Math.sqrt(x * x + y * y + z * z);
    }

    private static double[] edge(Mesh mesh, int triangle, int corner) {
        int from = 3 * mesh.indices()[3 * triangle];
        int to = 3 * mesh.indices()[3 * triangle + corner];
        double[] edge = new double[3];
        for (int k = 0; k < 3; k++) {
            edge[k] = (double) mesh.positions()[to + k] - mesh.positions()[from + k];
        }
        return edge;
    }

    private static double mean(Texture texture, float[] srgbTable) {
        double sum = 0;
        long count = texture.texels().count();
        for (long i = 0; i < count; i++) {
            sum += texelLuminance(texture.texels().rgba(i), texture.srgb(), srgbTable);
        }
        return sum / count;
    }

    /** Where the emissive texture is at a triangle's corners. */
    private static double[] coordinates(Scene scene, int triangle) {
        Mesh mesh = scene.mesh();
        TextureSlot slot =
                scene.materials().get(mesh.materials()[triangle]).emission().texture();
        float[] uvs = slot.uvSet() == 0 ? mesh.uv0() : mesh.uv1();
        double[] corners = new double[6];
        for (int corner = 0; corner < 3; corner++) {
            int vertex = mesh.indices()[3 * triangle + corner];
            double u = uvs.length > 0 ? uvs[2 * vertex] : 0;
            double v = uvs.length > 0 ? uvs[2 * vertex + 1] : 0;
            UvTransform m = slot.transform();
            corners[2 * corner] = m.a() * u + m.b() * v + m.c();
            corners[2 * corner + 1] = m.d() * u + m.e() * v + m.f();
        }
        return corners;
    }

    private static double probed(Texture texture, double[] corners, float[] srgbTable) {
        double sum = 0;
        for (double[] weights : PROBES) {
            double u = 0;
            double v = 0;
            for (int corner = 0; corner < 3; corner++) {
                u += weights[corner] * corners[2 * corner];
                v += weights[corner] * corners[2 * corner + 1];
            }
            int x = texelIndex(u, texture.width(), texture.wrapS());
            int y = texelIndex(v, texture.height(), texture.wrapT());
            sum += texelLuminance(texture.texels().rgba((long) y * texture.width() + x), texture.srgb(), srgbTable);
        }
        return sum / PROBES.length;
    }

    private static int texelIndex(double t, int size, Texture.Wrap wrap) {
        double folded =
                switch (wrap) {
                    case REPEAT -> t - Math.floor(t);
                    case CLAMP_TO_EDGE -> Math.clamp(t, 0, 1);
                    case MIRRORED_REPEAT -> 1 - Math.abs(t - 2 * Math.floor(t / 2) - 1);
                };
        return Math.clamp((int) (folded * size), 0, size - 1);
    }

    private static double texelLuminance(int rgba, boolean srgb, float[] srgbTable) {
        int r = rgba & 255;
        int g = rgba >>> 8 & 255;
        int b = rgba >>> 16 & 255;
        return srgb ? luminance(srgbTable[r], srgbTable[g], srgbTable[b]) : luminance(r, g, b) / 255;
    }
}
