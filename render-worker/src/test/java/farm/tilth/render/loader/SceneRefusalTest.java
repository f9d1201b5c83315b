package farm.tilth.render.loader;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import farm.tilth.protocol.ErrorCode;
import farm.tilth.protocol.FarmException;
import farm.tilth.protocol.task.CameraChoice;
import farm.tilth.render.sample.GltfBuilder;
import farm.tilth.render.sample.SamplePlant;
import farm.tilth.render.scene.SceneLimits;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** Whatever is wrong is refused with its place in the document. */
class SceneRefusalTest {
    @Test
    void brokenReferencesAndRangesAreNamed() {
        refused(
                b -> attributes(b).put("POSITION", 99),
                "meshes[0].primitives[0].attributes.POSITION: there is no accessors[99]");
        refused(b -> attributes(b).put("POSITION", -1), "attributes.POSITION: there is no accessors[-1]");
        refused(b -> attributes(b).put("POSITION", "x"), "attributes.POSITION: it is not a number");
        refused(b -> attributes(b).put("POSITION", 1.5), "attributes.POSITION: 1.5 is not an integer");
        refused(
                b -> entry(b, "accessors", 0).put("count", 4),
                "meshes[0].primitives[0].attributes.NORMAL: it has 3 entries for 4 vertices");
        refused(
                b -> entry(b, "accessors", 0).put("byteOffset", 4),
                "meshes[0].primitives[0].attributes.POSITION: accessor 0 reads past the end of bufferView 0"
                        + " (to byte 40 of 36); re-export the file");
        refused(b -> entry(b, "accessors", 0).put("count", 0), "accessors[0].count: 0 is not from 1");
        refused(b -> entry(b, "accessors", 0).put("type", "VEC2"), "attributes.POSITION: accessor 0: its type VEC2");
        refused(b -> entry(b, "accessors", 0).put("type", "VEC9"), "accessors[0].type: 'VEC9' is not an accessor type");
        refused(b -> entry(b, "accessors", 0).put("componentType", 7), "accessors[0].componentType: 7 is not");
        refused(
                b -> entry(b, "accessors", 0).put("bufferView", 44),
                "accessors[0].bufferView: there is no bufferViews[44]");
        refused(b -> entry(b, "bufferViews", 0).put("byteStride", 8), "bufferView 0 has byteStride 8");
        refused(
                b -> entry(b, "bufferViews", 0).put("byteLength", 1 << 30),
                "bufferViews[0]: it reads bytes 0 to 1073741824");
        refused(b -> entry(b, "bufferViews", 0).put("buffer", 3), "bufferViews[0].buffer: there is no buffers[3]");
        refused(b -> entry(b, "nodes", 0).put("mesh", 7), "nodes[0].mesh: there is no meshes[7]");
        refused(b -> primitive(b).put("material", 0), "primitives[0].material: there is no materials[0]");
        refused(b -> primitive(b).put("mode", 9), "primitives[0].mode: 9 is not from 0 to 6");
        refused(b -> b.root().withArray("nodes").add(5), "nodes[2]: it is not an object");
        refused(b -> b.root().put("nodes", "none"), "nodes: it is not an array");
        refused(
                b -> GltfBuilder.numbers(entry(b, "nodes", 0), "scale", 1, 2),
                "nodes[0].scale: it is not an array of 3 numbers");
        refused(b -> b.root().put("scene", 4), "scene: there is no scenes[4]");
    }

    @Test
    void indexOverTheVerticesIsNamed() {
        refused(
                b -> primitive(b).put("indices", b.unsigned(2, "SCALAR", 0, 1, 3)),
                "meshes[0].primitives[0].indices: index 3 is over the 3 vertices");
        refused(
                b -> primitive(b).put("indices", b.unsigned(4, "SCALAR", 0, 1, -1)),
                "indices: index 4294967295 is over the 3 vertices");
        refused(
                b -> primitive(b).put("indices", b.floats("SCALAR", 0, 1, 2)),
                "its componentType 5126 is not an unsigned");
    }

    @Test
    void positionsThatAreNoNumbersOrTooFarOutAreNamed() {
        refused(
                b -> attributes(b).put("POSITION", b.floats("VEC3", 0, 0, 0, 1, Float.NaN, 0, 0, 1, 0)),
                "attributes.POSITION: accessor 4: element 1 of it is not a finite number");
        refused(
                b -> GltfBuilder.numbers(entry(b, "nodes", 0), "scale", 1e12, 1, 1),
                "nodes[0]: a vertex of meshes[0].primitives[0] lies at 1.0E12");
    }

    @Test
    void hierarchyMustBeATree() {
        refused(
                b -> {
                    entry(b, "nodes", 0).putArray("children").add(1);
                    entry(b, "nodes", 1).putArray("children").add(0);
                },
                "nodes[0]: the node is its own ancestor");
        refused(
                b -> {
                    b.node("a").putArray("children").add(0);
                    b.node("b").putArray("children").add(0);
                },
                "nodes[3].children[0]: nodes[0] is already a child of nodes[2]");
        refused(
                b -> {
                    for (int i = 0; i < 5000; i++) {
                        b.node("deep").putArray("children").add(i + 3);
                    }
                    b.node("last");
                },
                "it lies more than 4096 nodes deep");
    }

    @Test
    void requiredExtensionsAreRefusedByNameAndOptionalOnesNoticed() {
        refused(
                b -> b.root().putArray("extensionsRequired").add("EXT_magic"),
                "extensionsRequired[0]: the scene requires the extension EXT_magic, which is not supported");
        GltfBuilder builder = TestScenes.triangle();
        builder.root().putArray("extensionsUsed").add("EXT_magic").add("KHR_texture_transform");

        List<String> notices = TestScenes.load(builder.glb()).notices();

        assertEquals(List.of("the extension EXT_magic is not supported and was left aside"), notices);
    }

    @Test
    void otherVersionsAreRefused() {
        refused(b -> b.root().withObject("/asset").put("version", "1.0"), "asset: glTF version 1.0 is not read");
        refused(b -> b.root().remove("asset"), "'asset' is missing");
    }

    @Test
    void filesThatAreNoGltfAreRefused() {
        refused("hello".getBytes(StandardCharsets.UTF_8), "it is neither a .glb nor JSON");
        refused("{\"asset\": ".getBytes(StandardCharsets.UTF_8), "it is not glTF");
        refused("[1]".getBytes(StandardCharsets.UTF_8), "the glTF document is not a JSON object");
        refused("{\"a\":1,\"a\":2}".getBytes(StandardCharsets.UTF_8), "it is not glTF");
        refused("[".repeat(100_000).getBytes(StandardCharsets.UTF_8), "it is not glTF");
        byte[] glb = TestScenes.triangle().glb();
        refused(Arrays.copyOf(glb, 14), "the GLB ends within its header");
        refused(Arrays.copyOf(glb, glb.length / 2), "the GLB says");
        byte[] old = glb.clone();
        old[4] = 1;
        refused(old, "it is GLB version 1");
        byte[] tooLong = glb.clone();
        tooLong[15] = 0x7f;
        refused(tooLong, "ends after the file");
    }

    @Test
    void sceneWithoutTrianglesIsRefused() {
        refused(b -> entry(b, "nodes", 0).remove("mesh"), "the scene shows no triangles");
        refused(b -> primitive(b).put("mode", 1), "the scene shows no triangles");
    }

    @Test
    void urisMayNotLeaveTheScene() {
        refused(b -> buffer(b, "../../secret.bin"), "'../../secret.bin' leaves the scene's folder");
        refused(b -> buffer(b, "/etc/passwd"), "'/etc/passwd' is not a relative path");
        refused(b -> buffer(b, "https://example.org/a.bin"), "is not a relative path");
        refused(b -> buffer(b, "%zz.bin"), "is not a valid URI");
        refused(b -> buffer(b, "data:application/octet-stream,abc"), "the data: URI is not base64");
        refused(b -> buffer(b, "data:;base64,!!!"), "the data: URI is not base64");
        refused(b -> buffer(b, "data:;base64,AAAA"), "buffers[0]: it says byteLength 1000, but there are 3 bytes");
        refused(b -> buffer(b, "gone.bin"), "buffers[0].uri: the file 'gone.bin' of the buffer is missing");
    }

    @Test
    void sparseAccessorsAreChecked() {
        refused(b -> sparse(b, 4, 0), "accessors[0].sparse.count: 4 is not from 1 to 3");
        refused(b -> sparse(b, 1, 3), "sparse index 0 is out of range or not in rising order");
    }

    @Test
    void limitsAreKeptBeforeMemoryIsTaken() {
        GltfBuilder builder = TestScenes.triangle();
        builder.add("accessors").put("componentType", 5126).put("type", "VEC3").put("count", 2_000_000_000);
        attributes(builder).put("POSITION", builder.last("accessors"));
        assertEquals(
                ErrorCode.TOO_LARGE, refusal(builder.glb(), SceneLimits.DEFAULT).code());

        SceneLimits few = new SceneLimits(1 << 20, 1 << 20, 3, 1000, 1, 1000, 1000);
        assertTrue(refusal(TestScenes.triangle().glb(), few).getMessage().contains("4 entries; a scene may have 3"));

        GltfBuilder twice = TestScenes.triangle();
        twice.node("again").put("mesh", 0);
        TestScenes.showAll(twice);
        SceneLimits one = new SceneLimits(1 << 20, 1 << 20, 100, 1000, 1, 1000, 1000);
        assertTrue(refusal(twice.glb(), one).getMessage().contains("nodes[2]: the scene has more than 1 triangles"));
    }

    @Test
    void imagesAreRefusedByTheirHeader() {
        byte[] png = Pictures.png(2, 2, 0xff102030);
        refused(
                b -> texture(b, "no picture".getBytes(StandardCharsets.UTF_8)),
                "images[0]: the image is neither PNG, JPEG, WebP nor KTX2");
        refused(b -> texture(b, Arrays.copyOf(png, 40)), "images[0]: the image cannot be decoded");
        refused(b -> texture(b, Pictures.withSize(png, 30_000, 30_000)), "images[0]: 30000 × 30000 pixels");
        refused(b -> texture(b, Pictures.withSize(png, -1, 4)), "images[0]: the image is -1 × 4 pixels");
        refused(
                b -> texture(b, new byte[] {(byte) 0xff, (byte) 0xd8, (byte) 0xff, (byte) 0xe0, 0, 16}),
                "the JPEG ends before its size");
        refused(
                b -> {
                    texture(b, png);
                    ((ObjectNode) b.root().at("/images/0")).remove("bufferView");
                    ((ObjectNode) b.root().at("/images/0")).put("uri", "textures/wood.png");
                },
                "images[0].uri: the file 'textures/wood.png' of the image is missing; upload it with the scene");
    }

    @Test
    void animationsAndSkinsAreChecked() {
        refused(
                b -> animation(b, b.floats("SCALAR", 0, 2, 1), b.floats("VEC3", new float[9]), "translation"),
                "the times of its keys do not rise at key 2");
        refused(
                b -> animation(b, b.floats("SCALAR", 0, 1), b.floats("VEC3", 0, 0, 0), "translation"),
                "it has 3 numbers, but 2 keys need 6");
        refused(
                b -> animation(b, b.floats("SCALAR", 0), b.floats("VEC3", 0, 0, 0), "colour"),
                "'colour' is not a property");
        refused(
                b -> animation(b, b.floats("SCALAR", 0), b.floats("SCALAR", 0), "weights"),
                "nodes[0] has no morph targets");
        refused(
                b -> {
                    attributes(b).put("JOINTS_0", b.unsigned(1, "VEC4", 0, 0, 0, 0, 5, 0, 0, 0, 0, 0, 0, 0));
                    attributes(b).put("WEIGHTS_0", b.floats("VEC4", 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0));
                    b.add("skins").putArray("joints").add(1);
                    entry(b, "nodes", 0).put("skin", 0);
                },
                "joint 5 is over the 1 joints of skins[0] at nodes[0]");
    }

    @Test
    void unknownAnimationIsAnInvalidRequest() {
        SceneFile file = TestScenes.load(TestScenes.triangle().glb());

        FarmException refused =
                assertThrows(FarmException.class, () -> file.pose(new CameraChoice.First(), 1, Optional.of(0), 0));

        assertEquals(ErrorCode.INVALID_REQUEST, refused.code());
        assertTrue(refused.getMessage().contains("there is no animation 0: the scene has 0"), refused.getMessage());
    }

    private static void animation(GltfBuilder b, int input, int output, String path) {
        SamplePlant.channel(b.add("animations"), 0, path, "LINEAR", input, output);
    }

    private static void texture(GltfBuilder b, byte[] image) {
        b.add("materials")
                .putObject("pbrMetallicRoughness")
                .putObject("baseColorTexture")
                .put("index", b.texture(image));
    }

    private static void sparse(GltfBuilder b, int count, int index) {
        int indices = b.view(new byte[] {(byte) index, 0, 0, 0});
        int values = b.view(new byte[48]);
        ObjectNode sparse = entry(b, "accessors", 0).putObject("sparse").put("count", count);
        sparse.putObject("indices").put("bufferView", indices).put("componentType", 5121);
        sparse.putObject("values").put("bufferView", values);
    }

    /** Keeps a uri over the buffer that the container would write. */
    private static void buffer(GltfBuilder b, String uri) {
        ArrayNode views = b.root().withArray("bufferViews");
        views.forEach(view -> ((ObjectNode) view).put("buffer", 0));
        b.root().putArray("buffers").addObject().put("byteLength", 1000).put("uri", uri);
    }

    private static void refused(Consumer<GltfBuilder> change, String message) {
        GltfBuilder builder = TestScenes.triangle();
        change.accept(builder);
        byte[] content = builder.root().has("buffers")
                ? builder.root().toString().getBytes(StandardCharsets.UTF_8)
                : builder.glb();
        refused(content, message);
    }

    private static void refused(byte[] content, String message) {
        FarmException refused = refusal(content, SceneLimits.DEFAULT);
        assertTrue(refused.getMessage().contains(message), refused.getMessage());
        assertTrue(
                refused.code() == ErrorCode.INVALID_SCENE || refused.code() == ErrorCode.TOO_LARGE,
                refused.code() + " " + refused.getMessage());
    }

    private static FarmException refusal(byte[] content, SceneLimits limits) {
        return assertThrows(FarmException.class, () -> TestScenes.load(Map.of("scene", content), "scene", limits));
    }

    private static ObjectNode attributes(GltfBuilder builder) {
        return (ObjectNode) builder.root().at("/meshes/0/primitives/0/attributes");
    }

    private static ObjectNode primitive(GltfBuilder builder) {
        return (ObjectNode) builder.root().at("/meshes/0/primitives/0");
    }

    private static ObjectNode entry(GltfBuilder builder, String list, int index) {
        return (ObjectNode) builder.root().withArray(list).get(index);
    }
}
