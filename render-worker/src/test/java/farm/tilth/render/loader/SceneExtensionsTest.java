package farm.tilth.render.loader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.render.sample.GltfBuilder;
import farm.tilth.render.scene.Material;
import farm.tilth.render.scene.Scene;
import farm.tilth.render.scene.SceneLimits;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Extensions of nodes, of meshes and of animations. */
class SceneExtensionsTest {
    @Test
    void instancesOfANodeAreItsMeshAtEachPlace() {
        GltfBuilder builder = TestScenes.triangle();
        ObjectNode attributes = ((ObjectNode) builder.root().at("/nodes/0"))
                .putObject("extensions")
                .putObject("EXT_mesh_gpu_instancing")
                .putObject("attributes");
        attributes.put("TRANSLATION", builder.floats("VEC3", 10, 0, 0, 20, 0, 0));
        attributes.put("SCALE", builder.floats("VEC3", 1, 1, 1, 2, 2, 2));
        attributes.put("_ID", builder.floats("SCALAR", 1, 2));
        GltfBuilder.numbers((ObjectNode) builder.root().at("/nodes/0"), "translation", 0, 5, 0);

        SceneFile file = TestScenes.load(builder.glb());

        assertArrayEquals(new double[] {10, 5, 0}, file.bounds().min());
        assertArrayEquals(new double[] {22, 7, 0}, file.bounds().max());
        assertEquals(List.of("eye"), file.cameras());
    }

    @Test
    void instancesAreCountedBeforeTheyAreMade() {
        GltfBuilder builder = TestScenes.triangle();
        builder.add("accessors").put("componentType", 5126).put("type", "VEC3").put("count", 16_000_000);
        ((ObjectNode) builder.root().at("/nodes/0"))
                .putObject("extensions")
                .putObject("EXT_mesh_gpu_instancing")
                .putObject("attributes")
                .put("TRANSLATION", builder.last("accessors"));

        refused(builder, "more than 200000 instances");
    }

    @Test
    void hiddenNodesHideWhatIsBelowThem() {
        GltfBuilder builder = TestScenes.triangle();
        builder.node("parent").putArray("children").add(3);
        builder.node("child").put("mesh", 0);
        GltfBuilder.numbers((ObjectNode) builder.root().at("/nodes/3"), "translation", 7, 0, 0);
        TestScenes.showAll(builder);
        assertEquals(8, TestScenes.load(builder.glb()).bounds().max()[0]);

        ((ObjectNode) builder.root().at("/nodes/2"))
                .putObject("extensions")
                .putObject("KHR_node_visibility")
                .put("visible", false);

        assertEquals(1, TestScenes.load(builder.glb()).bounds().max()[0]);
    }

    @Test
    void pointersMoveNodesAndTheirVisibility() {
        GltfBuilder builder = TestScenes.triangle();
        builder.node("other").put("mesh", 0);
        TestScenes.showAll(builder);
        int times = builder.floats("SCALAR", 0, 1);
        pointer(builder, "/nodes/0/translation", "LINEAR", times, builder.floats("VEC3", 0, 0, 0, 2, 0, 0));
        int flags = builder.unsigned(1, "SCALAR", 1, 0);
        pointer(builder, "/nodes/2/extensions/KHR_node_visibility/visible", "STEP", times, flags);
        SceneFile file = TestScenes.load(builder.glb());

        assertEquals(List.of(), file.notices());
        assertEquals(2, TestScenes.pose(file, 0, 0.5).mesh().triangleCount());
        assertEquals(1, TestScenes.pose(file, 0, 1).mesh().triangleCount());
        assertEquals(2, TestScenes.pose(file, 0, 1).mesh().positions()[0]);
    }

    @Test
    void pointersMoveMaterialsTextureTransformsCamerasAndLights() {
        GltfBuilder builder = TestScenes.everything();
        builder.root().remove("animations");
        int times = builder.floats("SCALAR", 0, 2);
        int rising = builder.floats("SCALAR", 0, 1);
        pointer(builder, "/materials/0/pbrMetallicRoughness/roughnessFactor", "LINEAR", times, rising);
        int shift = builder.floats("VEC2", 0, 0, 8, 4);
        String transform = "/materials/0/pbrMetallicRoughness/baseColorTexture/extensions/KHR_texture_transform/offset";
        pointer(builder, transform, "LINEAR", times, shift);
        int strong = builder.floats("SCALAR", 1, 9);
        String strength = "/materials/0/extensions/KHR_materials_emissive_strength/emissiveStrength";
        pointer(builder, strength, "LINEAR", times, strong);
        pointer(builder, "/cameras/0/perspective/yfov", "LINEAR", times, builder.floats("SCALAR", 0.4f, 0.8f));
        pointer(builder, "/extensions/KHR_lights_punctual/lights/0/intensity", "LINEAR", times, strong);
        SceneFile file = TestScenes.load(builder.glb());

        Scene scene = TestScenes.pose(file, 0, 1);

        assertEquals(List.of(), file.notices());
        Material material = scene.materials().getFirst();
        assertEquals(0.5f, material.base().roughness());
        assertEquals(5, material.emission().strength());
        assertEquals(4, material.base().colorTexture().transform().c());
        assertEquals(2, material.base().colorTexture().transform().f());
        assertEquals(2, material.base().colorTexture().transform().a());
        assertEquals(Math.tan(0.3), scene.camera().tanHalfHeight(), 1e-6);
        assertEquals(5, scene.lights().getFirst().color()[0]);
        assertEquals(1, TestScenes.pose(file).materials().getFirst().base().roughness());
    }

    @Test
    void pointersToNothingAreRefusedOrNoticed() {
        refusedPointer("/materials/7/alphaCutoff", "drives number 7 of the MATERIALs, of which there are 1");
        refusedPointer("/materials/0/occlusionTexture/strength", "has no occlusionTexture/strength");
        refusedPointer("/nodes/99/scale", "'/nodes/99/scale' is not there");
        GltfBuilder builder = TestScenes.everything();
        pointer(builder, "/somewhere/else", "LINEAR", builder.floats("SCALAR", 0), builder.floats("SCALAR", 0));
        assertTrue(TestScenes.load(builder.glb()).notices().getFirst().contains("is not animated here"));
    }

    @Test
    void variantIsChosenByItsName() throws Exception {
        GltfBuilder builder = TestScenes.triangle();
        for (double red : new double[] {0.1, 0.2, 0.3}) {
            GltfBuilder.numbers(
                    builder.add("materials").putObject("pbrMetallicRoughness"), "baseColorFactor", red, 0, 0, 1);
        }
        var variants = builder.root()
                .putObject("extensions")
                .putObject("KHR_materials_variants")
                .putArray("variants");
        variants.addObject().put("name", "beach");
        variants.addObject().put("name", "street");
        ObjectNode primitive = (ObjectNode) builder.root().at("/meshes/0/primitives/0");
        primitive.put("material", 0);
        ObjectNode mapping = primitive
                .putObject("extensions")
                .putObject("KHR_materials_variants")
                .putArray("mappings")
                .addObject();
        mapping.put("material", 2).putArray("variants").add(1);

        assertEquals(List.of("beach", "street"), TestScenes.load(builder.glb()).variants());
        assertEquals(0, material(builder, Optional.empty()));
        assertEquals(0, material(builder, Optional.of("beach")));
        assertEquals(2, material(builder, Optional.of("street")));
        FarmException unknown = assertThrows(FarmException.class, () -> material(builder, Optional.of("moon")));
        assertTrue(unknown.getMessage().contains("it has beach, street"), unknown.getMessage());
    }

    @Test
    void unknownExtensionIsRefusedByNameWhenRequiredAndElseNoticed() {
        GltfBuilder builder = TestScenes.triangle();
        builder.root().putArray("extensionsUsed").add("ACME_hair").add("KHR_xmp_json_ld");
        assertEquals(
                List.of("the extension ACME_hair is not supported and was left aside"),
                TestScenes.load(builder.glb()).notices());
        builder.root().putArray("extensionsRequired").add("ACME_hair");
        refused(builder, "requires the extension ACME_hair");
    }

    private static int material(GltfBuilder builder, Optional<String> variant) {
        SceneFile file = TestScenes.load(Map.of("scene", builder.glb()), "scene", SceneLimits.DEFAULT, variant);
        return file.pose(new CameraChoice.First(), 1, Optional.empty(), 0)
                .mesh()
                .materials()[0];
    }

    private static void refusedPointer(String pointer, String message) {
        GltfBuilder builder = TestScenes.everything();
        pointer(builder, pointer, "LINEAR", builder.floats("SCALAR", 0), builder.floats("SCALAR", 0));
        refused(builder, message);
    }

    private static void refused(GltfBuilder builder, String message) {
        byte[] content = builder.glb();
        FarmException refused = assertThrows(FarmException.class, () -> TestScenes.load(content));
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
    }

    private static void pointer(GltfBuilder builder, String pointer, String interpolation, int input, int output) {
        boolean first = !builder.root().has("animations");
        ObjectNode animation =
                first ? builder.add("animations") : (ObjectNode) builder.root().at("/animations/0");
        ObjectNode channel = animation.withArray("channels").addObject();
        channel.put("sampler", animation.withArray("samplers").size());
        animation
                .withArray("samplers")
                .addObject()
                .put("input", input)
                .put("output", output)
                .put("interpolation", interpolation);
        channel.putObject("target")
                .put("path", "pointer")
                .putObject("extensions")
                .putObject("KHR_animation_pointer")
                .put("pointer", pointer);
    }
}
