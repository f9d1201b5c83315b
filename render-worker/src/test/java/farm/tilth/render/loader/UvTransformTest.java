package farm.tilth.render.loader;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.render.sample.GltfBuilder;
import farm.tilth.render.scene.Material.TextureSlot;
import farm.tilth.render.scene.Scene;
import farm.tilth.render.scene.UvTransform;
import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Which coordinates a material's textures read, and how they lie on the mesh. */
class UvTransformTest {
    private static final double QUARTER = Math.PI / 2;

    @Test
    void offsetFollowsRotationFollowsScale() {
        UvTransform transform = UvTransform.of(new double[] {10, 20}, QUARTER, new double[] {2, 3});
        // (1, 1) → (2, 3) → a quarter turn → (3, −2) → (13, 18)
        assertArrayEquals(new float[] {13, 18}, transform.apply(new float[] {1, 1}), 1e-5f);
    }

    @Test
    void meshKeepsItsCoordinatesWhateverItsTexturesDoWithThem() {
        GltfBuilder builder = textured("baseColorTexture");
        transform(builder, "baseColorTexture").put("rotation", 1);

        Scene scene = TestScenes.pose(TestScenes.load(builder.glb()));

        assertArrayEquals(new float[] {0, 1, 1, 1, 0, 0}, scene.mesh().uv0());
        TextureSlot slot = scene.materials().getFirst().base().colorTexture();
        assertEquals(UvTransform.of(new double[2], 1, new double[] {1, 1}), slot.transform());
    }

    @Test
    void anySetOfTheMeshIsReadAndTheExtensionMayNameAnotherOne() {
        GltfBuilder builder = textured("baseColorTexture");
        ObjectNode attributes = (ObjectNode) builder.root().at("/meshes/0/primitives/0/attributes");
        attributes.put("TEXCOORD_5", builder.floats("VEC2", 5, 5, 6, 5, 5, 6));
        attributes.put("TEXCOORD_7", builder.floats("VEC2", 7, 7, 8, 7, 7, 8));
        ((ObjectNode) builder.root().at("/materials/0/pbrMetallicRoughness/baseColorTexture")).put("texCoord", 5);
        ObjectNode emissive = ((ObjectNode) builder.root().at("/materials/0")).putObject("emissiveTexture");
        emissive.put("index", 0).put("texCoord", 5);
        emissive.putObject("extensions").putObject("KHR_texture_transform").put("texCoord", 7);

        Scene scene = TestScenes.pose(TestScenes.load(builder.glb()));

        assertEquals(0, scene.materials().getFirst().base().colorTexture().uvSet());
        assertEquals(1, scene.materials().getFirst().emission().texture().uvSet());
        assertArrayEquals(new float[] {5, 5, 6, 5, 5, 6}, scene.mesh().uv0());
        assertArrayEquals(new float[] {7, 7, 8, 7, 7, 8}, scene.mesh().uv1());
    }

    @Test
    void tangentsTurnWithTheNormalMap() {
        GltfBuilder builder = textured("normalTexture");
        assertArrayEquals(new float[] {1, 0, 0, 1}, firstTangent(builder), 1e-6f);

        transform(builder, "normalTexture").put("rotation", QUARTER);
        // u' = v and v' = −u: u' grows where v does, which is down the surface.
        assertArrayEquals(new float[] {0, -1, 0, 1}, firstTangent(builder), 1e-6f);
    }

    @Test
    void tangentsBelongToTheSetOfTheNormalMap() {
        GltfBuilder builder = textured("normalTexture");
        ObjectNode attributes = (ObjectNode) builder.root().at("/meshes/0/primitives/0/attributes");
        attributes.put("TEXCOORD_3", builder.floats("VEC2", 1, 1, 0, 1, 1, 0));
        ((ObjectNode) builder.root().at("/materials/0/normalTexture")).put("texCoord", 3);

        assertArrayEquals(new float[] {-1, 0, 0, -1}, firstTangent(builder), 1e-6f);
    }

    private static float[] firstTangent(GltfBuilder builder) {
        return Arrays.copyOf(
                TestScenes.pose(TestScenes.load(builder.glb())).mesh().tangents(), 4);
    }

    private static GltfBuilder textured(String slot) {
        GltfBuilder builder = TestScenes.triangle();
        int texture = builder.texture(Pictures.png(2, 2, 0xff102030));
        ObjectNode material = builder.add("materials");
        ObjectNode parent = slot.startsWith("base") ? material.putObject("pbrMetallicRoughness") : material;
        parent.putObject(slot).put("index", texture);
        ((ObjectNode) builder.root().at("/meshes/0/primitives/0")).put("material", 0);
        return builder;
    }

    private static ObjectNode transform(GltfBuilder builder, String slot) {
        ObjectNode info = (ObjectNode) builder.root().findValue(slot);
        return info.putObject("extensions").putObject("KHR_texture_transform");
    }
}
