package farm.tilth.render.loader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.render.sample.GltfBuilder;
import farm.tilth.render.scene.Finish;
import farm.tilth.render.scene.Material;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The material extensions as they are read. */
class FinishTest {
    @Test
    void materialWithoutExtensionsIsPlain() {
        GltfBuilder builder = TestScenes.triangle();
        builder.add("materials");
        Finish finish = read(builder).finish();
        assertEquals(Finish.Kind.METALLIC_ROUGHNESS, finish.kind());
        assertEquals(1.5f, finish.specular().index());
        assertEquals(0, finish.coat().weight());
        assertEquals(0, finish.transmission().weight());
        assertTrue(finish.textures().stream().allMatch(slot -> slot.texture() < 0));
        assertFalse(finish.needsTangents());
    }

    @Test
    void volumeAbsorbsSoThatItsColorIsLeftAfterItsDistance() {
        GltfBuilder builder = TestScenes.triangle();
        ObjectNode extensions = builder.add("materials").putObject("extensions");
        extensions.putObject("KHR_materials_transmission").put("transmissionFactor", 0.8);
        ObjectNode volume = extensions.putObject("KHR_materials_volume");
        volume.put("thicknessFactor", 1).put("attenuationDistance", 0.5);
        GltfBuilder.numbers(volume, "attenuationColor", 1, 0.25, 0);
        extensions.putObject("KHR_materials_dispersion").put("dispersion", 2);
        Finish.Transmission read = read(builder).finish().transmission();

        assertEquals(0.8f, read.weight());
        assertFalse(read.thin());
        assertEquals(2, read.dispersion());
        assertEquals(0, read.absorption()[0]);
        assertEquals(-Math.log(0.25) / 0.5, read.absorption()[1], 1e-5);
        assertTrue(Float.isFinite(read.absorption()[2]));
    }

    @Test
    void surfaceWithoutThicknessIsThin() {
        GltfBuilder builder = TestScenes.triangle();
        builder.add("materials")
                .putObject("extensions")
                .putObject("KHR_materials_transmission")
                .put("transmissionFactor", 1);
        assertTrue(read(builder).finish().transmission().thin());
    }

    @Test
    void texturesOfExtensionsKeepTheirOrder() {
        GltfBuilder builder = TestScenes.triangle();
        int picture = builder.texture(Pictures.png(1, 1, 0xff8040c0));
        ObjectNode extensions = builder.add("materials").putObject("extensions");
        ObjectNode specular = extensions.putObject("KHR_materials_specular");
        specular.put("specularFactor", 0.5).putObject("specularTexture").put("index", picture);
        GltfBuilder.numbers(specular, "specularColorFactor", 0.1, 0.2, 3);
        ObjectNode brushed = extensions.putObject("KHR_materials_anisotropy");
        brushed.put("anisotropyStrength", 0.6).put("anisotropyRotation", 1.25);
        brushed.putObject("anisotropyTexture").put("index", picture);
        Finish finish = read(builder).finish();

        assertEquals(0.5f, finish.specular().weight());
        assertArrayEquals(new float[] {0.1f, 0.2f, 3}, finish.specular().color());
        assertEquals(1.25f, finish.anisotropy().rotationRadians());
        assertTrue(finish.needsTangents());
        List<Integer> used =
                finish.textures().stream().map(slot -> slot.texture()).toList();
        assertEquals(13, used.size());
        assertTrue(used.getFirst() >= 0 && used.getLast() >= 0);
        assertEquals(17, read(builder).textures().size());
    }

    @Test
    void specularGlossinessIsKeptAsItIs() {
        GltfBuilder builder = TestScenes.triangle();
        ObjectNode glossy = builder.add("materials")
                .putObject("extensions")
                .putObject("KHR_materials_pbrSpecularGlossiness")
                .put("glossinessFactor", 0.3);
        GltfBuilder.numbers(glossy, "diffuseFactor", 0.1, 0.2, 0.3, 0.4);
        GltfBuilder.numbers(glossy, "specularFactor", 0.5, 0.6, 0.7);
        Material read = read(builder);

        assertEquals(Finish.Kind.SPECULAR_GLOSSINESS, read.finish().kind());
        assertArrayEquals(new float[] {0.1f, 0.2f, 0.3f, 0.4f}, read.base().color());
        assertArrayEquals(
                new float[] {0.5f, 0.6f, 0.7f}, read.finish().specular().color());
        assertEquals(0.3f, read.base().roughness());
        assertEquals(0, read.base().metallic());
    }

    private static Material read(GltfBuilder builder) {
        return TestScenes.pose(TestScenes.load(builder.glb())).materials().getFirst();
    }
}
