package farm.tilth.render.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.protocol.FarmException;
import farm.tilth.render.sample.GltfBuilder;
import farm.tilth.render.scene.Scene;
import farm.tilth.render.scene.Texture.Filter;
import farm.tilth.render.scene.Texture.Levels;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a texture's sampler and its set of coordinates say. */
class SamplerTest {
    @ParameterizedTest
    @CsvSource({
        "9728, 9728, true, NONE, true",
        "9729, 9728, true, NONE, false",
        "9984, 9729, false, NEAREST, true",
        "9985, 9729, false, NEAREST, false",
        "9986, 9728, true, BLENDED, true",
        "9987, 9728, true, BLENDED, false",
        "9984, , true, NEAREST, true",
        "9987, , false, BLENDED, false",
        ", 9728, true, BLENDED, false",
        ", , false, BLENDED, false"
    })
    void filtersAreThoseOfGltf(Integer min, Integer mag, boolean nearest, Levels levels, boolean nearestInLevel) {
        GltfBuilder builder = textured();
        ObjectNode sampler = builder.add("samplers");
        ((ObjectNode) builder.root().at("/textures/0")).put("sampler", 0);
        if (min != null) {
            sampler.put("minFilter", min);
        }
        if (mag != null) {
            sampler.put("magFilter", mag);
        }
        assertEquals(new Filter(nearest, levels, nearestInLevel), filter(builder));
    }

    @Test
    void textureWithoutASamplerIsSmoothInEveryWay() {
        assertEquals(Filter.SMOOTH, filter(textured()));
    }

    @Test
    void unknownFiltersAreRefusedByTheirPlace() {
        GltfBuilder builder = textured();
        builder.add("samplers").put("minFilter", 9999);
        ((ObjectNode) builder.root().at("/textures/0")).put("sampler", 0);
        FarmException refused = assertThrows(FarmException.class, () -> TestScenes.load(builder.glb()));
        assertTrue(
                refused.getMessage().startsWith("samplers[0].minFilter: 9999 is not a filter of glTF"),
                () -> refused.getMessage());
    }

    @Test
    void thirdSetOfCoordinatesIsNoticedByItsTexture() {
        GltfBuilder builder = textured();
        ObjectNode attributes = (ObjectNode) builder.root().at("/meshes/0/primitives/0/attributes");
        ObjectNode material = (ObjectNode) builder.root().at("/materials/0");
        for (int set = 1; set <= 2; set++) {
            attributes.put("TEXCOORD_" + set, builder.floats("VEC2", 0, 0, 1, 0, 0, 1));
        }
        material.putObject("normalTexture").put("index", 0).put("texCoord", 1);
        material.putObject("emissiveTexture").put("index", 0).put("texCoord", 2);
        SceneFile file = TestScenes.load(builder.glb());
        assertEquals(1, file.notices().size());
        assertTrue(file.notices()
                .getFirst()
                .startsWith("materials[0].emissiveTexture: materials[0] reads more than two"
                        + " sets of texture coordinates"));
    }

    private static Filter filter(GltfBuilder builder) {
        Scene scene = TestScenes.pose(TestScenes.load(builder.glb()));
        return scene.textures().getFirst().filter();
    }

    private static GltfBuilder textured() {
        GltfBuilder builder = TestScenes.triangle();
        int texture = builder.texture(Pictures.png(2, 2, 0xff102030));
        ObjectNode pbr = builder.add("materials").putObject("pbrMetallicRoughness");
        pbr.putObject("baseColorTexture").put("index", texture);
        ((ObjectNode) builder.root().at("/meshes/0/primitives/0")).put("material", 0);
        return builder;
    }
}
