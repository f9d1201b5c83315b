package farm.tilth.render.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.protocol.task.SampleRange;
import farm.tilth.protocol.task.TileBounds;
import farm.tilth.render.pathtracer.PathTracer;
import farm.tilth.render.pathtracer.PathTracer.Film;
import farm.tilth.render.pathtracer.PathTracer.View;
import farm.tilth.render.pathtracer.PathTracers;
import farm.tilth.render.sample.GltfBuilder;
import farm.tilth.render.scene.Scene;
import farm.tilth.render.scene.Texture.Wrap;
import farm.tilth.render.scene.UvTransform;
import farm.tilth.splitter.assemble.PngEncoder;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.SplittableRandom;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** What the kernel shows of a picture: every texel at its place, under any transform and beyond the picture's edges. */
class TextureRenderTest {
    private static final int SIDE = 4;
    private static final double ONE = 1 << 24;

    @Test
    void texelsAreShownWhereTransformAndWrapModesPutThem() throws Exception {
        SplittableRandom random = new SplittableRandom(3);
        for (int run = 0; run < 40; run++) {
            int[] argb =
                    random.ints(SIDE * SIDE).map(color -> color | 0xff000000).toArray();
            double[] offset = {random.nextInt(-9, 10) / 4.0, random.nextInt(-9, 10) / 4.0};
            double angle = random.nextInt(4) * Math.PI / 2;
            double[] scale = {random.nextBoolean() ? 1 : -1, random.nextBoolean() ? 1 : -1};
            Wrap wrapS = Wrap.values()[random.nextInt(3)];
            Wrap wrapT = Wrap.values()[random.nextInt(3)];
            GltfBuilder builder = picture(PngEncoder.encode(SIDE, SIDE, argb), wrapS, wrapT);
            ObjectNode info = (ObjectNode) builder.root().findValue("baseColorTexture");
            ObjectNode transform = info.putObject("extensions").putObject("KHR_texture_transform");
            GltfBuilder.numbers(transform, "offset", offset);
            GltfBuilder.numbers(transform, "scale", scale);
            transform.put("rotation", angle);

            Film film = render(builder);

            UvTransform matrix = UvTransform.of(offset, angle, scale);
            for (int i = 0; i < SIDE * SIDE; i++) {
                float[] at = matrix.apply(new float[] {(i % SIDE + 0.5f) / SIDE, (i / SIDE + 0.5f) / SIDE});
                int texel = argb[texel(at[1], wrapT) * SIDE + texel(at[0], wrapS)];
                for (int c = 0; c < 3; c++) {
                    double expected = linear((texel >> 16 - 8 * c & 255) / 255.0);
                    assertEquals(expected, film.sums()[4 * i + c] / ONE, 1e-5, "run " + run + ", pixel " + i);
                }
            }
        }
    }

    @Test
    void picturesOfSixteenBitsShowTheirValues() throws Exception {
        BufferedImage image = new BufferedImage(SIDE, SIDE, BufferedImage.TYPE_USHORT_GRAY);
        for (int i = 0; i < SIDE * SIDE; i++) {
            image.getRaster().setSample(i % SIDE, i / SIDE, 0, i * 4369);
        }
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);

        Film film = render(picture(png.toByteArray(), Wrap.REPEAT, Wrap.REPEAT));

        for (int i = 0; i < SIDE * SIDE; i++) {
            assertEquals(linear(i * 4369 / 65_535.0), film.sums()[4 * i + 1] / ONE, 1e-5, "pixel " + i);
        }
    }

    private static double linear(double v) {
        return v <= 0.04045 ? v / 12.92 : Math.pow((v + 0.055) / 1.055, 2.4);
    }

    private static int texel(float t, Wrap wrap) {
        int i = (int) Math.floor(t * SIDE);
        return switch (wrap) {
            case REPEAT -> Math.floorMod(i, SIDE);
            case CLAMP_TO_EDGE -> Math.clamp(i, 0, SIDE - 1);
            case MIRRORED_REPEAT ->
                Math.floorMod(i, 2 * SIDE) < SIDE ? Math.floorMod(i, SIDE) : SIDE - 1 - Math.floorMod(i, SIDE);
        };
    }

    /** A square that shines by a picture and fills the view of a camera without perspective. */
    private static GltfBuilder picture(byte[] png, Wrap wrapS, Wrap wrapT) throws IOException {
        GltfBuilder builder = new GltfBuilder();
        int positions = builder.floats("VEC3", -1, -1, 0, 1, -1, 0, 1, 1, 0, -1, 1, 0);
        int uv = builder.floats("VEC2", 0, 1, 1, 1, 1, 0, 0, 0);
        int indices = builder.unsigned(1, "SCALAR", 0, 1, 2, 0, 2, 3);
        int texture = builder.texture(png);
        builder.add("samplers").put("magFilter", 9728).put("wrapS", code(wrapS)).put("wrapT", code(wrapT));
        ((ObjectNode) builder.root().at("/textures/0")).put("sampler", 0);
        ObjectNode material = builder.add("materials");
        material.putObject("extensions").putObject("KHR_materials_unlit");
        material.putObject("pbrMetallicRoughness").putObject("baseColorTexture").put("index", texture);
        ObjectNode primitive = GltfBuilder.primitive(indices, 0, "POSITION", positions, "TEXCOORD_0", uv);
        builder.node("square").put("mesh", builder.mesh(primitive));
        builder.add("cameras")
                .put("type", "orthographic")
                .putObject("orthographic")
                .put("ymag", 1);
        GltfBuilder.numbers(builder.node("eye").put("camera", 0), "translation", 0, 0, 3);
        builder.scene(List.of(0, 1));
        return builder;
    }

    private static int code(Wrap wrap) {
        return switch (wrap) {
            case REPEAT -> 10_497;
            case CLAMP_TO_EDGE -> 33_071;
            case MIRRORED_REPEAT -> 33_648;
        };
    }

    private static Film render(GltfBuilder builder) throws InterruptedException {
        Scene scene = TestScenes.pose(TestScenes.load(builder.glb()));
        try (PathTracer tracer = PathTracers.open(scene, 1)) {
            View view = new View(SIDE, SIDE, 0, 0, 1);
            return tracer.render(view, new TileBounds(0, 0, SIDE, SIDE), new SampleRange(0, 1));
        }
    }
}
