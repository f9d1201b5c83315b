package farm.tilth.render.loader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.render.sample.GltfBuilder;
import farm.tilth.render.sample.SampleScene;
import farm.tilth.render.scene.Camera;
import farm.tilth.render.scene.Environment;
import farm.tilth.render.scene.Finish;
import farm.tilth.render.scene.Light;
import farm.tilth.render.scene.Material;
import farm.tilth.render.scene.Material.AlphaMode;
import farm.tilth.render.scene.Material.TextureSlot;
import farm.tilth.render.scene.Scene;
import farm.tilth.render.scene.StudioSky;
import farm.tilth.render.scene.Texels;
import farm.tilth.render.scene.Texture;
import farm.tilth.render.scene.UvTransform;
import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;

/** Materials, pictures, lights and cameras. */
class LookTest {
    @Test
    void materialIsReadWithItsTexturesAndSamplers() {
        Scene scene = TestScenes.pose(TestScenes.load(TestScenes.everything().glb()));
        Material material = scene.materials().getFirst();

        assertEquals(AlphaMode.MASK, material.coverage().mode());
        assertEquals(0.5f, material.coverage().cutoff());
        assertTrue(material.doubleSided());
        assertEquals(0.5f, material.normalMap().scale());
        assertEquals(
                new UvTransform(2, 0, 0, 0, 3, 0),
                material.base().colorTexture().transform());
        assertEquals(UvTransform.IDENTITY, material.normalMap().texture().transform());
        assertEquals(TextureSlot.NONE, material.base().metallicRoughnessTexture());
        Texture color = scene.textures().get(material.base().colorTexture().texture());
        Texture normal = scene.textures().get(material.normalMap().texture().texture());
        assertTrue(color.srgb());
        assertEquals(false, normal.srgb());
        assertEquals(Texture.Wrap.CLAMP_TO_EDGE, color.wrapS());
        assertEquals(Texture.Wrap.MIRRORED_REPEAT, color.wrapT());
        assertTrue(color.filter().nearest());
        assertEquals(0xffc04080, color.texels().rgba(0));
    }

    @Test
    void unlitMaterialShinesByItsBaseColor() {
        GltfBuilder builder = TestScenes.triangle();
        ObjectNode material = builder.add("materials");
        GltfBuilder.numbers(material.putObject("pbrMetallicRoughness"), "baseColorFactor", 0.2, 0.4, 0.6, 1);
        material.putObject("extensions").putObject("KHR_materials_unlit");

        Material read =
                TestScenes.pose(TestScenes.load(builder.glb())).materials().getFirst();

        assertEquals(Finish.Kind.UNLIT, read.finish().kind());
        assertArrayEquals(new float[] {0.2f, 0.4f, 0.6f, 1}, read.base().color());
        assertArrayEquals(new float[3], read.emission().color());
    }

    @Test
    void picturesKeepTheNumbersOfTheirFile() throws IOException {
        assertEquals(0xff646464, pixel(image(BufferedImage.TYPE_BYTE_GRAY, new int[] {100})));
        assertEquals(0xffc86432, pixel(image(BufferedImage.TYPE_3BYTE_BGR, new int[] {50, 100, 200})));
        assertEquals(0x80c86432, pixel(image(BufferedImage.TYPE_4BYTE_ABGR, new int[] {50, 100, 200, 128})));
        BufferedImage palette = new BufferedImage(1, 1, BufferedImage.TYPE_BYTE_INDEXED);
        palette.setRGB(0, 0, 0xff3366cc);
        assertEquals(0xffcc6633, pixel(palette));
    }

    @Test
    void picturesWithSixteenBitsKeepThemAndColorsAreDecoded() throws IOException {
        Texels normals = texels("normalTexture", image(BufferedImage.TYPE_USHORT_GRAY, new int[] {0x1234}));
        assertTrue(normals.wide());
        assertEquals(0x1234, normals.channel(0, 1));
        assertEquals(0xffff, normals.channel(0, 3));

        Texels colors = texels("emissiveTexture", image(BufferedImage.TYPE_USHORT_GRAY, new int[] {0x8000}));
        assertEquals(Math.round(0.21404 * 65_535), colors.channel(0, 2), 3);
    }

    @Test
    void lampsShineAlongTheirNodes() {
        GltfBuilder builder = TestScenes.triangle();
        ObjectNode lamp = builder.root()
                .putObject("extensions")
                .putObject("KHR_lights_punctual")
                .putArray("lights")
                .addObject();
        lamp.put("type", "spot")
                .put("intensity", 10)
                .put("range", 7)
                .putObject("spot")
                .put("outerConeAngle", 0.5);
        GltfBuilder.numbers(lamp, "color", 1, 0.5, 0);
        ObjectNode node = (ObjectNode) builder.root().at("/nodes/1");
        node.putObject("extensions").putObject("KHR_lights_punctual").put("light", 0);
        GltfBuilder.numbers(node, "rotation", 0, Math.sqrt(0.5), 0, Math.sqrt(0.5));

        Light light = TestScenes.pose(TestScenes.load(builder.glb())).lights().getFirst();

        assertEquals(Light.Kind.SPOT, light.kind());
        assertArrayEquals(new float[] {10, 5, 0}, light.color());
        assertArrayEquals(new float[] {0.5f, 0.5f, 3}, light.position());
        assertArrayEquals(new float[] {-1, 0, 0}, light.direction(), 1e-6f);
        assertEquals(7, light.range());
        assertEquals(1, light.innerCos());
        assertEquals((float) StrictMath.cos(0.5), light.outerCos());
    }

    @Test
    void camerasAreKnownByTheirNodeOrTheirOwnNameAndNeverTwice() {
        GltfBuilder builder = TestScenes.triangle();
        builder.add("cameras")
                .put("type", "orthographic")
                .put("name", "plan")
                .putObject("orthographic")
                .put("ymag", 2);
        builder.node("eye").put("camera", 1);
        builder.node("").put("camera", 1);
        TestScenes.showAll(builder);
        SceneFile file = TestScenes.load(builder.glb());

        assertEquals(List.of("eye", "eye 2", "plan"), file.cameras());
        Camera plan = file.pose(new CameraChoice.Named("plan"), 1, Optional.empty(), 0)
                .camera();
        assertEquals(2, plan.halfHeight());
        assertEquals(0, plan.tanHalfHeight());
    }

    @Test
    void sceneWithoutACameraIsFramedWhole() {
        GltfBuilder builder = TestScenes.triangle();
        ((ObjectNode) builder.root().at("/nodes/1")).remove("camera");
        SceneFile file = TestScenes.load(builder.glb());
        for (double aspect : new double[] {0.4, 1, 2.5}) {
            Scene scene = file.pose(new CameraChoice.First(), aspect, Optional.empty(), 0);
            float[] p = scene.mesh().positions();
            double widest = 0;
            for (int i = 0; i < p.length; i += 3) {
                double[] seen = project(scene.camera(), p, i);
                assertTrue(Math.abs(seen[0]) < aspect && Math.abs(seen[1]) < 1, "aspect " + aspect);
                widest = Math.max(widest, Math.max(Math.abs(seen[0]) / aspect, Math.abs(seen[1])));
            }
            assertTrue(widest > 0.4, "the scene is small at aspect " + aspect + ": " + widest);
        }
    }

    @Test
    void placedCameraLooksAtItsTarget() {
        SceneFile file = TestScenes.load(TestScenes.triangle().glb());
        CameraChoice placed =
                new CameraChoice.Placed(List.of(0.0, 0.0, 5.0), List.of(0.0, 0.0, 0.0), List.of(0.0, 1.0, 0.0), 90);
        Camera camera = file.pose(placed, 1, Optional.empty(), 0).camera();
        assertArrayEquals(new float[] {0, 0, -1}, camera.forward());
        assertArrayEquals(new float[] {1, 0, 0}, camera.right());
        assertArrayEquals(new float[] {0, 1, 0}, camera.up());
        assertEquals(1, camera.tanHalfHeight(), 1e-6f);
    }

    @Test
    void studioSkyLightsOnlyWhatIsDarkOtherwise() {
        Scene dark = TestScenes.pose(TestScenes.load(TestScenes.triangle().glb()));
        assertTrue(StudioSky.light(dark, Optional.empty()).environment().isPresent());

        Scene shining = TestScenes.pose(TestScenes.load(TestScenes.everything().glb()));
        assertTrue(StudioSky.light(shining, Optional.empty()).environment().isEmpty());

        Environment own = new Environment(1, 1, new float[3], 0, false);
        assertEquals(
                own, StudioSky.light(shining, Optional.of(own)).environment().orElseThrow());
    }

    @Test
    void sampleSceneIsComputedAlikeAndReadWithoutANotice() {
        byte[] first = SampleScene.glb();
        assertArrayEquals(first, SampleScene.glb());
        SceneFile file = TestScenes.load(first);
        assertEquals(List.of(), file.notices());
        assertEquals(List.of("Hero", "Close-up"), file.cameras());
        Scene still = TestScenes.pose(file);
        Scene moved = TestScenes.pose(file, 0, 1);
        assertEquals(still.mesh().triangleCount(), moved.mesh().triangleCount());
        assertNotEquals(
                java.util.Arrays.hashCode(still.mesh().positions()),
                java.util.Arrays.hashCode(moved.mesh().positions()));
    }

    private static double[] project(Camera camera, float[] p, int at) {
        double[] d = {p[at] - camera.position()[0], p[at + 1] - camera.position()[1], p[at + 2] - camera.position()[2]};
        double depth = dot(d, camera.forward()) * camera.tanHalfHeight();
        return new double[] {dot(d, camera.right()) / depth, dot(d, camera.up()) / depth};
    }

    private static double dot(double[] a, float[] b) {
        return a[0] * b[0] + a[1] * b[1] + a[2] * b[2];
    }

    private static BufferedImage image(int type, int[] pixel) {
        BufferedImage image = new BufferedImage(1, 1, type);
        image.getRaster().setPixel(0, 0, pixel);
        return image;
    }

    private static int pixel(BufferedImage image) throws IOException {
        return texels("emissiveTexture", image).rgba(0);
    }

    private static Texels texels(String slot, BufferedImage image) throws IOException {
        ByteArrayOutputStream png = new ByteArrayOutputStream();
        ImageIO.write(image, "png", png);
        GltfBuilder builder = TestScenes.triangle();
        int texture = builder.texture(png.toByteArray());
        builder.add("materials").putObject(slot).put("index", texture);
        return TestScenes.pose(TestScenes.load(builder.glb()))
                .textures()
                .getFirst()
                .texels();
    }
}
